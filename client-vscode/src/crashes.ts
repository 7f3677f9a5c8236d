const MOST_CRASHES = 4;
const WINDOW_MS = 3 * 60 * 1000;

/** Decides what follows when the server's connection closes: start it again, or give up and say so. */
export class CrashPolicy {
  private started = false;
  private crashes: number[] = [];

  constructor(
    private readonly giveUp: (reason: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** To be called when the server has answered `initialize`. */
  serverStarted(): void {
    this.started = true;
  }

  closed(): "restart" | "stop" {
    // One that cannot even start (no such module, wrong Python) would fail in the same way every time; the failed
    // start is reported by who asked for it.
    if (!this.started) return "stop";
    const now = this.now();
    this.crashes = [...this.crashes.filter((time) => now - time < WINDOW_MS), now];
    if (this.crashes.length < MOST_CRASHES) return "restart";
    this.giveUp(`it ended ${MOST_CRASHES} times within ${WINDOW_MS / 60_000} minutes`);
    return "stop";
  }
}
