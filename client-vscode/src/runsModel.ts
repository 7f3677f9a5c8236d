import type { ListedRun, RunStatus, ShownFile, ShownRun, StepStatus } from "./protocol";

/** What a person can do with a run. */
export type RunAction = "resume" | "revert" | "cancel";

const FITTING: Record<RunAction, readonly RunStatus[]> = {
  resume: ["interrupted"],
  revert: ["done", "failed", "cancelled"],
  cancel: ["running", "waiting", "interrupted"],
};

/** The runs that an action is possible with. */
export function fitting(action: RunAction, runs: readonly ListedRun[]): ListedRun[] {
  return runs.filter((run) => FITTING[action].includes(run.status) && (action !== "revert" || run.module));
}

const LONGEST_LINE = 70;

/** A run in a line: what was asked for. */
export function lineOf(run: Pick<ListedRun, "request" | "runId">): string {
  const line = run.request.split("\n", 1)[0] ?? "";
  if (line === "") return run.runId;
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line;
}

/** A row of the view, without the editor's classes. */
export interface Row {
  /** Stable over refreshes, so that what is open stays open. */
  id: string;
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  /** Theme colour of the icon. */
  color?: string;
  /** What menus and buttons the row gets. */
  context?: string;
  rows?: Row[];
  /** Open from the start. */
  open?: boolean;
  file?: ShownFile;
  place?: { path: string; line: number };
}

const RUN_ICONS: Record<RunStatus, [icon: string, color?: string]> = {
  running: ["loading~spin"],
  waiting: ["bell-dot", "notificationsWarningIcon.foreground"],
  interrupted: ["debug-pause", "notificationsWarningIcon.foreground"],
  done: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  cancelled: ["circle-slash"],
};
const STEP_ICONS: Record<StepStatus, [icon: string, color?: string]> = {
  started: ["loading~spin"],
  done: ["check", "testing.iconPassed"],
  skipped: ["debug-step-over"],
  failed: ["close", "testing.iconFailed"],
};

/** What the buttons of a run depend on. */
function contextOf(run: ListedRun): string {
  if (run.status === "interrupted") return "interruptedRun";
  if (run.status === "running" || run.status === "waiting") return "runningRun";
  return run.module ? "endedRun" : "run";
}

/** The row of a run, closed. */
export function rowOfRun(run: ListedRun): Row {
  const began = new Date(run.startedAt);
  const when = Number.isNaN(began.getTime()) ? "" : began.toLocaleString();
  return {
    id: run.runId,
    label: lineOf(run),
    description: [run.module, run.status].filter(Boolean).join(" · "),
    tooltip: [run.request, run.message, `${run.runId}, ${when}`].filter(Boolean).join("\n\n"),
    ...icon(RUN_ICONS[run.status]),
    context: contextOf(run),
  };
}

/** The rows below a run: steps, files, findings, gates; what there is none of is left out. */
export function rowsOfRun(shown: ShownRun): Row[] {
  const { run } = shown;
  const groups: [name: string, icon: string, rows: Row[]][] = [
    ["Steps", "list-ordered", stepRows(shown)],
    ["Files", "files", fileRows(shown)],
    ["Findings", "warning", findingRows(shown)],
    ["Gates", "question", gateRows(shown)],
  ];
  return groups
    .filter(([, , rows]) => rows.length > 0)
    .map(([label, icon, rows]) => ({
      id: `${run.runId}/${label}`,
      label,
      description: String(rows.length),
      tooltip: "",
      icon,
      rows: rows.map((row, index) => ({ ...row, id: `${run.runId}/${label}/${index}` })),
      open: label === "Steps" && run.endedAt === null,
    }));
}

function stepRows({ steps, run }: ShownRun): Row[] {
  return steps.map((step) => {
    // A step that began is going on only while its run is.
    const stopped = step.status === "started" && run.status !== "running" && run.status !== "waiting";
    const time = step.seconds === null ? "" : `${step.seconds.toFixed(1)} s`;
    return {
      id: "",
      label: step.title,
      description: [step.agent, time].filter(Boolean).join(" · "),
      tooltip: step.detail,
      ...(stopped ? { icon: "debug-pause" } : icon(STEP_ICONS[step.status])),
    };
  });
}

function fileRows({ files, run }: ShownRun): Row[] {
  const module = `${run.module ?? ""}/`;
  return files.map((file) => ({
    id: "",
    // Below the module: it has two files named main.tf, its own and the example's.
    label: file.path.startsWith(module) ? file.path.slice(module.length) : file.path,
    description: file.action,
    tooltip: file.path,
    icon: file.action === "deleted" ? "trash" : file.action === "created" ? "new-file" : "edit",
    context: file.action === "deleted" ? "deletedRunFile" : "runFile",
    file,
  }));
}

function findingRows({ findings, run }: ShownRun): Row[] {
  return findings.map((finding) => ({
    id: "",
    label: finding.summary,
    description: finding.file === null ? finding.check : `${finding.file}:${finding.line ?? 1}`,
    tooltip: `${finding.severity} of ${finding.check}`,
    ...(finding.severity === "error"
      ? { icon: "error", color: "testing.iconFailed" }
      : { icon: "warning", color: "notificationsWarningIcon.foreground" }),
    ...(finding.file !== null && run.module !== null
      ? { place: { path: `${run.module}/${finding.file}`, line: finding.line ?? 1 } }
      : {}),
  }));
}

function gateRows({ gates }: ShownRun): Row[] {
  return gates.map((gate) => ({
    id: "",
    label: gate.choice === "" ? `${gate.question} …` : gate.choice.replaceAll("_", " "),
    description:
      gate.choice === "" ? "waits for an answer" : `${gate.kind.replaceAll("_", " ")} · ${byWords(gate.by)}`,
    tooltip: gate.question,
    icon: gate.choice === "" ? "bell-dot" : "comment",
  }));
}

function byWords(by: string): string {
  return by === "person" ? "by a person" : by.replaceAll("_", " ");
}

function icon([name, color]: readonly [string, string?]): Pick<Row, "icon" | "color"> {
  return color === undefined ? { icon: name } : { icon: name, color };
}
