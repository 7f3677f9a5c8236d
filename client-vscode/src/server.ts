import { homedir } from "node:os";
import * as vscode from "vscode";
import { ask, isNewEnough, OLDEST_PYTHON, type Interpreter } from "./interpreters";

/** The program that is the language server, with its arguments, and where that came from, for people. */
export interface ServerCommandLine {
  command: string;
  args: string[];
  origin: string;
}

/** What may name a Python interpreter or a whole command. */
export interface ServerChoices {
  /** The setting `awsOrchestrator.server.command`. */
  command: readonly string[];
  /** The interpreter that the Python extension has selected. */
  selectedInterpreter?: string | undefined;
  /** The setting `python.defaultInterpreterPath`. */
  defaultInterpreter?: string | undefined;
  /** The Python of the private environment, when there is one. */
  privateInterpreter?: string | undefined;
  platform: NodeJS.Platform;
  workspaceFolder?: string | undefined;
}

/** Where the server is, or that it is nowhere, with every Python that could get it. */
export type FoundServer =
  { kind: "found"; line: ServerCommandLine } | { kind: "missing"; usable: Interpreter[]; sentence: string };

const MODULE_ARGUMENTS = ["-m", "aws_orchestrator", "serve"];
type Asked = (path: string, origin: string) => Promise<Interpreter | undefined>;

/** The server: of the setting, else of the first Python in order of preference that has it installed. */
export async function findServer(choices: ServerChoices, asked: Asked): Promise<FoundServer> {
  const [command, ...args] = choices.command.map((part) => replaceVariables(part, choices.workspaceFolder));
  if (command) {
    return { kind: "found", line: { command, args, origin: "the setting awsOrchestrator.server.command" } };
  }
  const answered: Interpreter[] = [];
  for (const [path, origin] of candidates(choices)) {
    const interpreter = await asked(path, origin);
    if (interpreter?.server !== undefined) {
      return { kind: "found", line: { command: path, args: MODULE_ARGUMENTS, origin } };
    }
    if (interpreter) answered.push(interpreter);
  }
  const usable = answered.filter(isNewEnough);
  return { kind: "missing", usable, sentence: missingSentence(answered, usable) };
}

function candidates(choices: ServerChoices): [path: string, origin: string][] {
  const found: [string, string][] = [];
  if (choices.selectedInterpreter) {
    found.push([choices.selectedInterpreter, "the interpreter selected in the Python extension"]);
  }
  // "python" is the setting's own default: nobody chose it.
  if (choices.defaultInterpreter && choices.defaultInterpreter !== "python") {
    const path = replaceVariables(choices.defaultInterpreter, choices.workspaceFolder);
    found.push([path, "the setting python.defaultInterpreterPath"]);
  }
  if (choices.privateInterpreter) {
    found.push([choices.privateInterpreter, "the extension's private environment"]);
  }
  const names =
    choices.platform === "win32" ? ["python", "py"] : ["python3", "python3.13", "python3.12", "python3.11"];
  return [...found, ...names.map((name): [string, string] => [name, "PATH"])];
}

function missingSentence(answered: readonly Interpreter[], usable: readonly Interpreter[]): string {
  const oldest = OLDEST_PYTHON.join(".");
  if (usable.length > 0)
    return "The AWS Orchestrator server is not installed in a Python that the editor knows.";
  const best = answered[0];
  return best
    ? `AWS Orchestrator needs Python ${oldest} or newer; ${best.path} is ${best.version.join(".")}. ` +
        "Select a newer one in the Python extension, or install one."
    : `AWS Orchestrator needs Python ${oldest} or newer, and there is none on this machine's PATH. Install one.`;
}

function replaceVariables(text: string, workspaceFolder: string | undefined): string {
  return text
    .replaceAll("${workspaceFolder}", () => workspaceFolder ?? "")
    .replaceAll("${userHome}", () => homedir())
    .replace(/^~(?=[/\\])/, () => homedir());
}

/** Finds the server with everything that the editor knows; `home` is a folder of ours. */
export async function locateServer(
  home: string,
  privateInterpreter: string | undefined,
): Promise<FoundServer> {
  const choices = { ...(await currentChoices()), privateInterpreter };
  return findServer(choices, (path, origin) => ask(path, origin, home));
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
