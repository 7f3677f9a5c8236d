import * as vscode from "vscode";

const LOGS = "Show Logs";

/** The sentence of a failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Does something; when it fails, a person hears what did not happen and why. */
export async function saying(failure: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    // With a button the editor shows the whole sentence; without one it cuts it to a line.
    const shown = vscode.window.showErrorMessage(`${failure}: ${sentenceOf(error)}`, LOGS);
    void shown.then((answer) =>
      answer === LOGS ? vscode.commands.executeCommand("awsOrchestrator.showLogs") : undefined,
    );
  }
}
