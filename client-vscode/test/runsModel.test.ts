import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListedRun, ShownRun } from "../src/protocol";
import { fitting, lineOf, rowOfRun, rowsOfRun } from "../src/runsModel";

const run: ListedRun = {
  runId: "20260301101500-a1b2c3",
  workspaceFolder: "file:///ws",
  status: "done",
  workflow: "new_module",
  module: "terraform_modules/s3",
  request: "an encrypted bucket",
  startedAt: "2026-03-01T10:15:00Z",
  endedAt: "2026-03-01T10:15:04Z",
  message: "ready",
  waitsIn: null,
};
const step = { agent: "tf-generator", title: "Write the module files", detail: "10 files" };
const shown: ShownRun = {
  run,
  steps: [
    { ...step, status: "done", seconds: 0.44 },
    { ...step, title: "Validate", status: "started", seconds: null },
  ],
  files: [
    {
      uri: "file:///ws/terraform_modules/s3/examples/basic/main.tf",
      path: "terraform_modules/s3/examples/basic/main.tf",
      action: "changed",
      before: "a",
      after: "b",
    },
    { uri: "file:///ws/m/old.tf", path: "m/old.tf", action: "deleted", before: "a", after: null },
  ],
  gates: [
    { kind: "commit", question: "Where to?", choice: "keep_local", by: "person" },
    { kind: "next_steps", question: "What next?", choice: "", by: "" },
  ],
  findings: [
    { check: "validate", severity: "error", summary: "Unsupported argument", file: "main.tf", line: 3 },
  ],
};

test("an action is offered for the runs that it is possible with", () => {
  const runs = (["running", "interrupted", "done"] as const).map((status) => ({ ...run, status }));
  assert.deepEqual(
    fitting("resume", runs).map((each) => each.status),
    ["interrupted"],
  );
  assert.deepEqual(
    fitting("cancel", runs).map((each) => each.status),
    ["running", "interrupted"],
  );
});

test("a run is one line, however long its request is", () => {
  assert.equal(lineOf({ ...run, request: "first\nsecond" }), "first");
  assert.equal(lineOf({ ...run, request: "x".repeat(500) }).length, 70);
  assert.equal(lineOf({ ...run, request: "" }), run.runId, "a damaged journal tells no request");
});

test("a run's buttons follow its state", () => {
  assert.equal(rowOfRun(run).context, "endedRun");
  assert.equal(rowOfRun({ ...run, module: null }).context, "run");
  assert.equal(rowOfRun({ ...run, status: "interrupted" }).context, "interruptedRun");
  assert.equal(rowOfRun({ ...run, status: "waiting" }).context, "runningRun");
});

test("below a run are its steps, files, findings and gates, and nothing empty", () => {
  const rows = rowsOfRun(shown);
  assert.deepEqual(
    rows.map((row) => [row.label, row.description]),
    [
      ["Steps", "2"],
      ["Files", "2"],
      ["Findings", "1"],
      ["Gates", "2"],
    ],
  );
  assert.deepEqual(rowsOfRun({ ...shown, steps: [], files: [], gates: [], findings: [] }), []);
  const ids = rows.flatMap((row) => [row.id, ...(row.rows ?? []).map((each) => each.id)]);
  assert.equal(new Set(ids).size, ids.length, "each row has an id of its own");
});

test("a step that began in a run which is over stands still", () => {
  const [steps] = rowsOfRun(shown);
  assert.deepEqual(
    steps?.rows?.map((row) => [row.label, row.description, row.icon]),
    [
      ["Write the module files", "tf-generator · 0.4 s", "check"],
      ["Validate", "tf-generator", "debug-pause"],
    ],
  );
});

test("a finding leads to its line, a deleted file to nothing that could be compared", () => {
  const [, files, findings, gates] = rowsOfRun(shown);
  assert.deepEqual(findings?.rows?.[0]?.place, { path: "terraform_modules/s3/main.tf", line: 3 });
  assert.deepEqual(
    files?.rows?.map((row) => [row.label, row.context]),
    [
      ["examples/basic/main.tf", "runFile"],
      ["m/old.tf", "deletedRunFile"],
    ],
  );
  assert.deepEqual(
    gates?.rows?.map((row) => [row.label, row.description]),
    [
      ["keep local", "commit · by a person"],
      ["What next? …", "waits for an answer"],
    ],
  );
});
