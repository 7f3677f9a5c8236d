/** The real VS Code workbench as a process: one code-server with a fresh profile, and its end. */
import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Long, because a busy machine is no failure; every wait ends as soon as what it waits for is there. */
export const PATIENCE_MS = 60_000;
const POLL_MS = 200;

/** A variable that tools/workbench/run.sh sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start this through tools/workbench/run.sh.`);
  return value;
}

/** The Python whose `-m aws_orchestrator` is tested. */
export const python = required("AWS_ORCHESTRATOR_PYTHON");
export const repository = required("AWS_ORCHESTRATOR_REPOSITORY");
const entry = join(required("WORKBENCH_TREE"), "node_modules/code-server/out/node/entry.js");

/** The server of this repository, as a setting. */
export const SERVER = { "awsOrchestrator.server.command": [python, "-m", "aws_orchestrator", "serve"] };

const SETTINGS = {
  // The browser says which theme it prefers, so a story can show both.
  "window.autoDetectColorScheme": true,
  // The web's default saves by itself after a while, which would hide a client that forgets to save.
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.layoutControl.enabled": false,
  "workbench.reduceMotion": "on",
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "security.workspace.trust.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "telemetry.telemetryLevel": "off",
};

/** What a story needs otherwise than usual. */
export interface Surroundings {
  /** Settings of the user. */
  settings?: object;
  /** Whether the setting names the server of this repository; else the editor looks for one. */
  server?: "set" | "looked for";
  /** The folders with programs, in the place of the machine's: made anew, relative to the profile. */
  path?: string;
  /** More extensions, as vsix files. */
  extensions?: string[];
}

export interface CodeServer {
  /** Where a workbench without anything open is. */
  address: string;
  /** The workspace folder that the editor has open. */
  folder: string;
  /** A folder of this story alone, around the workspace folder and the editor's own. */
  profile: string;
  /** Replaces the settings of the user. */
  settings(changed: object): Promise<void>;
  /** Copies what is known about a failure (server.log, the editor's logs) to a folder. */
  keepLogs(target: string): Promise<void>;
  /** Kills the language server as a crash would. */
  killLanguageServer(): void;
  stop(): Promise<void>;
}

/** Starts a workbench with the extension installed and an empty folder named `demo` open. */
export async function startCodeServer(around: Surroundings = {}): Promise<CodeServer> {
  const profile = await mkdtemp(join(tmpdir(), "aws-orchestrator-workbench-"));
  const at = (...parts: string[]) => join(profile, ...parts);
  for (const folder of ["demo", "extensions", "user/User", "user/Machine", "home"])
    await mkdir(at(folder), { recursive: true });
  const server = around.server === "looked for" ? {} : SERVER;
  // A window of a remote workspace, as all of code-server's are, takes settings of a machine (the server's command) from
  // the machine's file; those of the user's it takes now and then only, as its parts happen to start.
  const settings = async (changed: object) => {
    for (const scope of ["Machine", "User"])
      await writeFile(at("user", scope, "settings.json"), JSON.stringify({ ...SETTINGS, ...changed }));
  };
  await settings({ ...server, ...around.settings });
  if (around.path !== undefined) await mkdir(at(around.path));
  const environment = {
    PATH: around.path === undefined ? process.env.PATH : at(around.path),
    // Else the extension host asks a login shell for its PATH.
    VSCODE_CLI: "1",
    LANG: "C.UTF-8",
    HOME: at("home"),
    XDG_CONFIG_HOME: at("home"),
    XDG_DATA_HOME: at("home"),
    XDG_CACHE_HOME: at("home"),
  };
  const places = ["--extensions-dir", at("extensions"), "--user-data-dir", at("user")];
  const extensions = [required("AWS_ORCHESTRATOR_VSIX"), ...(around.extensions ?? [])];
  const installed = extensions.flatMap((vsix) => ["--install-extension", vsix]);
  execFileSync(process.execPath, [entry, ...installed, ...places], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const flags = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"];
  const child = spawn(
    process.execPath,
    [
      ...[entry, "--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-getting-started-override"],
      ...[...flags, ...places, at("demo")],
    ],
    // A group of its own: after a TERM to the main process alone a file watcher lives on.
    { env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  );
  const log = createWriteStream(at("server.log"));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  try {
    return {
      address: await listening(child, at("server.log")),
      folder: at("demo"),
      profile,
      settings,
      async keepLogs(target) {
        await mkdir(target, { recursive: true });
        await cp(at("server.log"), join(target, "server.log"));
        await cp(at("user/logs"), join(target, "logs"), { recursive: true });
      },
      killLanguageServer() {
        execFileSync("pkill", ["-KILL", "-g", String(child.pid), "-f", "aws_orchestrator serve"]);
      },
      async stop() {
        await endGroup(child);
        await rm(profile, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  } catch (error) {
    await endGroup(child);
    throw error;
  }
}

async function listening(child: ChildProcess, logFile: string): Promise<string> {
  let text = "";
  const address = await polled(PATIENCE_MS, async () => {
    text = await readFile(logFile, "utf8").catch(() => "");
    const found = /HTTP server listening on (http:\S+)/.exec(text)?.[1];
    return found ?? (child.exitCode === null ? undefined : "");
  });
  if (!address) throw new Error(`code-server did not start:\n${text}`);
  return address;
}

async function endGroup(child: ChildProcess): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  signal(group, "SIGTERM");
  const gone = await polled(10_000, () => (signal(group, 0) ? undefined : true));
  if (!gone) signal(group, "SIGKILL");
}

/** What `ask` answers as soon as it answers anything, or undefined after the time is over. */
async function polled<T>(
  limitMs: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T | undefined> {
  const end = Date.now() + limitMs;
  let answer = await ask();
  while (answer === undefined && Date.now() < end) {
    await sleep(POLL_MS);
    answer = await ask();
  }
  return answer;
}

/** Signals a process group; false when none of it is left. */
function signal(group: number, which: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, which);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
