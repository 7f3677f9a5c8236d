/** The main job in the real workbench: a sentence becomes a module on the disk, and its errors become problems. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { filesFromTerminal, filesIn } from "./moduleFiles";
import { askForModule, REQUEST } from "./stories";
import { Workbench } from "./workbench";

test("a sentence in the palette becomes a module on the disk, and a seeded error a problem", async (t: TestContext) => {
  const fromTerminal = await filesFromTerminal(REQUEST);
  await Workbench.during(t, async (workbench) => {
    await askForModule(workbench, REQUEST, true);

    await workbench.choice(/keep.*local/i).waitFor();
    const plan = workbench.webview();
    await plan.getByText("aws_s3_bucket.this", { exact: true }).first().waitFor();
    await plan
      .getByText(/must be given/)
      .first()
      .waitFor();
    await workbench.pictures("plan-preview");
    assert.match(
      await workbench.firstChoice().innerText(),
      /keep.*local/i,
      "the suggested choice comes first",
    );
    await workbench.pictures("commit-gate");
    await workbench.press("Enter");

    await workbench.choice(/\bdone\b/i).waitFor();
    await workbench.pictures("next-steps-gate");
    await workbench.choice(/\bdone\b/i).click();

    const finished = workbench.toast("Open main.tf");
    await finished.waitFor();
    const modules = join(workbench.folder, "terraform_modules");
    const files = await filesIn(modules);
    assert.deepEqual(files, fromTerminal, "the editor's files are those of the terminal, byte for byte");

    await workbench.button(finished, "Open main.tf").click();
    await workbench.tabs("main.tf", "Plan");
    await workbench.reveal("terraform_modules", "s3");
    // A tree that grows under the pointer may have opened another file.
    await workbench.showTab("main.tf");
    await workbench.picture("files");

    const main = files["s3/main.tf"] ?? "";
    const bucket = main.split("\n").findIndex((line) => line.startsWith('resource "aws_s3_bucket" '));
    assert.notEqual(bucket, -1, "main.tf has a bucket");
    await workbench.typeBelow(bucket + 1, "bukcet = 1");
    await workbench.save();
    await workbench.problem(/bukcet/);
    await workbench.squiggle();
    await workbench.pictures("problems");
  });
});

test("Escape at the Commit Gate keeps the module local", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await askForModule(workbench);
    await workbench.choice(/keep.*local/i).waitFor();
    await workbench.press("Escape");
    await workbench.choice(/\bdone\b/i).click();
    await workbench.toast("Open main.tf").waitFor();
    const files = await filesIn(join(workbench.folder, "terraform_modules/s3"));
    assert.ok(files["main.tf"]?.includes('resource "aws_s3_bucket"'), "main.tf holds the bucket");
  });
});
