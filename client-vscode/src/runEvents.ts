import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient/node";
import { RUN_EVENT, type RunEvent } from "./protocol";

/** What the runs of the server do, for everybody who shows it; outlives a restart of the server. */
export class RunEvents implements vscode.Disposable {
  private readonly happened = new vscode.EventEmitter<RunEvent>();
  private readonly gone = new vscode.EventEmitter<void>();
  readonly onEvent = this.happened.event;
  /** The server went away, and with it whatever was going on: those runs are interrupted. */
  readonly onServerGone = this.gone.event;

  /** Hears the events of a client's server. */
  follow(client: Pick<BaseLanguageClient, "onNotification">): void {
    client.onNotification(RUN_EVENT, (event: RunEvent) => {
      this.happened.fire(event);
    });
  }

  serverGone(): void {
    this.gone.fire();
  }

  dispose(): void {
    this.happened.dispose();
    this.gone.dispose();
  }
}
