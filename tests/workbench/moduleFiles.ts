/** A module on the disk as data, and the terminal's way of making the same one. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { python } from "./codeServer";

/** Every file below a folder: its relative path and its text. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  })) {
    const path = join(entry.parentPath, entry.name);
    // Latin-1 keeps every byte, so equal texts are equal bytes.
    if (entry.isFile()) found[relative(folder, path)] = await readFile(path, "latin1");
  }
  return found;
}

/** The files that the terminal makes of a sentence, in a folder of its own. */
export async function filesFromTerminal(request: string): Promise<Record<string, string>> {
  const workspace = await mkdtemp(join(tmpdir(), "aws-orchestrator-terminal-"));
  const answers = ["--answer", "commit=keep_local", "--answer", "next_steps=done"];
  try {
    const command = ["-m", "aws_orchestrator", "generate", request, "--workspace", workspace, ...answers];
    await promisify(execFile)(python, command);
    return await filesIn(join(workspace, "terraform_modules"));
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
