import * as vscode from "vscode";
import type { RunEvent } from "./protocol";
import type { RunEvents } from "./runEvents";

interface Shown {
  report(step: { message?: string; increment?: number }): void;
  percent: number;
  close(): void;
}

/** Shows each run as a notification with its step and a cancel button, until it ends. */
export class RunProgress implements vscode.Disposable {
  private readonly shown = new Map<string, Shown>();
  private readonly listening: vscode.Disposable[];

  /** `cancel` ends a run for good. */
  constructor(
    events: Pick<RunEvents, "onEvent" | "onServerGone">,
    private readonly cancel: (runId: string) => Promise<void>,
  ) {
    this.listening = [
      events.onEvent((event) => {
        this.follow(event);
      }),
      events.onServerGone(() => {
        this.closeAll();
      }),
    ];
  }

  dispose(): void {
    this.closeAll();
    for (const listener of this.listening) listener.dispose();
  }

  private follow(event: RunEvent): void {
    if (event.kind === "finished") this.close(event.runId);
    if (event.kind === "started") this.open(event.runId, event.summary);
    const step = event.step;
    if (step?.status !== "started") return;
    const shown = this.shown.get(event.runId);
    if (!shown) return;
    const percent = Math.min(99, Math.round((100 * (step.index - 1)) / step.total));
    shown.report({
      message: `${step.index}/${step.total} ${step.title}`,
      increment: Math.max(0, percent - shown.percent),
    });
    shown.percent = percent;
  }

  private open(runId: string, request: string): void {
    this.close(runId);
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: shortened(request), cancellable: true },
      (progress, token) =>
        new Promise<void>((close) => {
          const pressed = token.onCancellationRequested(() => void this.cancel(runId));
          const end = () => {
            pressed.dispose();
            close();
          };
          this.shown.set(runId, {
            report: (step) => {
              progress.report(step);
            },
            percent: 0,
            close: end,
          });
        }),
    );
  }

  private close(runId: string): void {
    this.shown.get(runId)?.close();
    this.shown.delete(runId);
  }

  private closeAll(): void {
    for (const runId of [...this.shown.keys()]) this.close(runId);
  }
}

const LONGEST_TITLE = 60;

function shortened(request: string): string {
  const line = request.split("\n", 1)[0] ?? "";
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1)}…` : line;
}
