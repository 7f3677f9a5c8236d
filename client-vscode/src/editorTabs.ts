import * as vscode from "vscode";

/** Knows which files had a tab before a run wrote its files, to leave the tab bar as the person had it. */
export class EditorTabs {
  private before = new Set<string>();

  /** To be called before a workspace edit of the server: the editor opens a tab for each file that it dirties. */
  remember(): void {
    this.before = new Set(openTabs().map(([uri]) => uri));
  }

  /** Closes the tabs that these files got since; those that were open, or hold changes, stay. */
  async closeNew(uris: readonly string[]): Promise<void> {
    const written = new Set(uris.map((uri) => vscode.Uri.parse(uri, true).toString()));
    const extra = openTabs().filter(
      ([uri, tab]) => written.has(uri) && !this.before.has(uri) && !tab.isDirty,
    );
    await vscode.window.tabGroups.close(
      extra.map(([, tab]) => tab),
      true,
    );
  }
}

function openTabs(): [string, vscode.Tab][] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.flatMap((tab): [string, vscode.Tab][] =>
      tab.input instanceof vscode.TabInputText ? [[tab.input.uri.toString(), tab]] : [],
    ),
  );
}
