import { homedir } from "node:os";
import * as vscode from "vscode";

/** The program that is the language server, with its arguments, and where that came from, for people. */
export interface ServerCommandLine {
  command: string;
  args: string[];
  origin: string;
}

/** What may name a Python interpreter or a whole command, strongest first. */
export interface ServerChoices {
  /** The setting `awsOrchestrator.server.command`. */
  command: readonly string[];
  /** The interpreter that the Python extension has selected. */
  selectedInterpreter?: string | undefined;
  /** The setting `python.defaultInterpreterPath`. */
  defaultInterpreter?: string | undefined;
  platform: NodeJS.Platform;
  workspaceFolder?: string | undefined;
}

const MODULE_ARGUMENTS = ["-m", "aws_orchestrator", "serve"];

/** The command line that starts the server, from what the settings and the Python extension say. */
export function serverCommandLine(choices: ServerChoices): ServerCommandLine {
  const [command, ...args] = choices.command.map((part) => replaceVariables(part, choices.workspaceFolder));
  if (command) return { command, args, origin: "the setting awsOrchestrator.server.command" };
  if (choices.selectedInterpreter) {
    return interpreter(choices.selectedInterpreter, "the interpreter selected in the Python extension");
  }
  // "python" is the setting's own default: nobody chose it.
  if (choices.defaultInterpreter && choices.defaultInterpreter !== "python") {
    const path = replaceVariables(choices.defaultInterpreter, choices.workspaceFolder);
    return interpreter(path, "the setting python.defaultInterpreterPath");
  }
  return interpreter(choices.platform === "win32" ? "python" : "python3", "PATH");
}

function interpreter(command: string, origin: string): ServerCommandLine {
  return { command, args: MODULE_ARGUMENTS, origin };
}

function replaceVariables(text: string, workspaceFolder: string | undefined): string {
  return text
    .replaceAll("${workspaceFolder}", () => workspaceFolder ?? "")
    .replaceAll("${userHome}", () => homedir())
    .replace(/^~(?=[/\\])/, () => homedir());
}

/** Asks the editor for everything that chooses the server. */
export async function currentChoices(): Promise<ServerChoices> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return {
    command: vscode.workspace.getConfiguration("awsOrchestrator.server").get<string[]>("command", []),
    selectedInterpreter: await selectedInterpreter(folder?.uri),
    defaultInterpreter: defaultInterpreter(folder?.uri),
    platform: process.platform,
    workspaceFolder: folder?.uri.fsPath,
  };
}

function defaultInterpreter(scope: vscode.Uri | undefined): string | undefined {
  const python = vscode.workspace.getConfiguration("python", scope ?? null);
  // Not our setting, so the editor does not restrict it for us: a workspace that nobody trusts may not choose
  // a program.
  return vscode.workspace.isTrusted
    ? python.get<string>("defaultInterpreterPath")
    : python.inspect<string>("defaultInterpreterPath")?.globalValue;
}

/** The part of the Python extension's public API that is used here. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: {
      path: string;
    }): Promise<{ executable: { uri: vscode.Uri | undefined } } | undefined>;
  };
}

async function selectedInterpreter(scope: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (!extension || !vscode.workspace.isTrusted) return undefined;
  const { environments } = await extension.activate();
  const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(scope));
  return environment?.executable.uri?.fsPath;
}
