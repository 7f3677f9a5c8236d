import * as vscode from "vscode";
import type { ListedRun } from "./protocol";
import { cancelRun, resumeRun, type RunTargets } from "./runCommands";
import { fitting, lineOf } from "./runsModel";
import { saying } from "./sayings";

const RESUME = "Resume";
const CANCEL = "Cancel Run";
const LATER = "Later";

/**
 * After a start of the server: a run that waited at a gate of an editor goes on, so that its gate comes back; any other
 * interrupted run is offered.
 */
export async function offerInterrupted(targets: RunTargets): Promise<void> {
  const interrupted = fitting("resume", await targets.list());
  for (const run of interrupted.filter((each) => each.waitsIn === "editor")) {
    await saying("The run that waited for an answer was not resumed", () => resumeRun(targets, run));
  }
  const others = interrupted.filter((run) => run.waitsIn !== "editor");
  if (others.length > 1) await offerSeveral(others.length);
  else if (others[0]) await offerOne(targets, others[0]);
}

async function offerOne(targets: RunTargets, run: ListedRun): Promise<void> {
  const sentence = `A run was interrupted: “${lineOf(run)}”. It goes on where it was.`;
  const answer = await vscode.window.showInformationMessage(sentence, RESUME, CANCEL, LATER);
  if (answer === RESUME) await saying("The run was not resumed", () => resumeRun(targets, run));
  if (answer === CANCEL) await saying("The run was not cancelled", () => cancelRun(targets, run));
}

async function offerSeveral(count: number): Promise<void> {
  const sentence = `${count} runs were interrupted. Each goes on where it was when it is resumed.`;
  const answer = await vscode.window.showInformationMessage(sentence, "Resume…", LATER);
  if (answer === "Resume…") await vscode.commands.executeCommand("awsOrchestrator.resumeRun");
}
