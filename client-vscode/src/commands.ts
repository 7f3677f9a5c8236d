import * as vscode from "vscode";
import type { ServerConnection } from "./connection";
import { ServerCommand, type GenerateParams, type ModuleParams, type RunStarted } from "./protocol";
import type { RunReporter } from "./runs";

/** What the commands act on. */
export interface CommandTargets {
  server: ServerConnection;
  runs: RunReporter;
  log: vscode.LogOutputChannel;
}

/** Registers the palette's commands. */
export function registerCommands(targets: CommandTargets): vscode.Disposable[] {
  const commands: Record<string, (...args: never[]) => Promise<void>> = {
    "awsOrchestrator.generateModule": () => generateModule(targets),
    "awsOrchestrator.validateModule": (uri?: vscode.Uri) => validateModule(targets, uri),
    "awsOrchestrator.restartServer": () => targets.server.restart(),
    "awsOrchestrator.showLogs": async () => {
      targets.log.show();
      await Promise.resolve();
    },
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}

async function generateModule({ server, runs }: CommandTargets): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const request = await vscode.window.showInputBox({
    title: "Generate Terraform Module",
    prompt: `What should the module hold? It goes to terraform_modules/ in ${folder.name}.`,
    placeHolder: "an encrypted bucket with versioning and access logging to my-logs",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Describe the module in a sentence." : undefined),
  });
  if (request === undefined) return;
  const params: GenerateParams = { request: request.trim(), workspaceFolder: folder.uri.toString() };
  await saying("The module was not generated", async () => {
    const started = (await server.execute(ServerCommand.generateModule, params)) as RunStarted;
    runs.startedIn(started.runId, folder.uri);
  });
}

async function validateModule({ server }: CommandTargets, chosen?: vscode.Uri): Promise<void> {
  const uri = chosen ?? vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== "file") {
    void vscode.window.showErrorMessage("Open a file of the module first, then validate it.");
    return;
  }
  const params: ModuleParams = { uri: uri.toString() };
  const location = vscode.ProgressLocation.Window;
  await saying("The module was not validated", async () => {
    await vscode.window.withProgress({ location, title: "Validating the module" }, () =>
      server.execute(ServerCommand.validateModule, params),
    );
  });
}

/** The workspace folder that gets the module: the only one, or the one that the person picks. */
async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: "Which folder gets the module?",
      ignoreFocusOut: true,
    });
  }
  if (!folders[0]) {
    const open = "Open Folder";
    const sentence = "Open a folder first: the module is written to terraform_modules/ in it.";
    const answer = await vscode.window.showErrorMessage(sentence, open);
    if (answer === open) await vscode.commands.executeCommand("vscode.openFolder");
  }
  return folders[0];
}

async function saying(failure: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    void vscode.window.showErrorMessage(
      `${failure}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
