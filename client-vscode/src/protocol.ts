/**
 * Every custom method name and payload of the wire: the twin of the server's `protocol.py`, name for name.
 * A test of the server's holds the two together.
 */

/** Commands that the server advertises; the palette's own ids are `awsOrchestrator.<verb>`, never these. */
export const ServerCommand = {
  generateModule: "awsOrchestrator.server.generateModule",
  updateModule: "awsOrchestrator.server.updateModule",
  validateModule: "awsOrchestrator.server.validateModule",
  resumeRun: "awsOrchestrator.server.resumeRun",
  cancelRun: "awsOrchestrator.server.cancelRun",
} as const;

export const GATE = "awsOrchestrator/gate";
export const SAVE_FILES = "awsOrchestrator/saveFiles";
export const RUN_EVENT = "awsOrchestrator/runEvent";

export type GateKind = "commit" | "next_steps" | "destructive" | "ambiguous" | "cost";
export type RunStatus = "running" | "waiting" | "interrupted" | "done" | "failed" | "cancelled";
export type StepStatus = "started" | "done" | "skipped" | "failed";

/** Argument of `generateModule`. */
export interface GenerateParams {
  request: string;
  /** URI of the workspace folder that gets the module. */
  workspaceFolder: string;
  /** Answers given ahead of time: `commit`, `commit.branch`, … */
  answers?: Record<string, string>;
}

/** Argument of `updateModule`. */
export interface UpdateParams {
  request: string;
  /** URI of a file of the module, or of its folder. */
  uri: string;
  workspaceFolder?: string;
  answers?: Record<string, string>;
}

/** Argument of `validateModule`: a file of the module, or its folder. */
export interface ModuleParams {
  uri: string;
}

/** Argument of `cancelRun` and `resumeRun`. */
export interface RunParams {
  runId: string;
  workspaceFolder?: string;
}

/** Result of a command that starts a run; the run goes on in the server. */
export interface RunStarted {
  runId: string;
}

/** One choice of a gate. */
export interface GateOption {
  key: string;
  label: string;
  description: string;
  primary: boolean;
}

/** One free text of a gate. */
export interface GateField {
  key: string;
  label: string;
  default: string;
  required: boolean;
  /** A regular expression that the whole text must match; empty for any text. */
  pattern: string;
  /** Keys of the options that ask for this field; empty for all. */
  choices: string[];
}

/** A question to a person: params of the request `awsOrchestrator/gate`. */
export interface Gate {
  gateId: string;
  runId: string;
  kind: GateKind;
  title: string;
  question: string;
  /** What the person needs to decide: paths, findings, a diff. Markdown. */
  context: string;
  options: GateOption[];
  fields: GateField[];
}

/** Result of the gate request; null (dismissed) means the safe choice. */
export interface GateAnswer {
  choice: string;
  fields: Record<string, string>;
}

/** Params of `awsOrchestrator/saveFiles`: the documents of a run that must be on disk before it goes on. */
export interface SaveParams {
  runId: string;
  uris: string[];
}

/** Which of the asked documents were saved. */
export interface SaveResult {
  saved: string[];
}

/** One step of a run began or ended. */
export interface StepEvent {
  index: number;
  total: number;
  agent: string;
  title: string;
  status: StepStatus;
  detail: string;
}

/** Notification `awsOrchestrator/runEvent`. */
export interface RunEvent {
  runId: string;
  kind: "started" | "step" | "finished";
  step: StepEvent | null;
  status: RunStatus | null;
  summary: string;
  report: Record<string, unknown> | null;
}
