import type * as vscode from "vscode";
import type { Gate } from "./protocol";

const KEY = "openGates";

/**
 * Remembers which runs of this window wait at a gate. It outlives the server and the window: whoever reloads in the
 * middle of a question gets the question again.
 */
export class OpenGates {
  private readonly waiting: Map<string, string>;

  /** `changed` hears how many gates wait. */
  constructor(
    private readonly memory: Pick<vscode.Memento, "get" | "update">,
    private readonly changed: (count: number) => void,
  ) {
    this.waiting = new Map(Object.entries(memory.get<Record<string, string>>(KEY, {})));
  }

  /** The runs that were waiting when their server went away. */
  get runs(): string[] {
    return [...this.waiting.keys()];
  }

  opened(gate: Gate): void {
    this.waiting.set(gate.runId, gate.gateId);
    this.keep();
  }

  answered(gate: Gate): void {
    this.forget(gate.runId);
  }

  forget(runId: string): void {
    this.waiting.delete(runId);
    this.keep();
  }

  private keep(): void {
    void this.memory.update(KEY, Object.fromEntries(this.waiting));
    this.changed(this.waiting.size);
  }
}
