import * as vscode from "vscode";
import type { Secrets as SecretsParams } from "./protocol";

const ANTHROPIC = "anthropicApiKey";
export const GITHUB = "gitHubToken";
// Anything else is most likely something else from the clipboard.
const LIKELY = /^\S{16,}$/;

/** A secret that a person types once, and how it is asked for. */
interface Secret {
  command: string;
  key: string;
  title: string;
  prompt: string;
}

const SECRETS: readonly Secret[] = [
  {
    command: "awsOrchestrator.setAnthropicApiKey",
    key: ANTHROPIC,
    title: "Set Anthropic API Key",
    prompt: "With a key Claude does the planning. Empty: forget the key that is kept.",
  },
  {
    command: "awsOrchestrator.setGitHubToken",
    key: GITHUB,
    title: "Set GitHub Token",
    prompt:
      "A fine-grained token with Contents and Pull requests (read and write) for the module's repository is enough. " +
      "Empty: forget the token that is kept.",
  },
];

/** The person's keys, in the editor's secret storage: no setting, no file, no log ever holds one. */
export class Secrets {
  /** `changed` is called after a secret was set or forgotten, with its key. */
  constructor(
    private readonly storage: Pick<vscode.SecretStorage, "get" | "store" | "delete">,
    private readonly changed: (key: string) => Promise<void>,
  ) {}

  /** The palette's commands. */
  register(): vscode.Disposable[] {
    return SECRETS.map((secret) => vscode.commands.registerCommand(secret.command, () => this.ask(secret)));
  }

  /** What the server is told when it runs: it keeps that in its memory. */
  async told(): Promise<SecretsParams> {
    return { anthropicApiKey: (await this.storage.get(ANTHROPIC)) ?? null };
  }

  /** What the server's environment gets: the GitHub MCP server, which it starts, looks for its token there. */
  async environment(): Promise<Record<string, string>> {
    const token = await this.storage.get(GITHUB);
    return token === undefined ? {} : { GITHUB_PERSONAL_ACCESS_TOKEN: token };
  }

  private async ask(secret: Secret): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: secret.title,
      prompt: secret.prompt,
      password: true,
      ignoreFocusOut: true,
      validateInput: (typed) =>
        typed.trim() === "" || LIKELY.test(typed.trim())
          ? undefined
          : "This does not look like a key: it is one word of at least 16 letters.",
    });
    if (text === undefined) return;
    const forget = text.trim() === "";
    if (forget) await this.storage.delete(secret.key);
    else await this.storage.store(secret.key, text.trim());
    await this.changed(secret.key);
    const done = forget ? "is forgotten" : "is kept in the editor's secret storage";
    void vscode.window.showInformationMessage(`${secret.title}: it ${done}.`);
  }
}
