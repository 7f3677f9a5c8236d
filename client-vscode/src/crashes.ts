import { setTimeout as sleep } from "node:timers/promises";

const MOST_CRASHES = 4;
const WINDOW_MS = 3 * 60 * 1000;
const FIRST_PAUSE_MS = 500;

/** Decides what follows when the server's connection closes: start it again, later each time, or give up and say so. */
export class CrashPolicy {
  private started = false;
  private crashes: number[] = [];

  constructor(
    private readonly giveUp: (reason: string) => void,
    private readonly now: () => number = Date.now,
    private readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** To be called when the server has answered `initialize`. */
  serverStarted(): void {
    this.started = true;
  }

  async closed(): Promise<"restart" | "stop"> {
    // One that cannot even start (no such module, wrong Python) would fail in the same way every time; the failed
    // start is reported by who asked for it.
    if (!this.started) return "stop";
    const now = this.now();
    this.crashes = [...this.crashes.filter((time) => now - time < WINDOW_MS), now];
    if (this.crashes.length >= MOST_CRASHES) {
      this.giveUp(`it ended ${MOST_CRASHES} times within ${WINDOW_MS / 60_000} minutes`);
      return "stop";
    }
    // Once may be an accident; what kills it again at once should not keep the machine busy.
    await this.pause(FIRST_PAUSE_MS * 2 ** (this.crashes.length - 1));
    return "restart";
  }
}
