import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { planPage } from "./planPage";
import type { PlannedModule } from "./protocol";
import type { RunEvents } from "./runEvents";

/** Shows what a run is going to generate, beside the editor, before the files are there. */
export class PlanPreview implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly listening: vscode.Disposable;

  constructor(events: Pick<RunEvents, "onEvent">) {
    this.listening = events.onEvent((event) => {
      if (event.kind === "planned" && event.plan && wanted()) this.show(event.plan);
    });
  }

  dispose(): void {
    this.listening.dispose();
    this.panel?.dispose();
  }

  private show(plan: PlannedModule): void {
    this.panel ??= this.open();
    this.panel.title = `Plan: ${plan.title}`;
    this.panel.webview.html = planPage(plan, randomBytes(16).toString("base64"));
  }

  private open(): vscode.WebviewPanel {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    // No script, no file, no command: the page is text and style.
    const panel = vscode.window.createWebviewPanel("awsOrchestrator.plan", "Plan", column, {
      enableScripts: false,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    return panel;
  }
}

function wanted(): boolean {
  return vscode.workspace.getConfiguration("awsOrchestrator").get<boolean>("plan.show", true);
}
