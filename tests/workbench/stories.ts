/** The beginnings that several stories share. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workbench } from "./workbench";

export const REQUEST = "an encrypted bucket with versioning and access logging to my-logs";
export const GENERATE = "AWS Orchestrator: Generate Terraform Module";

/** Asks for the module in the palette. */
export async function askForModule(workbench: Workbench, request = REQUEST, pictures = false): Promise<void> {
  await workbench.runCommand(GENERATE, async () => {
    if (pictures) await workbench.picture("palette");
  });
  await workbench.titled("Generate Terraform Module");
  await workbench.fill(request);
  if (pictures) await workbench.picture("sentence");
  await workbench.press("Enter");
}

/** Makes a module with the extension; every gate gets its suggested answer. */
export async function makeModule(workbench: Workbench): Promise<void> {
  await askForModule(workbench);
  await workbench.choice(/keep.*local/i).click();
  await workbench.choice(/\bdone\b/i).click();
  await workbench.toast("Open main.tf").waitFor();
}

/** A module that somebody else wrote, in the workspace. */
export async function foreignModule(workbench: Workbench, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(workbench.folder, name);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
  }
}
