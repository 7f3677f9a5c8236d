/**
 * Every custom method name and payload of the wire: the twin of the server's `protocol.py`, name for name.
 * A test of the server's holds the two together.
 */

/** Commands that the server advertises; the palette's own ids are `awsOrchestrator.<verb>`, never these. */
export const ServerCommand = {
  generateModule: "awsOrchestrator.server.generateModule",
  updateModule: "awsOrchestrator.server.updateModule",
  validateModule: "awsOrchestrator.server.validateModule",
  healModule: "awsOrchestrator.server.healModule",
  runTests: "awsOrchestrator.server.runTests",
  resumeRun: "awsOrchestrator.server.resumeRun",
  cancelRun: "awsOrchestrator.server.cancelRun",
  listRuns: "awsOrchestrator.server.listRuns",
  showRun: "awsOrchestrator.server.showRun",
  runContent: "awsOrchestrator.server.runContent",
  revertRun: "awsOrchestrator.server.revertRun",
  auditRun: "awsOrchestrator.server.auditRun",
  pruneRuns: "awsOrchestrator.server.pruneRuns",
} as const;

export const SECRETS = "awsOrchestrator/secrets";
export const GATE = "awsOrchestrator/gate";
export const SAVE_FILES = "awsOrchestrator/saveFiles";
export const RUN_EVENT = "awsOrchestrator/runEvent";

/** Where a person is asked: in an editor, at a terminal, or by another agent. */
export type Surface = "editor" | "terminal" | "agent";
export type GateKind = "commit" | "next_steps" | "destructive" | "ambiguous" | "cost" | "policy";
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

/** Argument of `healModule`: a file of the module, or its folder. */
export interface HealParams {
  uri: string;
  answers?: Record<string, string>;
}

/** Argument of `validateModule` and `runTests`: a file of the module, or its folder. */
export interface ModuleParams {
  uri: string;
}

/** Notification `awsOrchestrator/secrets`: from the editor's secret storage, for the server's memory alone. */
export interface Secrets {
  anthropicApiKey?: string | null;
}

/** Argument of `cancelRun`, `resumeRun`, `showRun`, `revertRun` and `auditRun`. */
export interface RunParams {
  runId: string;
  workspaceFolder?: string;
}

/** Argument of `listRuns`: one workspace folder, or every open one. */
export interface FolderParams {
  workspaceFolder?: string;
}

/** Argument of `runContent`: a content that a run kept, by its digest. */
export interface ContentParams {
  runId: string;
  workspaceFolder: string;
  digest: string;
}

/** Result of `runContent`. */
export interface RunContent {
  text: string;
}

/** One run of a workspace folder, for a list. */
export interface ListedRun {
  runId: string;
  workspaceFolder: string;
  status: RunStatus;
  workflow: string;
  /** The module's folder, relative to the workspace folder; null before it was chosen. */
  module: string | null;
  request: string;
  startedAt: string;
  endedAt: string | null;
  message: string;
  /** Where the gate was opened that the run stands at; null when it stands at none. */
  waitsIn: Surface | null;
}

/** Result of `listRuns`, newest first. */
export interface ListedRuns {
  runs: ListedRun[];
}

/** One step of a run, as far as it came. */
export interface ShownStep {
  agent: string;
  title: string;
  status: StepStatus;
  detail: string;
  seconds: number | null;
}

/** One file that a run wrote or removed. */
export interface ShownFile {
  uri: string;
  path: string;
  action: "created" | "changed" | "deleted";
  /** Digest of the former contents, for `runContent`; null when the run made the file. */
  before: string | null;
  after: string | null;
}

/** One gate of a run; `choice` is empty while it waits. */
export interface ShownGate {
  kind: GateKind;
  question: string;
  choice: string;
  by: string;
}

/** One finding of a run's last validation. */
export interface ShownFinding {
  check: string;
  severity: string;
  summary: string;
  file: string | null;
  line: number | null;
}

/** Result of `showRun`. */
export interface ShownRun {
  run: ListedRun;
  steps: ShownStep[];
  files: ShownFile[];
  gates: ShownGate[];
  findings: ShownFinding[];
}

/** One file of a planned module. */
export interface PlannedFile {
  name: string;
  purpose: string;
  resources: string[];
}

/** One input of a planned module; the default is HCL, null when a value must be given. */
export interface PlannedInput {
  name: string;
  type: string;
  description: string;
  default: string | null;
}

/** One security control of a planned module. */
export interface PlannedControl {
  id: string;
  status: "PASS" | "WARN" | "FAIL";
  title: string;
  how: string;
}

/** What a run is going to generate. */
export interface PlannedModule {
  service: string;
  title: string;
  path: string;
  understood: string;
  provider: string;
  files: PlannedFile[];
  inputs: PlannedInput[];
  outputs: string[];
  controls: PlannedControl[];
  costs: string[];
}

/** Argument of `pruneRuns`. */
export interface PruneParams {
  workspaceFolder: string;
  /** How many of the newest runs stay whatever their age. */
  keep: number;
  olderThanDays?: number;
}

/** Result of `pruneRuns`. */
export interface PrunedRuns {
  formatVersion: number;
  removed: string[];
  freedBytes: number;
}

/** Result of `auditRun`: what was asked, planned, found, answered, checked and written. */
export interface RunAudit {
  runId: string;
  markdown: string;
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

/** How much of one limit a run has used; `money` in US dollars, all others as counts. */
export interface LimitUse {
  used: number;
  limit: number;
}

/** One step of a run began or ended. */
export interface StepEvent {
  index: number;
  total: number;
  agent: string;
  title: string;
  status: StepStatus;
  detail: string;
  /** What the run has used of each of its limits. */
  usage?: Record<string, LimitUse>;
}

/** Notification `awsOrchestrator/runEvent`. */
export interface RunEvent {
  runId: string;
  kind: "started" | "planned" | "step" | "finished";
  /** URI of the folder that keeps the run. */
  workspaceFolder: string;
  step: StepEvent | null;
  /** Of `planned`: what is going to be generated. */
  plan: PlannedModule | null;
  status: RunStatus | null;
  summary: string;
  report: Record<string, unknown> | null;
}
