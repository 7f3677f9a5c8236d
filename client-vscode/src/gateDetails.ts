import * as vscode from "vscode";
import type { Gate } from "./protocol";

const SCHEME = "aws-orchestrator-gate";

/** Shows the context of a gate (paths, findings, a diff) as a rendered, read-only page. */
export class GateDetails implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly pages = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.pages.get(uri.toString()) ?? "";
  }

  async show(gate: Gate): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${gate.gateId}/${gate.title}.md` });
    this.pages.set(uri.toString(), `# ${gate.title}\n\n${gate.question}\n\n${gate.context}\n`);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  dispose(): void {
    this.registration.dispose();
  }
}
