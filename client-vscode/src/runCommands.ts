import * as vscode from "vscode";
import { ServerCommand, type ListedRun, type RunParams, type RunStarted } from "./protocol";
import { fitting, lineOf, type RunAction } from "./runsModel";
import type { RunReporter } from "./runs";
import { saying } from "./sayings";

/** What the commands act on. */
export interface RunTargets {
  server: { execute(command: string, argument: object): Promise<unknown> };
  runs: Pick<RunReporter, "startedIn">;
  list: () => Promise<ListedRun[]>;
}

interface Words {
  title: string;
  none: string;
  failure: string;
}

const WORDS: Record<RunAction, Words> = {
  resume: {
    title: "Resume Run",
    none: "No run was interrupted; there is nothing to resume.",
    failure: "The run was not resumed",
  },
  revert: {
    title: "Revert Run",
    none: "No run that ended changed files; there is nothing to revert.",
    failure: "The run was not reverted",
  },
  cancel: {
    title: "Cancel Run",
    none: "No run is going on or interrupted; there is nothing to cancel.",
    failure: "The run was not cancelled",
  },
};

/** Registers the commands about runs; called on a run of the view, or asking which one is meant. */
export function registerRunCommands(targets: RunTargets): vscode.Disposable[] {
  const actions: [RunAction, (run: ListedRun) => Promise<void>][] = [
    ["resume", (run) => resumeRun(targets, run)],
    ["revert", (run) => revertRun(targets, run)],
    ["cancel", (run) => cancelRun(targets, run)],
  ];
  return actions.map(([action, act]) =>
    vscode.commands.registerCommand(`awsOrchestrator.${action}Run`, (item?: { run?: ListedRun }) =>
      saying(WORDS[action].failure, async () => {
        const run = item?.run ?? (await pick(action, await targets.list()));
        if (run) await act(run);
      }),
    ),
  );
}

/** Goes on with an interrupted run. */
export async function resumeRun({ server, runs }: Omit<RunTargets, "list">, run: ListedRun): Promise<void> {
  await server.execute(ServerCommand.resumeRun, paramsOf(run));
  runs.startedIn(run.runId, vscode.Uri.parse(run.workspaceFolder, true));
}

async function revertRun({ server, runs }: RunTargets, run: ListedRun): Promise<void> {
  const button = "Revert";
  const sure = await vscode.window.showWarningMessage(
    `Put the files back as they were before “${lineOf(run)}”?`,
    {
      modal: true,
      detail:
        "Files that the run wrote get their former contents; those that it made are removed. " +
        "Where a file was changed since, you are asked first.",
    },
    button,
  );
  if (sure !== button) return;
  const started = (await server.execute(ServerCommand.revertRun, paramsOf(run))) as RunStarted;
  runs.startedIn(started.runId, vscode.Uri.parse(run.workspaceFolder, true));
}

/** Ends a run for good. */
export async function cancelRun({ server }: Pick<RunTargets, "server">, run: ListedRun): Promise<void> {
  await server.execute(ServerCommand.cancelRun, paramsOf(run));
}

function paramsOf(run: ListedRun): RunParams {
  return { runId: run.runId, workspaceFolder: run.workspaceFolder };
}

async function pick(action: RunAction, all: readonly ListedRun[]): Promise<ListedRun | undefined> {
  const runs = fitting(action, all);
  if (runs.length === 0) {
    void vscode.window.showInformationMessage(WORDS[action].none);
    return undefined;
  }
  const items = runs.map((run) => ({
    label: lineOf(run),
    description: run.module ?? "",
    detail: `${run.status}, ${new Date(run.startedAt).toLocaleString()}`,
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: WORDS[action].title,
    placeHolder: "Which run?",
    matchOnDescription: true,
  });
  return chosen?.run;
}
