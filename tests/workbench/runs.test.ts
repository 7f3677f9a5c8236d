/** What survives: a run is cancelled, its server is killed, its window reloaded; and every run is in the view. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { filesIn } from "./moduleFiles";
import { askForModule, makeModule } from "./stories";
import { Workbench } from "./workbench";

test("a run is in the view with its steps, files and gates, and can be reverted", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await makeModule(workbench);
    await workbench.runCommand("AWS Orchestrator: Show Runs");
    const run = workbench.row(/an encrypted bucket/);
    await run.waitFor();
    await run.click();
    await workbench.row(/^Steps/).click();
    await workbench.row("Write the module files").waitFor();
    await workbench.row(/^Files/).click();
    await workbench.row("versions.tf").waitFor();
    await workbench.row(/^Gates/).click();
    await workbench.row("keep local").waitFor();
    await workbench.pictures("runs");

    await workbench.runCommand("AWS Orchestrator: Revert Run…");
    await workbench.choice(/an encrypted bucket/).click();
    await workbench.dialogButton("Revert").click();
    await workbench.toast(/is what it was before/).waitFor();
    assert.deepEqual(
      await filesIn(join(workbench.folder, "terraform_modules")),
      {},
      "the files are gone again",
    );
  });
});

test("a run that is cancelled in its progress leaves nothing behind", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await askForModule(workbench);
    await workbench.choice(/keep.*local/i).waitFor();
    const progress = workbench.toast(/an encrypted bucket/);
    await progress.waitFor();
    await workbench.picture("progress");
    await workbench.cancelButton(progress).click();
    await workbench.noQuickInput();
    await workbench.toast(/cancelled/i).waitFor();
  });
});

for (const [how, loss] of [
  [
    "its server is killed",
    async (workbench: Workbench) => {
      workbench.killLanguageServer();
      await Promise.resolve();
    },
  ],
  ["its window is reloaded", (workbench: Workbench) => workbench.reload()],
] as const) {
  test(`a gate comes back after ${how}, and the run ends as if nothing had been`, async (t: TestContext) => {
    await Workbench.during(t, async (workbench) => {
      await askForModule(workbench);
      await workbench.choice(/keep.*local/i).waitFor();
      await loss(workbench);
      await workbench.noQuickInput();
      await workbench.titled("Commit Gate");
      await workbench.choice(/keep.*local/i).waitFor();
      await workbench.picture(how.includes("killed") ? "gate-after-crash" : "gate-after-reload");
      await workbench.press("Enter");
      await workbench.choice(/\bdone\b/i).click();
      await workbench.toast("Open main.tf").waitFor();
      const files = await filesIn(join(workbench.folder, "terraform_modules/s3"));
      assert.ok(files["main.tf"]?.includes('resource "aws_s3_bucket"'), "main.tf holds the bucket");
    });
  });
}
