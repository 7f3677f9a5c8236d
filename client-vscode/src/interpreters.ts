import { execFile } from "node:child_process";

/** The oldest Python that the server runs on. */
export const OLDEST_PYTHON: readonly [number, number] = [3, 11];

/** A Python that was asked. */
export interface Interpreter {
  path: string;
  /** Where the path came from, for people. */
  origin: string;
  version: readonly [number, number];
  /** Version of the server that is installed there; undefined when there is none. */
  server: string | undefined;
}

const QUESTION = `
import importlib.metadata, json, sys
try:
    server = importlib.metadata.version("aws-orchestrator")
except importlib.metadata.PackageNotFoundError:
    server = None
print(json.dumps({"version": sys.version_info[:2], "server": server}))`;
const LIMIT_MS = 20_000;

/** What a Python says of itself; undefined when it is none, or does not answer. */
export function ask(path: string, origin: string, home: string): Promise<Interpreter | undefined> {
  return new Promise((resolve) => {
    // Isolated (-I) and not in the workspace: a folder there must not answer in the place of the package.
    execFile(path, ["-I", "-c", QUESTION], { cwd: home, timeout: LIMIT_MS }, (error, output) => {
      resolve(error ? undefined : understood(path, origin, output));
    });
  });
}

function understood(path: string, origin: string, output: string): Interpreter | undefined {
  try {
    const said = JSON.parse(output) as { version: [number, number]; server: string | null };
    return { path, origin, version: said.version, server: said.server ?? undefined };
  } catch {
    // Another program that happens to have this name.
    return undefined;
  }
}

/** Whether the server can be installed into an environment of this Python. */
export function isNewEnough({ version }: Pick<Interpreter, "version">): boolean {
  const [major, minor] = version;
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}
