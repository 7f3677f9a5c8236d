import type { PlannedModule, RunEvent, RunStatus, StepEvent } from "./protocol";

const ENDINGS: Record<RunStatus, string> = {
  running: "is running",
  waiting: "is waiting for an answer",
  interrupted: "was interrupted",
  done: "is done",
  failed: "failed",
  cancelled: "was cancelled",
};

/** What a run event says in plain words, one line each. */
export function wordsFor(event: RunEvent): string[] {
  if (event.kind === "started") return [`Run ${event.runId} began.`, ...indented(event.summary)];
  if (event.kind === "step") return event.step ? [stepWords(event.step)] : [];
  if (event.kind === "planned") return event.plan ? [planWords(event.plan)] : [];
  const ending = event.status ? ENDINGS[event.status] : "ended";
  return [`Run ${event.runId} ${ending}.`, ...indented(event.summary)];
}

function planWords(plan: PlannedModule): string {
  const given = plan.inputs.filter((input) => input.default === null).map((input) => input.name);
  const needs = given.length === 0 ? "needs no input" : `needs ${given.join(", ")}`;
  return `  Planned: ${plan.path}, ${plan.files.length} files; ${needs}`;
}

function stepWords(step: StepEvent): string {
  const ending = step.status === "started" ? "…" : `: ${step.status}`;
  const detail = step.detail === "" ? "" : ` (${step.detail})`;
  return `  ${step.index}/${step.total} ${step.agent}: ${step.title}${ending}${detail}`;
}

function indented(text: string): string[] {
  return text === "" ? [] : text.split("\n").map((line) => `  ${line}`);
}

/** The folder of the module that a finished run made, as the report names it; undefined when it made none. */
export function moduleFolder(event: RunEvent): string | undefined {
  const module = event.report?.module;
  if (typeof module !== "object" || module === null || !("path" in module)) return undefined;
  return typeof module.path === "string" && module.path !== "" ? module.path : undefined;
}
