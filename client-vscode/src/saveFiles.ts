import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient/node";
import { OrchestratorFeature } from "./capabilities";
import type { EditorTabs } from "./editorTabs";
import { SAVE_FILES, type SaveParams, type SaveResult } from "./protocol";

/**
 * Saves the documents that a run wrote. A workspace edit leaves them as empty files with unsaved buffers, and
 * Terraform reads the disk.
 */
export class SaveFilesFeature extends OrchestratorFeature {
  protected readonly capability = "saveFiles";

  constructor(
    client: Pick<BaseLanguageClient, "onRequest">,
    private readonly log: vscode.LogOutputChannel,
    private readonly tabs: Pick<EditorTabs, "closeNew">,
  ) {
    super();
    client.onRequest(SAVE_FILES, (params: SaveParams) => this.save(params));
  }

  clear(): void {
    // Nothing is kept between two requests.
  }

  /** Saves exactly the asked documents and answers with those that are on the disk. */
  private async save(params: SaveParams): Promise<SaveResult> {
    const outcomes = await Promise.all(params.uris.map((uri) => this.saveOne(uri)));
    const saved = params.uris.filter((_, index) => outcomes[index]);
    await this.tabs.closeNew(saved);
    return { saved };
  }

  private async saveOne(uri: string): Promise<boolean> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
      if (document.isDirty && !(await document.save())) {
        this.log.error(`${uri} could not be saved; the run stops here. Save it yourself and try again.`);
        return false;
      }
      return true;
    } catch (error) {
      this.log.error(`${uri} could not be saved: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
