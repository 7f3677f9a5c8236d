import type { BaseLanguageClient } from "vscode-languageclient/node";
import { CancellationTokenSource } from "./vscode";

type Handler = (params: unknown, token: CancellationTokenSource["token"]) => unknown;

/** A client whose server is the test: `ask` is the server's request. */
export class ServerDouble {
  private readonly handlers = new Map<string, Handler>();

  readonly client = {
    onRequest: (method: string, handler: Handler) => {
      this.handlers.set(method, handler);
      return { dispose: () => this.handlers.delete(method) };
    },
  } as unknown as BaseLanguageClient;

  ask(method: string, params: unknown, source = new CancellationTokenSource()): Promise<unknown> {
    const handler = this.handlers.get(method);
    if (!handler) throw new Error(`nobody handles ${method}`);
    return Promise.resolve(handler(params, source.token));
  }
}
