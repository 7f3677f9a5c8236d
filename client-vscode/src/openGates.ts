import type { Gate } from "./protocol";

/** Counts the gates that wait in this window. */
export class OpenGates {
  private readonly waiting = new Set<string>();

  /** `changed` hears how many gates wait. */
  constructor(private readonly changed: (count: number) => void) {}

  opened(gate: Gate): void {
    this.waiting.add(gate.gateId);
    this.changed(this.waiting.size);
  }

  closed(gate: Gate): void {
    this.waiting.delete(gate.gateId);
    this.changed(this.waiting.size);
  }
}
