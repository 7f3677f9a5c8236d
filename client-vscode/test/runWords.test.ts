import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../src/protocol";
import { moduleFolder, wordsFor } from "../src/runWords";

const started: RunEvent = {
  runId: "r-1",
  kind: "started",
  workspaceFolder: "file:///ws",
  step: null,
  plan: null,
  status: null,
  summary: "a bucket",
  report: null,
};

test("a run reads as a story in plain words", () => {
  const step = { index: 2, total: 8, agent: "tf-validator", title: "Validate", detail: "" };
  const story: RunEvent[] = [
    started,
    { ...started, kind: "step", step: { ...step, status: "started" } },
    { ...started, kind: "step", step: { ...step, status: "skipped", detail: "nothing changed" } },
    { ...started, kind: "finished", status: "failed", summary: "INVALID: main.tf:3\nfix it" },
  ];
  assert.deepEqual(story.flatMap(wordsFor), [
    "Run r-1 began.",
    "  a bucket",
    "  2/8 tf-validator: Validate…",
    "  2/8 tf-validator: Validate: skipped (nothing changed)",
    "Run r-1 failed.",
    "  INVALID: main.tf:3",
    "  fix it",
  ]);
});

test("the module's folder is read from the report, and a report without one is no error", () => {
  const finished = (report: RunEvent["report"]): RunEvent => ({ ...started, kind: "finished", report });
  assert.equal(moduleFolder(finished({ module: { path: "terraform_modules/s3" } })), "terraform_modules/s3");
  for (const report of [null, {}, { module: null }, { module: "s3" }, { module: { path: "" } }]) {
    assert.equal(moduleFolder(finished(report)), undefined);
  }
});

test("a plan is one line, and no end of the run", () => {
  const plan = {
    service: "s3",
    title: "S3 bucket",
    path: "terraform_modules/s3",
    understood: "",
    provider: "",
    files: [],
    inputs: [{ name: "bucket_name", type: "string", description: "", default: null }],
    outputs: [],
    controls: [],
    costs: [],
  };
  assert.deepEqual(wordsFor({ ...started, kind: "planned", plan }), [
    "  Planned: terraform_modules/s3, 0 files; needs bucket_name",
  ]);
});
