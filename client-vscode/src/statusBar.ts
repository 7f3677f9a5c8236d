import * as vscode from "vscode";
import type { RunEvent } from "./protocol";
import type { RunEvents } from "./runEvents";

export type ServerState = "starting" | "running" | "stopped";

interface Face {
  text: string;
  tooltip: string;
}

/** What the status bar says, from the server's state, the steps of runs that go on, and the gates that wait. */
export function faceOf(server: ServerState, steps: readonly string[], gates: number): Face {
  if (server === "starting") return { text: "$(sync~spin) Terraform", tooltip: "The server is starting." };
  if (server === "stopped") {
    return { text: "$(error) Terraform", tooltip: "The server is not running. Show Logs says why." };
  }
  if (gates > 0) {
    return { text: "$(bell-dot) Terraform: your answer", tooltip: "A run waits for your answer." };
  }
  const [first] = steps;
  if (first !== undefined) {
    const more = steps.length > 1 ? ` +${steps.length - 1}` : "";
    return { text: `$(loading~spin) ${first}${more}`, tooltip: "Runs that go on. Select to see them." };
  }
  return { text: "$(check) Terraform", tooltip: "AWS Orchestrator is ready. Select to see the runs." };
}

/** The item of the status bar: server, runs, waiting gates; it opens the runs. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "awsOrchestrator.status",
    vscode.StatusBarAlignment.Left,
  );
  private readonly steps = new Map<string, string>();
  private readonly listening: vscode.Disposable[];
  private state: ServerState = "starting";
  private gates = 0;

  constructor(events: Pick<RunEvents, "onEvent" | "onServerGone">) {
    this.item.name = "AWS Orchestrator";
    this.listening = [
      events.onEvent((event) => {
        this.follow(event);
      }),
      events.onServerGone(() => {
        this.steps.clear();
        this.draw();
      }),
    ];
    this.draw();
    this.item.show();
  }

  server(state: ServerState): void {
    this.state = state;
    this.draw();
  }

  waitingGates(count: number): void {
    this.gates = count;
    this.draw();
  }

  dispose(): void {
    this.item.dispose();
    for (const listener of this.listening) listener.dispose();
  }

  private follow(event: RunEvent): void {
    if (event.kind === "finished") this.steps.delete(event.runId);
    else if (event.step)
      this.steps.set(event.runId, `${event.step.index}/${event.step.total} ${event.step.title}`);
    else if (!this.steps.has(event.runId)) this.steps.set(event.runId, "Starting a run");
    this.draw();
  }

  private draw(): void {
    const face = faceOf(this.state, [...this.steps.values()], this.gates);
    this.item.text = face.text;
    this.item.tooltip = face.tooltip;
    this.item.command = this.state === "stopped" ? "awsOrchestrator.showLogs" : "awsOrchestrator.showRuns";
  }
}
