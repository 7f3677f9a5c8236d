/** Bad surroundings: no server, no folder, several, one that cannot be written, files that change meanwhile. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { python, SERVER } from "./codeServer";
import { filesIn } from "./moduleFiles";
import { askForModule, GENERATE } from "./stories";
import { Workbench } from "./workbench";

const INSTALLING_MS = 240_000;

async function program(path: string, text: string): Promise<string> {
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** The Python that the tests' own environment was made from. */
function basePython(): string {
  const asked = ["-c", "import sys; print(getattr(sys, '_base_executable', sys.executable))"];
  return execFileSync(python, asked, { encoding: "utf8" }).trim();
}

/** A Python that says what the extension asks a Python for, and nothing else. */
const pythonThatIs = (version: string) => `#!/bin/sh\necho '{"version": [${version}], "server": null}'\n`;

/** The server of this repository, which says that it is another version. */
const OTHER_VERSION = `#!${python}
import sys
import aws_orchestrator
aws_orchestrator.__version__ = "9.1.0"
sys.argv = ["aws-orchestrator", "serve"]
from aws_orchestrator.__main__ import main
sys.exit(main())
`;

test("a server that cannot be started says why, and what to do next", async (t: TestContext) => {
  await Workbench.during(
    t,
    async (workbench) => {
      const programs = join(workbench.profile, "programs");
      const restart = () => workbench.runCommand("AWS Orchestrator: Restart Server");

      await restart();
      await workbench.toast(/needs Python 3\.11 or newer, and there is none/).waitFor();
      await workbench.picture("no-python");
      await workbench.clearToasts();

      await program(join(programs, "python3"), pythonThatIs("3, 9"));
      await restart();
      await workbench.toast(/needs Python 3\.11 or newer; python3 is 3\.9/).waitFor();
      await workbench.clearToasts();

      // A command looks again for a server that was nowhere: nobody has to say "restart" who has mended it.
      await program(join(programs, "python3"), pythonThatIs("3, 13"));
      await workbench.runCommand("AWS Orchestrator: Resume Run");
      const offer = workbench.toast(/Make a private Python environment for it\?/);
      await workbench.button(offer, "Install Server").waitFor();
      await workbench.clearToasts();

      await restart();
      await workbench.button(offer, "Install Server").waitFor();
      await workbench.pictures("install-server");
      await workbench.clearToasts();

      // A Python without the server: what is made with it holds the wheel of the extension, its packages from PyPI.
      await program(join(programs, "python3"), `#!/bin/sh\nexec '${basePython()}' "$@"\n`);
      await restart();
      await workbench.button(offer, "Install Server").click();
      await workbench.status("Terraform", "check").waitFor({ timeout: INSTALLING_MS });
      await workbench.clearToasts();

      const garbage = await program(
        join(programs, "garbage"),
        "#!/bin/sh\nwhile read line; do echo Hello; done\n",
      );
      await workbench.settings({ "awsOrchestrator.server.command": [garbage] });
      await restart();
      const failed = workbench.toast(/server did not start\. Show Logs says why/);
      await workbench.button(failed, "Open Settings").waitFor();
      await workbench.picture("server-did-not-start");
      await workbench.clearToasts();

      const other = await program(join(programs, "other"), OTHER_VERSION);
      await workbench.settings({ "awsOrchestrator.server.command": [other] });
      await restart();
      await workbench.toast(/The server is version 9\.1\.0, the extension/).waitFor();
      await workbench.clearToasts();

      await workbench.settings(SERVER);
      await restart();
      await workbench.status("Terraform", "check").waitFor();
    },
    { server: "looked for", path: "programs" },
  );
});

test("no folder, several with spaces and unicode, and one that cannot be written", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await workbench.openNothing();
    await workbench.runCommand(GENERATE);
    await workbench.button(workbench.toast(/Open a folder first/), "Open Folder").waitFor();
    await workbench.picture("no-folder");

    const [first, second] = [join(workbench.profile, "plain"), join(workbench.profile, "zwei Köpfe – λ %41")];
    await mkdir(first);
    await mkdir(second);
    const file = join(workbench.profile, "both.code-workspace");
    await writeFile(file, JSON.stringify({ folders: [{ path: first }, { path: second }] }));
    await workbench.openWorkspace(file);
    await workbench.runCommand(GENERATE);
    await workbench.choice("zwei Köpfe – λ %41").waitFor();
    await workbench.picture("which-folder");
    await workbench.choice("zwei Köpfe – λ %41").click();
    await workbench.titled("Generate Terraform Module");
    await workbench.fill("an encrypted bucket");
    await workbench.press("Enter");
    await workbench.choice(/keep.*local/i).click();
    await workbench.choice(/\bdone\b/i).click();
    await workbench.toast("Open main.tf").waitFor();
    const made = await filesIn(join(second, "terraform_modules/s3"));
    assert.ok(
      made["main.tf"]?.includes('resource "aws_s3_bucket"'),
      "the module is in the folder that was chosen",
    );
    assert.deepEqual(await readdir(first), [], "the other folder is as it was");

    // Nobody may write there, not even root, on whom file modes have no hold.
    await workbench.openFolder("/proc/sys/kernel");
    await askForModule(workbench, "an encrypted bucket");
    const refused = workbench.toast(/The module was not generated: The workspace \/proc\/sys\/kernel/);
    await workbench.button(refused, "Show Logs").waitFor();
    await workbench.picture("read-only-folder");
  });
});

test("what a person writes while a gate waits is theirs, and is asked about before it is replaced", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    await askForModule(workbench, "an encrypted bucket");
    await workbench.choice(/keep.*local/i).waitFor();
    const main = join(workbench.folder, "terraform_modules/s3/main.tf");
    const mine = `${await readFile(main, "utf8")}\n# Mine, while the gate waited.\n`;
    await writeFile(main, mine);
    await workbench.press("Enter");
    await workbench.choice(/\bdone\b/i).click();
    await workbench.toast("Open main.tf").waitFor();
    assert.equal(await readFile(main, "utf8"), mine, "the run does not write what it wrote before");
    await workbench.clearToasts();

    await askForModule(workbench, "an encrypted bucket without versioning");
    await workbench.dialog(/main\.tf/).waitFor();
    await workbench.pictures("destructive-gate");
    await workbench.dialogButton("Reject").click();
    await workbench.toast(/main\.tf|kept|rejected|stopped/i).waitFor();
    assert.equal(await readFile(main, "utf8"), mine, "what is rejected is not written");
  });
});

test("a run that is cancelled before its first gate writes no module", async (t: TestContext) => {
  await Workbench.during(t, async (workbench) => {
    // A Terraform that never comes to an end keeps the run before its gate.
    const terraform = await program(
      join(workbench.profile, "terraform"),
      '#!/bin/sh\n[ "$1" = version ] && { echo \'{"terraform_version": "1.11.4", "platform": "linux_amd64"}\'; exit; }\nexec sleep 600\n',
    );
    await workbench.settings({
      ...SERVER,
      "awsOrchestrator.engine": "cli",
      "awsOrchestrator.terraformBinary": terraform,
    });
    await askForModule(workbench, "an encrypted bucket");
    const progress = workbench.toast(/an encrypted bucket: \d\/\d Validate/);
    await progress.waitFor();
    await workbench.webview().getByText("aws_s3_bucket.this", { exact: true }).first().waitFor();
    await workbench.pictures("cancel");
    await workbench.cancelButton(progress).click();
    await workbench.toast(/cancelled/i).waitFor();
    await assert.rejects(readdir(join(workbench.folder, "terraform_modules")), "there is no module");
    await workbench.runCommand("AWS Orchestrator: Show Runs");
    await workbench.row(/an encrypted bucket.*cancelled|cancelled/).waitFor();
  });
});
