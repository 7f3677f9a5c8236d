import * as vscode from "vscode";
import { chooseFolder, target } from "./folders";
import {
  ServerCommand,
  type GenerateParams,
  type HealParams,
  type ModuleParams,
  type RunStarted,
  type UpdateParams,
} from "./protocol";
import type { RunReporter } from "./runs";
import { saying } from "./sayings";

/** What the commands act on. */
export interface ModuleTargets {
  server: { execute(command: string, argument: object): Promise<unknown> };
  runs: Pick<RunReporter, "startedIn">;
}

/** Registers the commands about modules. */
export function registerModuleCommands(targets: ModuleTargets): vscode.Disposable[] {
  const commands: Record<string, (uri?: vscode.Uri | string) => Promise<void>> = {
    "awsOrchestrator.generateModule": (uri) => generateModule(targets, uri),
    "awsOrchestrator.updateModule": (uri) => updateModule(targets, uri),
    "awsOrchestrator.validateModule": (uri) => validateModule(targets, uri),
    "awsOrchestrator.healModule": (uri) => healModule(targets, uri),
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}

async function generateModule({ server, runs }: ModuleTargets, near?: vscode.Uri | string): Promise<void> {
  const folder = await chooseFolder(near instanceof vscode.Uri ? near : undefined);
  if (!folder) return;
  const request = await sentence({
    title: "Generate Terraform Module",
    prompt: `What should the module hold? It goes to ${modulesFolder(folder)}/ in ${folder.name}.`,
    placeHolder: "an encrypted bucket with versioning and access logging to my-logs",
    empty: "Describe the module in a sentence.",
  });
  if (request === undefined) return;
  const params: GenerateParams = { request, workspaceFolder: folder.uri.toString() };
  await saying("The module was not generated", async () => {
    const started = (await server.execute(ServerCommand.generateModule, params)) as RunStarted;
    runs.startedIn(started.runId, folder.uri);
  });
}

async function updateModule({ server, runs }: ModuleTargets, chosen?: vscode.Uri | string): Promise<void> {
  const uri = target(chosen);
  if (!uri) return;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (!folder) {
    void vscode.window.showErrorMessage(
      "This file is in no open folder; open the folder that holds its module.",
    );
    return;
  }
  const module = vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, ".."), false);
  const request = await sentence({
    title: "Update Module",
    prompt: `What should change in ${module}?`,
    placeHolder: "add lifecycle rules",
    empty: "Say what should change, in a sentence.",
  });
  if (request === undefined) return;
  const params: UpdateParams = { request, uri: uri.toString(), workspaceFolder: folder.uri.toString() };
  await saying("The module was not updated", async () => {
    const started = (await server.execute(ServerCommand.updateModule, params)) as RunStarted;
    runs.startedIn(started.runId, folder.uri);
  });
}

async function validateModule({ server }: ModuleTargets, chosen?: vscode.Uri | string): Promise<void> {
  const uri = target(chosen);
  if (!uri) return;
  const params: ModuleParams = { uri: uri.toString() };
  await saying("The module was not validated", async () => {
    const report = (await inStatusBar("Validating the module", () =>
      server.execute(ServerCommand.validateModule, params),
    )) as ValidationReport;
    const count = report.findings.length;
    if (count === 0) {
      void vscode.window.showInformationMessage(`The module is valid (${report.engine}).`);
      return;
    }
    const things = count === 1 ? "1 finding" : `${count} findings`;
    const answer = await vscode.window.showWarningMessage(`The module has ${things}.`, "Show Problems");
    if (answer) await vscode.commands.executeCommand("workbench.actions.view.problems");
  });
}

async function healModule({ server, runs }: ModuleTargets, chosen?: vscode.Uri | string): Promise<void> {
  const uri = target(chosen);
  if (!uri) return;
  const params: HealParams = { uri: uri.toString() };
  await saying("The module was not healed", async () => {
    const started = (await server.execute(ServerCommand.healModule, params)) as RunStarted;
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder) runs.startedIn(started.runId, folder.uri);
  });
}

/** The part of a validation's report that is shown. */
interface ValidationReport {
  engine: string;
  findings: unknown[];
}

function modulesFolder(folder: vscode.WorkspaceFolder): string {
  return vscode.workspace
    .getConfiguration("awsOrchestrator", folder)
    .get<string>("modulesFolder", "terraform_modules");
}

function inStatusBar<T>(title: string, action: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, action);
}

interface Asked {
  title: string;
  prompt: string;
  placeHolder: string;
  empty: string;
}

async function sentence({ empty, ...box }: Asked): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    ...box,
    ignoreFocusOut: true,
    validateInput: (typed) => (typed.trim() === "" ? empty : undefined),
  });
  return text?.trim();
}
