import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Interpreter } from "./interpreters";

const PREFIX = "server-";
/** Written last: an environment without it was interrupted, and is made anew. */
const READY = "ready";

/** Stops what is under way. */
export interface Stop {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
}

/** A Python environment of the extension's own, with the server of the wheel that came inside the extension. */
export class PrivateEnvironment {
  private readonly folder: string;

  /** `storage` is the extension's own folder; each version of the extension has an environment of its own there. */
  constructor(
    private readonly storage: string,
    private readonly version: string,
    private readonly wheels: string,
    private readonly platform: NodeJS.Platform = process.platform,
  ) {
    this.folder = join(storage, PREFIX + version);
  }

  /** Its Python; undefined when the environment was not made yet. */
  get interpreter(): string | undefined {
    return existsSync(join(this.folder, READY)) ? this.python : undefined;
  }

  /** The wheel inside the extension; undefined in one that was built without. */
  async wheel(): Promise<string | undefined> {
    const names = existsSync(this.wheels) ? await readdir(this.wheels) : [];
    const name = names.find((each) => each.startsWith("aws_orchestrator-") && each.endsWith(".whl"));
    return name === undefined ? undefined : join(this.wheels, name);
  }

  /** Makes the environment with the given Python and installs the wheel; `say` hears every line. */
  async make(base: Pick<Interpreter, "path">, say: (line: string) => void, stop: Stop): Promise<void> {
    const wheel = await this.wheel();
    if (wheel === undefined) {
      throw new Error(
        "This build of the extension holds no server. Run `pip install aws-orchestrator` instead.",
      );
    }
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.storage, { recursive: true });
    await run(base.path, ["-I", "-m", "venv", this.folder], this.storage, say, stop);
    const install = ["-I", "-m", "pip", "install", "--disable-pip-version-check", wheel];
    await run(this.python, install, this.storage, say, stop);
    await writeFile(join(this.folder, READY), `${this.version}\n`);
    await this.removeOthers();
  }

  private get python(): string {
    return this.platform === "win32"
      ? join(this.folder, "Scripts", "python.exe")
      : join(this.folder, "bin", "python");
  }

  private async removeOthers(): Promise<void> {
    for (const name of await readdir(this.storage)) {
      if (name.startsWith(PREFIX) && name !== PREFIX + this.version) {
        await rm(join(this.storage, name), { recursive: true, force: true });
      }
    }
  }
}

function run(
  command: string,
  args: string[],
  cwd: string,
  say: (line: string) => void,
  stop: Stop,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) {
      reject(new Error("it was cancelled"));
      return;
    }
    say(`${command} ${args.join(" ")}`);
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let last = "";
    const hear = (data: Buffer) => {
      for (const line of data.toString().split("\n").filter(Boolean)) say((last = line));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    stop.addEventListener("abort", () => child.kill());
    child.once("error", reject);
    child.once("close", (code) => {
      if (stop.aborted) reject(new Error("it was cancelled"));
      else if (code === 0) resolve();
      else reject(new Error(last || `${command} ended with code ${code}`));
    });
  });
}
