import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { ServerConnection } from "./connection";
import { GateDetails } from "./gateDetails";
import { RunReporter } from "./runs";

let server: ServerConnection | undefined;

/** Wires the parts together and starts the server. */
export function activate(context: vscode.ExtensionContext): void {
  const runLog = vscode.window.createOutputChannel("AWS Orchestrator", { log: true });
  const serverLog = vscode.window.createOutputChannel("AWS Orchestrator Server", { log: true });
  const details = new GateDetails();
  const runs = new RunReporter(runLog);
  const connection = new ServerConnection({
    log: serverLog,
    runs,
    showGateDetails: (gate) => void details.show(gate),
    home: context.extensionPath,
  });
  server = connection;
  context.subscriptions.push(
    runLog,
    serverLog,
    details,
    ...registerCommands({ server: connection, runs, log: serverLog }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("awsOrchestrator.server")) void connection.restart();
    }),
  );
  // Not awaited: the commands are there at once and wait for the server themselves.
  void connection.restart();
}

/** Ends the server when the window closes. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
