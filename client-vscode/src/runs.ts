import { isAbsolute } from "node:path";
import * as vscode from "vscode";
import type { RunEvent } from "./protocol";
import type { RunEvents } from "./runEvents";
import { moduleFolder, wordsFor } from "./runWords";

const OPEN_MAIN = "Open main.tf";
const SHOW_LOG = "Show Log";

/** Writes what runs do to the output channel in plain words, and says how each one ended. */
export class RunReporter {
  private readonly folders = new Map<string, vscode.Uri>();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    events: Pick<RunEvents, "onEvent">,
  ) {
    events.onEvent((event) => void this.report(event));
  }

  /** Remembers in which workspace folder a run works: paths in its report are relative to that. */
  startedIn(runId: string, folder: vscode.Uri): void {
    this.folders.set(runId, folder);
  }

  private async report(event: RunEvent): Promise<void> {
    for (const line of wordsFor(event)) this.log.info(line);
    if (event.kind === "finished") await this.sayEnd(event);
  }

  private async sayEnd(event: RunEvent): Promise<void> {
    const main = await this.mainFile(event);
    const summary = event.summary === "" ? (wordsFor(event)[0] ?? "") : event.summary;
    const buttons = main ? [OPEN_MAIN, SHOW_LOG] : [SHOW_LOG];
    const show =
      event.status === "failed" ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
    const answer = await show(`AWS Orchestrator: ${summary}`, ...buttons);
    if (answer === SHOW_LOG) this.log.show();
    if (answer === OPEN_MAIN && main) await vscode.window.showTextDocument(main, { preview: false });
  }

  private async mainFile(event: RunEvent): Promise<vscode.Uri | undefined> {
    const path = moduleFolder(event);
    const folder = this.folders.get(event.runId);
    this.folders.delete(event.runId);
    if (path === undefined) return undefined;
    // A run that another run began ("generate another") was never announced here: look in every folder.
    const all = vscode.workspace.workspaceFolders?.map((each) => each.uri) ?? [];
    const roots = folder ? [folder] : all;
    const places = isAbsolute(path)
      ? [vscode.Uri.file(path)]
      : roots.map((root) => vscode.Uri.joinPath(root, path));
    for (const place of places) {
      const main = vscode.Uri.joinPath(place, "main.tf");
      if (await exists(main)) return main;
    }
    return undefined;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
