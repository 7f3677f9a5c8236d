import type { ClientCapabilities, FeatureState, StaticFeature } from "vscode-languageclient/node";

/** What this client can do beyond LSP, as the server reads it from `experimental.awsOrchestrator`. */
interface OrchestratorCapabilities {
  gate?: true;
  saveFiles?: true;
}

/** A feature that declares one custom capability and forgets its state when the server goes away. */
export abstract class OrchestratorFeature implements StaticFeature {
  protected abstract readonly capability: keyof OrchestratorCapabilities;

  fillClientCapabilities(capabilities: ClientCapabilities): void {
    const experimental = (capabilities.experimental ?? {}) as { awsOrchestrator?: OrchestratorCapabilities };
    capabilities.experimental = {
      ...experimental,
      awsOrchestrator: { ...experimental.awsOrchestrator, [this.capability]: true },
    };
  }

  initialize(): void {
    // Handlers are registered in the constructors: vscode-languageclient 11 initialises features only after
    // `initialized` was sent, when the server may already be asking.
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  abstract clear(): void;
}
