import * as vscode from "vscode";
import type { PrivateEnvironment } from "./environment";
import type { FoundServer } from "./server";

const MAKE = "Install Server";
const SETTINGS = "Open Settings";
const LOGS = "Show Logs";

/** Asks a person whether the server may be installed, and does it; true when there is one afterwards. */
export async function offerInstallation(
  missing: Extract<FoundServer, { kind: "missing" }>,
  environment: PrivateEnvironment,
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const [base] = missing.usable;
  const wheel = await environment.wheel();
  if (!base || wheel === undefined) {
    const how = base ? " Install it with `pip install aws-orchestrator`." : "";
    const answer = await vscode.window.showErrorMessage(missing.sentence + how, SETTINGS);
    if (answer === SETTINGS) await openSettings();
    return false;
  }
  const question =
    `${missing.sentence} Make a private Python environment for it? It stays in the editor's own storage; ` +
    "the packages that it needs come from PyPI.";
  const answer = await vscode.window.showInformationMessage(question, MAKE, SETTINGS);
  if (answer === SETTINGS) await openSettings();
  if (answer !== MAKE) return false;
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: "Installing the AWS Orchestrator server",
        cancellable: true,
      },
      async (progress, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => {
          stop.abort();
        });
        await environment.make(
          base,
          (line) => {
            log.info(line);
            progress.report({ message: line.slice(0, 80) });
          },
          stop.signal,
        );
      },
    );
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(`The server was not installed: ${reason}`);
    const sentence = `The AWS Orchestrator server was not installed: ${reason}`;
    if ((await vscode.window.showErrorMessage(sentence, LOGS)) === LOGS) log.show();
    return false;
  }
}

async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "awsOrchestrator.server");
}
