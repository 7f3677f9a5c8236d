/** Writing by hand: an error while typing and its fix, and an update of the open module with its diff. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { foreignModule } from "./stories";
import { Workbench } from "./workbench";

const MAIN = `terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

# The queue of the orders.
resource "aws_sqs_queue" "orders" {
  name                       = var.name
  visibility_timeout_seconds = 60
  tags                       = var.tags
}
`;
const VARIABLES = `variable "name" {
  description = "Name of the queue."
  type        = string
}

variable "tags" {
  description = "Tags of the queue."
  type        = map(string)
  default     = {}
}
`;
const OUTPUTS = `output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.orders.arn
}
`;
const MODULE = { "orders/main.tf": MAIN, "orders/variables.tf": VARIABLES, "orders/outputs.tf": OUTPUTS };
const LINE = 1 + MAIN.split("\n").findIndex((line) => line.includes("visibility_timeout_seconds"));

test("an argument that is misspelt is underlined while typing, and a quick fix mends it", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await foreignModule(workbench, MODULE);
    await workbench.open("main.tf");
    await workbench.typeBelow(LINE, "delay_secconds = 5");
    await workbench.problem(/delay_secconds/);
    await workbench.squiggle();
    await workbench.goTo(LINE + 1);
    await workbench.quickFix(/delay_seconds/, () => workbench.pictures("quick-fix"));
    await workbench.noProblem(/delay_secconds/);
    await workbench.save();
    const saved = await readFile(join(workbench.folder, "orders/main.tf"), "utf8");
    assert.match(saved, /^ {2}delay_seconds +=? ?= 5$/m);
    assert.ok(saved.includes("# The queue of the orders."), "nothing else was touched");
  });
});

test("an update of the open module shows its diff before it is kept, and leaves the rest alone", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await foreignModule(workbench, MODULE);
    await workbench.open("main.tf");
    await workbench.runCommand("AWS Orchestrator: Update Module from Open File…");
    await workbench.titled("Update Module");
    await workbench.fill("add an output queue_url = aws_sqs_queue.orders.url");
    await workbench.press("Enter");
    await workbench.choice(/keep.*local/i).waitFor();
    await workbench.picture("update-gate");
    await workbench.gateDetails();
    await workbench.webview().getByText("aws_sqs_queue.orders.url").first().waitFor();
    await workbench.pictures("update-diff");
    await workbench.choice(/keep.*local/i).click();
    await workbench.choice(/\bdone\b/i).click();
    await workbench.toast(/is updated|updated/i).waitFor();
    const outputs = await readFile(join(workbench.folder, "orders/outputs.tf"), "utf8");
    assert.ok(outputs.startsWith(OUTPUTS.trimEnd()), "what was there is byte for byte the same");
    assert.match(outputs, /aws_sqs_queue\.orders\.url/);
    assert.equal(await readFile(join(workbench.folder, "orders/main.tf"), "utf8"), MAIN);
  });
});
