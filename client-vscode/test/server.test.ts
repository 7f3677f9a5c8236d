import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashPolicy } from "../src/crashes";
import { RestartQueue } from "../src/restarts";
import { ServerProcess } from "../src/serverProcess";
import { ask } from "../src/interpreters";
import { currentChoices, findServer, type ServerChoices } from "../src/server";
import { interpreters, workspace } from "./vscode";

const nothing: ServerChoices = { command: [], platform: "linux", workspaceFolder: "/ws" };
const MODULE = ["-m", "aws_orchestrator", "serve"];

/** Pythons of a machine: their version, and that of the server in them. */
type Machine = Record<string, { version: [number, number]; server?: string }>;

const found = (choices: Partial<ServerChoices>, machine: Machine = {}) =>
  findServer({ ...nothing, ...choices }, (path, origin) => {
    const python = machine[path];
    return Promise.resolve(python && { path, origin, version: python.version, server: python.server });
  });

async function commandOf(choices: Partial<ServerChoices>, machine: Machine = {}): Promise<string[]> {
  const server = await found(choices, machine);
  assert.ok(server.kind === "found");
  return [server.line.command, ...server.line.args];
}

const withServer = { version: [3, 12], server: "0.1.0" } as Machine[string];

test("the setting is the whole command and wins over every interpreter", async () => {
  const choices = { command: ["${workspaceFolder}/run", "serve"], selectedInterpreter: "/selected" };
  assert.deepEqual(await commandOf(choices, { "/selected": withServer }), ["/ws/run", "serve"]);
});

test("without it the first Python that has the server starts it: selected, default, private, PATH", async () => {
  const choices = {
    selectedInterpreter: "/selected",
    defaultInterpreter: "/default",
    privateInterpreter: "/private",
  };
  const machine = {
    "/selected": withServer,
    "/default": withServer,
    "/private": withServer,
    python3: withServer,
  };
  for (const path of ["/selected", "/default", "/private", "python3"] as const) {
    assert.deepEqual(await commandOf(choices, machine), [path, ...MODULE]);
    Object.assign(machine, { [path]: { version: [3, 12] } });
  }
  assert.equal((await found(choices, machine)).kind, "missing");
});

test("an interpreter that nobody chose is not asked in its own right", async () => {
  assert.deepEqual(
    await commandOf({ defaultInterpreter: "python" }, { python: withServer, python3: withServer }),
    ["python3", ...MODULE],
  );
  assert.deepEqual(await commandOf({ platform: "win32" }, { python: withServer }), ["python", ...MODULE]);
});

test("a Python without the server can get it, one that is too old cannot, and both are told apart", async () => {
  const usable = await found({}, { python3: { version: [3, 9] }, "python3.12": { version: [3, 12] } });
  assert.ok(usable.kind === "missing");
  assert.deepEqual(
    usable.usable.map((each) => each.path),
    ["python3.12"],
  );
  const old = await found({}, { python3: { version: [3, 9] } });
  assert.ok(old.kind === "missing" && old.sentence.includes("python3 is 3.9"));
  const none = await found({});
  assert.ok(none.kind === "missing" && none.sentence.includes("there is none"));
});

test("a real Python answers what it is, and another program does not", async () => {
  const python = await ask("python3", "PATH", "/");
  assert.equal(python?.version[0], 3);
  assert.equal(await ask("true", "PATH", "/"), undefined);
  assert.equal(await ask("/nowhere/python", "PATH", "/"), undefined);
});

test("a folder whose name looks like a replacement pattern is taken literally", async () => {
  assert.deepEqual(await commandOf({ command: ["${workspaceFolder}/x"], workspaceFolder: "/a$&b c" }), [
    "/a$&b c/x",
  ]);
});

test("a workspace that nobody trusts does not choose the program", async () => {
  Object.assign(interpreters, { user: "/mine", workspace: "./evil" });
  workspace.isTrusted = false;
  assert.equal((await currentChoices()).defaultInterpreter, "/mine");
  workspace.isTrusted = true;
  assert.equal((await currentChoices()).defaultInterpreter, "./evil");
});

/** Starts a shell program as the server; what becomes of a start that waits for it. */
async function started(script: string, limitMs: number): Promise<void> {
  const server = new ServerProcess({ command: "sh", args: ["-c", script], origin: "a test" }, "/");
  await server.spawn();
  await server.within(limitMs, new Promise(() => undefined)).finally(() => {
    server.kill();
  });
}

test("a program that writes garbage is no server, and that is said at once", async () => {
  await assert.rejects(started("echo Hello there; exec sleep 60", 60_000), /began with “Hello there”/);
});

test("a server that begins a message is waited for", async () => {
  const start = started("printf 'Content-Length: 2'; exec sleep 60", 1_000);
  await assert.rejects(start, /did not answer within 1 seconds/);
});

const noPause = () => Promise.resolve();

test("a server that never started is not started again", async () => {
  const policy = new CrashPolicy(() => assert.fail("the failed start is reported elsewhere"));
  assert.equal(await policy.closed(), "stop");
});

test("a server that crashes now and then is started again each time", async () => {
  let now = 0;
  const policy = new CrashPolicy(
    () => assert.fail("three crashes are not four"),
    () => now,
    noPause,
  );
  policy.serverStarted();
  for (let crash = 0; crash < 12; crash++, now += 61_000) assert.equal(await policy.closed(), "restart");
});

test("a server that keeps crashing is started later each time, then given up, and a person hears why", async () => {
  const reasons: string[] = [];
  const pauses: number[] = [];
  const policy = new CrashPolicy(
    (reason) => reasons.push(reason),
    () => 0,
    (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
  );
  policy.serverStarted();
  const answers: string[] = [];
  for (let crash = 0; crash < 4; crash++) answers.push(await policy.closed());
  assert.deepEqual(answers, ["restart", "restart", "restart", "stop"]);
  assert.deepEqual(pauses, [500, 1000, 2000]);
  assert.deepEqual(reasons, ["it ended 4 times within 3 minutes"]);
});

test("restarts never overlap, and those asked for meanwhile are one", async () => {
  const ends: (() => void)[] = [];
  let running = 0;
  const queue = new RestartQueue(async () => {
    assert.equal(++running, 1, "one at a time");
    await new Promise<void>((end) => ends.push(end));
    running--;
  });
  const first = queue.request();
  await Promise.resolve();
  assert.equal(ends.length, 1);
  const second = queue.request();
  assert.equal(queue.request(), second);
  ends[0]?.();
  await first;
  await Promise.resolve();
  assert.equal(ends.length, 2);
  ends[1]?.();
  await queue.settled();
  assert.equal(ends.length, 2);
});
