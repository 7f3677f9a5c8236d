import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlannedModule, RunEvent, StepEvent } from "../src/protocol";
import { RunProgress } from "../src/progress";
import { faceOf } from "../src/statusBar";
import { versionProblem } from "../src/versions";
import { EventEmitter, progresses } from "./vscode";

const event = (
  kind: RunEvent["kind"],
  step: StepEvent | null = null,
  plan: PlannedModule | null = null,
): RunEvent => ({
  runId: "r-1",
  kind,
  workspaceFolder: "file:///ws",
  step,
  plan,
  status: null,
  summary: "an encrypted bucket",
  report: null,
});
const step = (index: number): StepEvent => ({
  index,
  total: 7,
  agent: "tf-generator",
  title: `Step ${index}`,
  status: "started",
  detail: "",
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

function progress() {
  const happened = new EventEmitter<RunEvent>();
  const gone = new EventEmitter<void>();
  const cancelled: string[] = [];
  const shown = new RunProgress({ onEvent: happened.event, onServerGone: gone.event }, (runId) => {
    cancelled.push(runId);
    return Promise.resolve();
  });
  progresses.length = 0;
  return { happened, gone, cancelled, shown };
}

test("a run is a notification with its step and how far it is, until it ends", async () => {
  const { happened } = progress();
  happened.fire(event("started"));
  happened.fire(event("step", step(1)));
  happened.fire(event("step", step(4)));
  const [shown] = progresses;
  assert.equal(shown?.title, "an encrypted bucket");
  assert.deepEqual(
    shown.reports.map((report) => [report.message, report.increment]),
    [
      ["1/7 Step 1", 0],
      ["4/7 Step 4", 43],
    ],
  );
  assert.equal(shown.closed, false);
  happened.fire(event("finished"));
  await settled();
  assert.equal(shown.closed, true);
});

test("its cancel button cancels the run", () => {
  const { happened, cancelled } = progress();
  happened.fire(event("started"));
  progresses[0]?.cancel();
  assert.deepEqual(cancelled, ["r-1"]);
});

test("when the server goes away no notification stays", async () => {
  const { happened, gone } = progress();
  happened.fire(event("started"));
  gone.fire();
  await settled();
  assert.equal(progresses[0]?.closed, true);
});

test("the status bar says what matters most: no server, a question, a step, readiness", () => {
  assert.match(faceOf("stopped", ["2/7 Plan"], 1).text, /error/);
  assert.match(faceOf("running", ["2/7 Plan"], 1).text, /your answer/);
  assert.match(faceOf("running", ["2/7 Plan", "3/7 Build"], 0).text, /2\/7 Plan \+1/);
  assert.match(faceOf("running", [], 0).text, /check/);
  assert.match(faceOf("starting", [], 0).text, /spin/);
});

test("a server of another minor version is said, one of the same is not", () => {
  assert.equal(versionProblem("0.1.0", "0.1.7"), undefined);
  assert.match(versionProblem("0.2.0", "0.1.0") ?? "", /aws-orchestrator==0\.2\.\*/);
  assert.match(versionProblem("0.2.0", undefined) ?? "", /does not say its version/);
});
