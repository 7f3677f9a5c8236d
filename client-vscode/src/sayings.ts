import * as vscode from "vscode";

/** The sentence of a failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Does something; when it fails, a person hears what did not happen and why. */
export async function saying(failure: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    void vscode.window.showErrorMessage(`${failure}: ${sentenceOf(error)}`);
  }
}
