import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashPolicy } from "../src/crashes";
import { RestartQueue } from "../src/restarts";
import { currentChoices, serverCommandLine, type ServerChoices } from "../src/server";
import { interpreters, workspace } from "./vscode";

const nothing: ServerChoices = { command: [], platform: "linux", workspaceFolder: "/ws" };
const MODULE = ["-m", "aws_orchestrator", "serve"];

const commandOf = (choices: Partial<ServerChoices>) => {
  const { command, args } = serverCommandLine({ ...nothing, ...choices });
  return [command, ...args];
};

test("the setting is the whole command and wins over every interpreter", () => {
  const choices = { command: ["${workspaceFolder}/run", "serve"], selectedInterpreter: "/selected" };
  assert.deepEqual(commandOf(choices), ["/ws/run", "serve"]);
});

test("without it the selected interpreter starts the module, then the default one, then PATH", () => {
  const both = { selectedInterpreter: "/selected", defaultInterpreter: "/default" };
  assert.deepEqual(commandOf(both), ["/selected", ...MODULE]);
  assert.deepEqual(commandOf({ defaultInterpreter: "/default" }), ["/default", ...MODULE]);
  assert.deepEqual(commandOf({ defaultInterpreter: "python" }), ["python3", ...MODULE]);
  assert.deepEqual(commandOf({ platform: "win32" }), ["python", ...MODULE]);
});

test("a folder whose name looks like a replacement pattern is taken literally", () => {
  assert.deepEqual(commandOf({ command: ["${workspaceFolder}/x"], workspaceFolder: "/a$&b c" }), [
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

test("a server that never started is not started again", () => {
  const policy = new CrashPolicy(() => assert.fail("the failed start is reported elsewhere"));
  assert.equal(policy.closed(), "stop");
});

test("a server that crashes now and then is started again each time", () => {
  let now = 0;
  const policy = new CrashPolicy(
    () => assert.fail("three crashes are not four"),
    () => now,
  );
  policy.serverStarted();
  for (let crash = 0; crash < 12; crash++, now += 61_000) assert.equal(policy.closed(), "restart");
});

test("a server that keeps crashing is given up, and a person hears why", () => {
  const reasons: string[] = [];
  const policy = new CrashPolicy(
    (reason) => reasons.push(reason),
    () => 0,
  );
  policy.serverStarted();
  assert.deepEqual(
    [1, 2, 3, 4].map(() => policy.closed()),
    ["restart", "restart", "restart", "stop"],
  );
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
