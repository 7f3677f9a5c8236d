import * as vscode from "vscode";

/** A secret that a person types once: where the server looks for it, and how it is asked for. */
interface Secret {
  command: string;
  key: string;
  /** The variable of the server's environment. The wire and the settings never carry a secret. */
  variable: string;
  title: string;
  prompt: string;
  /** What a right one looks like; anything else is most likely something else from the clipboard. */
  pattern: RegExp;
}

const SECRETS: readonly Secret[] = [
  {
    command: "awsOrchestrator.setAnthropicApiKey",
    key: "anthropicApiKey",
    variable: "ANTHROPIC_API_KEY",
    title: "Set Anthropic API Key",
    prompt: "With a key Claude does the planning. Empty: forget the key that is kept.",
    pattern: /^\S{16,}$/,
  },
  {
    command: "awsOrchestrator.setGitHubToken",
    key: "gitHubToken",
    variable: "GITHUB_PERSONAL_ACCESS_TOKEN",
    title: "Set GitHub Token",
    prompt:
      "A fine-grained token with Contents and Pull requests (read and write) for the module's repository is enough. " +
      "Empty: forget the token that is kept.",
    pattern: /^\S{16,}$/,
  },
];

/** The person's keys, in the editor's secret storage; the server gets them in its environment when it starts. */
export class Secrets {
  /** `changed` is called after a secret was set or forgotten. */
  constructor(
    private readonly storage: Pick<vscode.SecretStorage, "get" | "store" | "delete">,
    private readonly changed: () => Promise<void>,
  ) {}

  /** The palette's commands. */
  register(): vscode.Disposable[] {
    return SECRETS.map((secret) => vscode.commands.registerCommand(secret.command, () => this.ask(secret)));
  }

  /** What the server's environment gets beyond the editor's own. */
  async environment(): Promise<Record<string, string>> {
    const values = await Promise.all(
      SECRETS.map(async ({ key, variable }) => [variable, await this.storage.get(key)] as const),
    );
    return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  private async ask(secret: Secret): Promise<void> {
    const text = await vscode.window.showInputBox({
      title: secret.title,
      prompt: secret.prompt,
      password: true,
      ignoreFocusOut: true,
      validateInput: (typed) =>
        typed.trim() === "" || secret.pattern.test(typed.trim())
          ? undefined
          : "This does not look like a key: it is one word of at least 16 letters.",
    });
    if (text === undefined) return;
    if (text.trim() === "") await this.storage.delete(secret.key);
    else await this.storage.store(secret.key, text.trim());
    await this.changed();
    const done = text.trim() === "" ? "is forgotten" : "is kept in the editor's secret storage";
    void vscode.window.showInformationMessage(`${secret.title}: it ${done}; the server was started anew.`);
  }
}
