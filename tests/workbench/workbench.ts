/** What a person does in the workbench: palette, quick inputs, editor, Problems panel, pictures. */
import { join } from "node:path";
import type { TestContext } from "node:test";
import { chromium, type Locator, type Page } from "playwright-core";
import {
  PATIENCE_MS,
  repository,
  required,
  startCodeServer,
  type CodeServer,
  type Surroundings,
} from "./codeServer";

/** How long an open palette may take to show a command before it is opened again. */
const PALETTE_MS = 2_000;

export class Workbench {
  private constructor(
    private readonly page: Page,
    private readonly server: CodeServer,
  ) {}

  /** Runs a story in a fresh workbench; on failure what was seen and logged is kept. */
  static async during(
    test: TestContext,
    story: (workbench: Workbench) => Promise<void>,
    around: Surroundings = {},
  ): Promise<void> {
    const server = await startCodeServer(around);
    try {
      // Chromium's sandbox refuses to run as root, as which containers usually do.
      const chromiumSandbox = process.getuid?.() !== 0;
      const browser = await chromium.launch({
        executablePath: required("CHROMIUM"),
        chromiumSandbox,
      });
      try {
        const page = await browser.newPage({
          viewport: { width: 1280, height: 800 },
        });
        page.setDefaultTimeout(PATIENCE_MS);
        const workbench = new Workbench(page, server);
        await workbench.openFolder(server.folder);
        await story(workbench).catch(async (error: unknown) => {
          const kept = join(repository, ".cache/workbench-failures", test.name.replaceAll(/\W+/g, "-"));
          await server.keepLogs(kept);
          await page.screenshot({ path: join(kept, "screen.png") });
          test.diagnostic(`picture and logs are in ${kept}`);
          throw error;
        });
      } finally {
        await browser.close();
      }
    } finally {
      await server.stop();
    }
  }

  /** The workspace folder on the disk. */
  get folder(): string {
    return this.server.folder;
  }

  /** A folder of this story alone, around the workspace folder. */
  get profile(): string {
    return this.server.profile;
  }

  /** Replaces the settings of the user, in a window that is opened anew. */
  async settings(changed: object): Promise<void> {
    await this.server.settings(changed);
    // code-server does not always hear of a change that another program makes to its settings.
    await this.reload();
  }

  /** Opens a folder in the window. */
  async openFolder(path: string): Promise<void> {
    await this.page.goto(`${this.server.address}?folder=${encodeURIComponent(path)}`);
    await this.page.locator(".explorer-folders-view").waitFor();
  }

  /** Opens a workspace of several folders. */
  async openWorkspace(path: string): Promise<void> {
    await this.page.goto(`${this.server.address}?workspace=${encodeURIComponent(path)}`);
    await this.page.locator(".explorer-folders-view").waitFor();
  }

  /** A window with no folder. */
  async openNothing(): Promise<void> {
    await this.page.goto(`${this.server.address}?ew=true`);
    await this.page.locator(".monaco-workbench").waitFor();
  }

  /** A named picture of the whole window, for the documentation. */
  async picture(name: string): Promise<void> {
    // Away from everything that shows a tooltip.
    await this.page.mouse.move(800, 700);
    await this.page.screenshot({
      path: join(repository, "docs/pictures", `${name}.png`),
    });
  }

  /** The picture in the light theme, and in the dark one as `NAME-dark`. */
  async pictures(name: string): Promise<void> {
    await this.picture(name);
    await this.page.emulateMedia({ colorScheme: "dark" });
    await this.page.locator(".monaco-workbench.vs-dark").waitFor();
    await this.picture(`${name}-dark`);
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.locator(".monaco-workbench.vs").waitFor();
  }

  /** Reloads the window, as `Developer: Reload Window` does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator(".explorer-folders-view").waitFor();
  }

  /** Kills the language server as a crash would. */
  killLanguageServer(): void {
    this.server.killLanguageServer();
  }

  /** Runs a command from the palette; `before` is called while it is on the screen. */
  async runCommand(title: string, before?: () => Promise<void>): Promise<void> {
    const row = this.choice(title);
    for (const end = Date.now() + PATIENCE_MS; ;) {
      await this.page.keyboard.press("F1");
      await this.input().fill(`>${title}`);
      // An open palette never learns of a command that an extension registers later: close it, open it again.
      const shown = await row.waitFor({ timeout: PALETTE_MS }).then(
        () => true,
        () => false,
      );
      if (shown) break;
      if (Date.now() > end) throw new Error(`the palette does not offer "${title}"`);
      await this.page.keyboard.press("Escape");
    }
    await before?.();
    await row.click();
  }

  /** The row of the open quick pick whose label (not its description) says this. */
  choice(label: string | RegExp): Locator {
    const labels = this.page.locator(".label-name").filter({ hasText: label });
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ has: labels }).first();
  }

  /** The first row of the open quick pick: what Enter takes. */
  firstChoice(): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").first();
  }

  /** Waits for a quick input whose title says this. */
  async titled(title: string | RegExp): Promise<void> {
    await this.page.locator(".quick-input-title").filter({ hasText: title }).waitFor();
  }

  /** Types into the open quick input; `finish` enters it. */
  async fill(text: string): Promise<void> {
    await this.input().fill(text);
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** A notification with this text. */
  toast(text: string | RegExp): Locator {
    return this.page
      .locator(".notifications-toasts .notification-list-item")
      .filter({ hasText: text })
      .first();
  }

  /** The button of a notification. */
  button(toast: Locator, label: string): Locator {
    return toast.locator(".monaco-button").filter({ hasText: label });
  }

  /** Waits until the first of these files is open; there are no tabs but those that begin with these names. */
  async tabs(...names: string[]): Promise<void> {
    await this.page
      .locator(".tabs-container .tab.active")
      .filter({ hasText: names[0] ?? "" })
      .waitFor();
    const titles = await this.page.locator(".tabs-container .tab").allInnerTexts();
    const others = titles.filter((title) => !names.some((name) => title.trim().startsWith(name)));
    if (others.length > 0) throw new Error(`the run left tabs open: ${others.join(", ")}`);
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Brings the tab of an open file to the front. */
  async showTab(name: string): Promise<void> {
    await this.page.locator(".tabs-container .tab").filter({ hasText: name }).first().click();
    await this.page.locator(".tabs-container .tab.active").filter({ hasText: name }).waitFor();
  }

  /** Types a line of its own below the given line (1-based) of the open editor. */
  async typeBelow(line: number, text: string): Promise<void> {
    await this.page.locator(".editor-instance .view-lines").first().click();
    await this.page.keyboard.press("Control+g");
    await this.input().fill(`:${line}`);
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("End");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Escape");
  }

  /** Opens a file by its name. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press("Control+p");
    await this.input().fill(name);
    await this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".tabs-container .tab.active").filter({ hasText: name }).waitFor();
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Puts the cursor on a line (1-based), past its indentation unless a column is named. */
  async goTo(line: number, column = 6): Promise<void> {
    await this.page.locator(".editor-instance .view-lines").first().click();
    await this.page.keyboard.press("Control+g");
    await this.input().fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
  }

  /** Opens the list of quick fixes at the cursor and takes the one with this title; `before` sees the list. */
  async quickFix(title: RegExp, before?: () => Promise<void>): Promise<void> {
    const action = this.page.locator(".action-widget .monaco-list-row").filter({ hasText: title }).first();
    // The light bulb asks once per place: a fix that was not tried yet comes with the next question.
    for (const end = Date.now() + PATIENCE_MS; ;) {
      await this.page.keyboard.press("Control+.");
      const shown = await action.waitFor({ timeout: PALETTE_MS }).then(
        () => true,
        () => false,
      );
      if (shown) break;
      if (Date.now() > end) throw new Error(`no quick fix is called ${title}`);
      await this.page.keyboard.press("Escape");
    }
    await before?.();
    await action.click();
  }

  /** Waits until the Problems panel has no row with this text. */
  async noProblem(text: string | RegExp): Promise<void> {
    await this.page
      .locator(".markers-panel .monaco-list-row")
      .filter({ hasText: text })
      .first()
      .waitFor({ state: "detached" });
  }

  /** The text of a webview's page. */
  webview(): Locator {
    return this.page
      .locator("iframe.webview")
      .first()
      .contentFrame()
      .locator("iframe#active-frame")
      .contentFrame()
      .locator("body");
  }

  /** A row of the view in the side bar. */
  row(text: string | RegExp): Locator {
    return this.page.locator(".pane-body .monaco-list-row").filter({ hasText: text }).first();
  }

  /** A notification's button that cancels it. */
  cancelButton(toast: Locator): Locator {
    return toast.getByRole("button", { name: /cancel/i });
  }

  /** Opens the page with what there is to decide at the open gate. */
  async gateDetails(): Promise<void> {
    await this.page
      .locator(
        ".quick-input-widget .quick-input-inline-action-bar .action-label, .quick-input-titlebar .action-label",
      )
      .first()
      .click();
  }

  /** The button of a modal dialog. */
  dialogButton(label: string): Locator {
    return this.page.locator(".monaco-dialog-box .monaco-button").filter({ hasText: label });
  }

  /** The TextMate scopes at the start of a line (1-based), as the editor's inspector tells them. */
  async scopesAt(line: number): Promise<string> {
    await this.goTo(line, 1);
    await this.runCommand("Developer: Inspect Editor Tokens and Scopes");
    const inspector = this.page.locator(".token-inspect-widget");
    await inspector.getByText("textmate scopes").waitFor();
    const text = await inspector.innerText();
    await this.page.locator(".editor-instance .view-lines").first().click();
    await this.page.keyboard.press("Escape");
    await inspector.waitFor({ state: "detached" });
    return text;
  }

  /** Asks for completions at the cursor until this one is offered: the labels of all. */
  async completions(label: string): Promise<string[]> {
    const rows = this.page.locator(".suggest-widget .monaco-list-row .label-name");
    for (const end = Date.now() + PATIENCE_MS; ;) {
      await this.page.keyboard.press("Control+Space");
      const shown = await rows
        .filter({ hasText: label })
        .first()
        .waitFor({ timeout: PALETTE_MS })
        .then(
          () => true,
          () => false,
        );
      if (shown) return rows.allInnerTexts();
      if (Date.now() > end) throw new Error(`"${label}" is not offered`);
      await this.page.keyboard.press("Escape");
    }
  }

  /** The line of the editor with this text. */
  line(text: string): Locator {
    // The editor writes spaces as those that do not break.
    const spaced = new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s"));
    return this.page.locator(".editor-instance .view-line").filter({ hasText: spaced }).first();
  }

  /** Milliseconds from choosing a command in the palette to the quick input that it opens. */
  async timeOfCommand(title: string, input: string): Promise<number> {
    let start = 0;
    await this.runCommand(title, async () => {
      start = performance.now();
      await Promise.resolve();
    });
    await this.titled(input);
    return performance.now() - start;
  }

  /** Milliseconds that the extension's activation took, as the editor tells them. */
  async activationTime(extension: string): Promise<string> {
    await this.runCommand("Developer: Show Running Extensions");
    const row = this.page
      .locator(".runtime-extensions-editor .monaco-list-row, .editor-container .monaco-list-row")
      .filter({ hasText: extension })
      .first();
    await row.waitFor();
    return /Activation: (\d+)\s*ms/.exec(await row.innerText())?.[1] ?? "?";
  }

  /** A modal dialog with this text. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator(".monaco-dialog-box").filter({ hasText: text });
  }

  /** The item of the status bar with this text and icon. */
  status(text: string, icon: string): Locator {
    const icons = this.page.locator(`.codicon-${icon}`);
    return this.page.locator(".statusbar-item").filter({ hasText: text, has: icons });
  }

  /** Puts every notification away. */
  async clearToasts(): Promise<void> {
    await this.runCommand("Notifications: Clear All Notifications");
    await this.page
      .locator(".notifications-toasts .notification-list-item")
      .first()
      .waitFor({ state: "detached" });
  }

  /** Whether the gate or input that was open is gone. */
  async noQuickInput(): Promise<void> {
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tabs-container .tab.dirty").waitFor({ state: "detached" });
  }

  /** Opens the Problems panel and waits for a row with this text. */
  async problem(text: string | RegExp): Promise<void> {
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    await this.page.keyboard.press("Control+Shift+M");
    await rows.filter({ hasText: text }).first().waitFor();
  }

  /** Waits until the editor underlines an error. */
  async squiggle(): Promise<void> {
    await this.page.locator(".editor-instance .squiggly-error").first().waitFor();
  }

  /** Opens the folders of the explorer, one below the other. */
  async reveal(...names: string[]): Promise<void> {
    for (const name of names) {
      const row = this.page
        .locator(".explorer-folders-view .monaco-list-row")
        .filter({ hasText: name })
        .first();
      await row.waitFor();
      if ((await row.getAttribute("aria-expanded")) === "false") await row.click();
    }
  }

  private input(): Locator {
    return this.page.locator(".quick-input-widget input.input");
  }
}
