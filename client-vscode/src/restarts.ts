/** Runs restarts one after the other; asked while one is under way, everybody shares the one that follows it. */
export class RestartQueue {
  private running: Promise<void> = Promise.resolve();
  private queued: Promise<void> | undefined;

  /** `restart` must not reject: a failed start is its own business, and the next one may succeed. */
  constructor(private readonly restart: () => Promise<void>) {}

  request(): Promise<void> {
    this.queued ??= this.running.then(() => {
      // From here on its settings are read: who asks later needs another one.
      this.queued = undefined;
      return this.restart();
    });
    this.running = this.queued;
    return this.queued;
  }

  /** Resolves when every restart asked for until now is over. */
  settled(): Promise<void> {
    return this.running;
  }
}
