/** Beside HashiCorp's extension (a stand-in with its id): it has the grammar, completion, hover and formatting. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { required } from "./codeServer";
import { foreignModule } from "./stories";
import { Workbench } from "./workbench";

const QUEUE = `resource "aws_sqs_queue" "orders" {
  name = "orders"

}
`;

async function openQueue(workbench: Workbench): Promise<void> {
  await foreignModule(workbench, { "orders/main.tf": QUEUE });
  await workbench.open("main.tf");
}

test("alone, the extension completes and gives a file its colours", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await openQueue(workbench);
    assert.match(await workbench.scopesAt(1), /source\.terraform\b/);
    await workbench.typeBelow(2, "delay_sec");
    const offered = await workbench.completions("delay_seconds");
    assert.deepEqual(
      offered.filter((label) => label.includes("delay_seconds")),
      ["delay_seconds"],
    );
    await workbench.pictures("completion");
  });
});

test("beside HashiCorp's, nothing is offered twice, and its grammar and formatting are used", async (t: TestContext) => {
  await Workbench.during(
    t,
    async (workbench) => {
      await openQueue(workbench);
      assert.match(await workbench.scopesAt(1), /source\.hcl\.terraform/);
      assert.match(await workbench.scopesAt(1), /keyword\.stand-in\.terraform/);

      await workbench.typeBelow(2, "delay_secconds = 5");
      await workbench.problem(/delay_secconds/);
      await workbench.typeBelow(3, "delay_sec");
      const offered = await workbench.completions("delay_seconds_of_the_stand_in");
      assert.deepEqual(
        offered.filter((label) => label.startsWith("delay_sec")),
        ["delay_seconds_of_the_stand_in"],
      );
      await workbench.picture("beside-hashicorp");
      await workbench.press("Escape");

      // With two formatters the editor would ask which one is meant.
      await workbench.runCommand("Format Document");
      await workbench.line("# Formatted by the stand-in.").waitFor();
    },
    { extensions: [required("HASHICORP_STAND_IN")] },
  );
});
