import { spawn, type ChildProcess } from "node:child_process";
import type { ServerCommandLine } from "./server";

const KILL_AFTER_MS = 2_000;

/** The server's process: ours, so that one which does not end in order can be ended. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private broken: (error: Error) => void = () => undefined;

  constructor(
    private readonly line: ServerCommandLine,
    private readonly home: string,
    private readonly environment: Record<string, string> = {},
  ) {}

  /** Starts the process; again after a crash. Rejects when there is no such program. */
  spawn(): Promise<ChildProcess> {
    const child = spawn(this.line.command, this.line.args, {
      // `python -m` looks in the current folder first: in the workspace's, a folder named aws_orchestrator would
      // run as the server.
      cwd: this.home,
      env: { ...process.env, ...this.environment, PYTHONSAFEPATH: "1", PYTHONUTF8: "1" },
    });
    this.child = child;
    // Heard beside the client, which would wait for the end of a header until its time is over.
    child.stdout.once("data", (first: Buffer) => {
      if (!beginsMessage(first)) this.fail(new Error(notAServer(this.line.command, first)));
    });
    return new Promise((resolve, reject) => {
      child.once("spawn", () => {
        resolve(child);
      });
      child.once("error", reject);
    });
  }

  /** Ends the wait for a start that cannot succeed any more. */
  fail(error: Error): void {
    this.broken(error);
  }

  /** Waits for a start, at most so long, or until `fail`. */
  async within(limitMs: number, start: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const failure = new Promise<never>((_, reject) => {
      this.broken = reject;
      timer = setTimeout(() => {
        reject(new Error(`The server did not answer within ${limitMs / 1000} seconds.`));
      }, limitMs);
    });
    try {
      await Promise.race([start, failure]);
    } finally {
      clearTimeout(timer);
      this.broken = () => undefined;
    }
  }

  /** Ends the process: politely, so that it ends its own children, then for good. */
  kill(): void {
    const child = this.child;
    const running = child?.exitCode === null && child.signalCode === null;
    if (!running) return;
    child.kill("SIGTERM");
    const last = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    child.once("exit", () => {
      clearTimeout(last);
    });
  }
}

const HEADER = "Content-";

/** Whether a program that begins like this may be a language server. */
function beginsMessage(first: Buffer): boolean {
  return HEADER.startsWith(first.subarray(0, HEADER.length).toString("latin1"));
}

function notAServer(command: string, first: Buffer): string {
  const said = first.toString("utf8").split("\n", 1)[0]?.slice(0, 80) ?? "";
  return `${command} is no language server, or something in it prints to its output: it began with “${said}”.`;
}
