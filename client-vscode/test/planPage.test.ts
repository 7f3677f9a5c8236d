import assert from "node:assert/strict";
import { test } from "node:test";
import { planPage } from "../src/planPage";
import type { PlannedModule } from "../src/protocol";

const plan: PlannedModule = {
  service: "s3",
  title: "S3 bucket",
  path: "terraform_modules/s3",
  understood: "with encryption",
  provider: "hashicorp/aws 6.62.0",
  files: [{ name: "main.tf", purpose: "The bucket", resources: ["aws_s3_bucket.this"] }],
  inputs: [
    { name: "tags", type: "map(string)", description: "Tags.", default: "{}" },
    { name: "bucket_name", type: "string", description: "Name.", default: null },
  ],
  outputs: ["bucket_arn"],
  controls: [
    { id: "S3.1", status: "PASS", title: "Block public access", how: "All four." },
    { id: "S3.9", status: "WARN", title: "Access logging", how: "Not asked for." },
  ],
  costs: ["Versioning: every version is stored."],
};

test("the page tells files, resources, inputs, security and costs", () => {
  const page = planPage(plan, "n");
  for (const text of ["main.tf", "aws_s3_bucket.this", "bucket_name", "S3.1", "every version is stored"]) {
    assert.ok(page.includes(text), text);
  }
  assert.ok(page.includes("2, of which 1 must be given"));
  assert.ok(page.includes("1 kept, 1 to know about"));
});

test("what a person decides by comes before the tables", () => {
  const page = planPage(plan, "n");
  const summary = /<p class="summary">(.*)<\/p>/.exec(page)?.[1] ?? "";
  for (const text of [
    "1 file, 1 resources",
    "inputs: 2, of which 1 must be given",
    "security: 1 kept, 1 to know about",
  ])
    assert.ok(summary.includes(text), text);
  assert.ok(summary.includes("costs: 1 known"));
  assert.ok(page.indexOf(summary) < page.indexOf("<table>"));
});

test("no known cost is said to be that, and no more", () => {
  const page = planPage({ ...plan, costs: [] }, "n");
  assert.ok(page.includes("costs: none known"));
  assert.ok(page.includes("Nothing in this module is known to have a price of its own."));
});

test("what must be given and what is not kept come first", () => {
  const page = planPage(plan, "n");
  assert.ok(page.indexOf("bucket_name") < page.indexOf("<code>tags"));
  assert.ok(page.indexOf("S3.9") < page.indexOf("S3.1<"));
});

test("nothing from the server is markup, and nothing runs", () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const page = planPage(
    { ...plan, title: hostile, understood: hostile, outputs: [hostile], costs: [hostile] },
    "n",
  );
  assert.ok(!page.includes("<script>") && !page.includes("<img"));
  assert.ok(page.includes(`content="default-src 'none'; style-src 'nonce-n';"`));
});

test("the page has no colour of its own", () => {
  const style = /<style nonce="n">(.*)<\/style>/s.exec(planPage(plan, "n"))?.[1] ?? "";
  assert.ok(style.includes("var(--vscode-foreground)"));
  assert.ok(!/#[0-9a-f]{3,8}\b|rgb\(/i.test(style));
});
