import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PrivateEnvironment, type Stop } from "../src/environment";

const base = { path: "python3" };
const running: Stop = { aborted: false, addEventListener: () => undefined };
const quiet = () => undefined;

/** The smallest wheel that pip installs, in a folder as the extension has it: a zip with the package and its metadata. */
async function wheels(folder: string): Promise<string> {
  const into = join(folder, "wheels");
  await mkdir(into);
  const script = `
import sys, zipfile
info = "aws_orchestrator-9.9.9.dist-info"
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("aws_orchestrator/__init__.py", "__version__ = '9.9.9'")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: aws-orchestrator\\nVersion: 9.9.9\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
`;
  const name = join(into, "aws_orchestrator-9.9.9-py3-none-any.whl");
  execFileSync("python3", ["-c", script, name]);
  return into;
}

test("the private environment has the server of the wheel, and replaces that of an older extension", async () => {
  const folder = await mkdtemp(join(tmpdir(), "environment-"));
  const storage = join(folder, "storage");
  await mkdir(join(storage, "server-0.0.1"), { recursive: true });
  const environment = new PrivateEnvironment(storage, "0.1.0", await wheels(folder));
  assert.equal(environment.interpreter, undefined);

  const said: string[] = [];
  await environment.make(base, (line) => said.push(line), running);

  assert.ok(environment.interpreter);
  const asked = ["-c", "import aws_orchestrator; print(aws_orchestrator.__version__)"];
  assert.equal(execFileSync(environment.interpreter, asked, { encoding: "utf8" }).trim(), "9.9.9");
  assert.deepEqual(await readdir(storage), ["server-0.1.0"]);
  assert.match(said.join("\n"), /Successfully installed aws-orchestrator-9\.9\.9/);
});

test("an installation that fails or is cancelled leaves no environment that looks ready", async () => {
  const folder = await mkdtemp(join(tmpdir(), "environment-"));
  const environment = new PrivateEnvironment(join(folder, "storage"), "0.1.0", await wheels(folder));

  const stopped: Stop = { aborted: true, addEventListener: () => undefined };
  await assert.rejects(environment.make(base, quiet, stopped), /cancelled/);
  assert.equal(environment.interpreter, undefined);

  await writeFile(join(folder, "wheels", "aws_orchestrator-9.9.9-py3-none-any.whl"), "no zip");
  await assert.rejects(environment.make(base, quiet, running));
  assert.equal(environment.interpreter, undefined);
  assert.ok(
    existsSync(join(folder, "storage", "server-0.1.0")),
    "what is half made is there, and made anew next time",
  );
});

test("an extension that was built without the server says how to get it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "environment-"));
  const environment = new PrivateEnvironment(folder, "0.1.0", join(folder, "none"));
  await assert.rejects(environment.make(base, quiet, running), /pip install aws-orchestrator/);
});
