import { join } from "node:path";
import * as vscode from "vscode";
import { ServerConnection } from "./connection";
import { PrivateEnvironment } from "./environment";
import { GateDetails } from "./gateDetails";
import { offerInstallation } from "./installation";
import { offerInterrupted } from "./interrupted";
import { registerModuleCommands } from "./moduleCommands";
import { OpenGates } from "./openGates";
import { PlanPreview } from "./planPreview";
import { RunProgress } from "./progress";
import { SECRETS, ServerCommand } from "./protocol";
import { registerRunCommands } from "./runCommands";
import { RunEvents } from "./runEvents";
import { RunReporter } from "./runs";
import { RunsView } from "./runsView";
import { GITHUB, Secrets } from "./secrets";
import { sentenceOf } from "./sayings";
import { locateServer } from "./server";
import { StatusBar } from "./statusBar";

let server: ServerConnection | undefined;

/** Wires the parts together and starts the server. */
export function activate(context: vscode.ExtensionContext): void {
  const runLog = vscode.window.createOutputChannel("AWS Orchestrator", { log: true });
  const serverLog = vscode.window.createOutputChannel("AWS Orchestrator Server", { log: true });
  const events = new RunEvents();
  const details = new GateDetails();
  const status = new StatusBar(events);
  const gates = new OpenGates((count) => {
    status.waitingGates(count);
  });
  const runs = new RunReporter(runLog, events);
  const { version } = context.extension.packageJSON as { version: string };
  const environment = new PrivateEnvironment(
    context.globalStorageUri.fsPath,
    version,
    join(context.extensionPath, "server"),
  );
  const tellSecrets = async (): Promise<void> => connection.notify(SECRETS, await secrets.told());
  const secrets: Secrets = new Secrets(context.secrets, (key) =>
    key === GITHUB ? connection.restart() : tellSecrets(),
  );
  const connection: ServerConnection = new ServerConnection({
    log: serverLog,
    events,
    gates,
    showGateDetails: (gate) => void details.show(gate),
    home: context.extensionPath,
    version,
    locate: () => locateServer(context.extensionPath, environment.interpreter),
    missing: (found) => {
      void offerInstallation(found, environment, serverLog).then((installed) =>
        installed ? connection.restart() : undefined,
      );
    },
    environment: () => secrets.environment(),
    onState: (state) => {
      status.server(state);
      if (state === "running") started();
    },
  });
  server = connection;
  const view = new RunsView(connection, events, serverLog);
  const targets = { server: connection, runs, list: () => view.list() };
  const started = () => {
    void tellSecrets();
    view.refresh();
    offerInterrupted(targets).catch((error: unknown) => {
      serverLog.warn(`Interrupted runs cannot be offered: ${sentenceOf(error)}`);
    });
  };
  const cancelRun = async (runId: string) => {
    await connection.execute(ServerCommand.cancelRun, { runId });
  };
  context.subscriptions.push(
    ...[runLog, serverLog, events, details, status, view],
    ...[new RunProgress(events, cancelRun), new PlanPreview(events)],
    ...[...registerModuleCommands(targets), ...registerRunCommands(targets), ...secrets.register()],
    vscode.commands.registerCommand("awsOrchestrator.restartServer", () => connection.restart()),
    vscode.commands.registerCommand("awsOrchestrator.showLogs", () => {
      serverLog.show();
    }),
    vscode.extensions.onDidChange(() =>
      connection.notify("workspace/didChangeConfiguration", { settings: null }),
    ),
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
