import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient/node";
import { OrchestratorFeature } from "./capabilities";
import { EditorDialogs } from "./gateDialogs";
import { answerGate } from "./gateSteps";
import { GATE, type Gate, type GateAnswer } from "./protocol";

/** Hears which gates wait for an answer. */
export interface GateWatcher {
  opened(gate: Gate): void;
  closed(gate: Gate): void;
}

/** Answers the server's gates: one at a time, as quick picks; null when the person dismisses one. */
export class GateFeature extends OrchestratorFeature {
  protected readonly capability = "gate";
  private readonly open = new Set<vscode.CancellationTokenSource>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    client: Pick<BaseLanguageClient, "onRequest">,
    private readonly showDetails: (gate: Gate) => void,
    private readonly watcher?: GateWatcher,
  ) {
    super();
    client.onRequest(GATE, (gate: Gate, token: vscode.CancellationToken) => this.ask(gate, token));
  }

  /** Closes every gate on the screen: the server that asked is gone. */
  clear(): void {
    for (const source of this.open) source.cancel();
  }

  private async ask(gate: Gate, token: vscode.CancellationToken): Promise<GateAnswer | null> {
    const closed = new vscode.CancellationTokenSource();
    const follow = token.onCancellationRequested(() => {
      closed.cancel();
    });
    if (token.isCancellationRequested) closed.cancel();
    this.open.add(closed);
    this.watcher?.opened(gate);
    // The editor shows one quick input at a time: a second gate would silently dismiss the first.
    const answer = this.last.then(() => answerGate(gate, new EditorDialogs(closed.token, this.showDetails)));
    this.last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      this.watcher?.closed(gate);
      this.open.delete(closed);
      follow.dispose();
      closed.dispose();
    }
  }
}
