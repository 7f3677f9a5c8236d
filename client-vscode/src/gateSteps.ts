import type { Gate, GateAnswer, GateField, GateOption } from "./protocol";

/** What one step of a gate came back with. */
export type StepResult<T> = { kind: "value"; value: T } | { kind: "back" } | { kind: "dismissed" };

/** Where a field stands among the steps of its gate; the choice was the first. */
export interface StepPosition {
  step: number;
  totalSteps: number;
}

/** How the steps are shown; the editor's widgets, or a script in a test. */
export interface GateDialogs {
  choose(gate: Gate, options: GateOption[]): Promise<StepResult<string>>;
  fill(gate: Gate, field: GateField, text: string, position: StepPosition): Promise<StepResult<string>>;
}

/** The options in the order that a person sees: primary first, else as the server sent them. */
export function optionsInOrder(gate: Gate): GateOption[] {
  return [...gate.options.filter((option) => option.primary), ...gate.options.filter((o) => !o.primary)];
}

/** The fields that a choice asks for. */
export function fieldsOf(gate: Gate, choice: string): GateField[] {
  return gate.fields.filter((field) => field.choices.length === 0 || field.choices.includes(choice));
}

/** What is wrong with the text of a field, in a sentence for its author, or undefined. */
export function problemWith(field: GateField, text: string): string | undefined {
  if (text === "") return field.required ? `${field.label} is needed.` : undefined;
  // The server's patterns are Python's; one that JavaScript cannot read is checked by the server alone.
  const pattern = compiled(field.pattern);
  return pattern?.test(text) === false ? `${field.label} must match ${field.pattern}` : undefined;
}

function compiled(pattern: string): RegExp | undefined {
  if (pattern === "") return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return undefined;
  }
}

/**
 * The person's answer to a gate, asked step by step: the choice, then its fields, with a way back to the step
 * before. Null when any step was dismissed: the server then takes the safe choice.
 */
export async function answerGate(gate: Gate, dialogs: GateDialogs): Promise<GateAnswer | null> {
  // Kept over a step back, so that nothing is typed twice.
  const drafts = new Map(gate.fields.map((field) => [field.key, field.default]));
  for (;;) {
    const chosen = await dialogs.choose(gate, optionsInOrder(gate));
    if (chosen.kind !== "value") return null;
    const fields = fieldsOf(gate, chosen.value);
    const outcome = await fillFields(gate, fields, drafts, dialogs);
    if (outcome === "dismissed") return null;
    if (outcome === "filled") {
      const texts = fields.map((field): [string, string] => [field.key, drafts.get(field.key) ?? ""]);
      return { choice: chosen.value, fields: Object.fromEntries(texts) };
    }
  }
}

async function fillFields(
  gate: Gate,
  fields: GateField[],
  drafts: Map<string, string>,
  dialogs: GateDialogs,
): Promise<"filled" | "back" | "dismissed"> {
  let index = 0;
  for (let field = fields[index]; field !== undefined; field = fields[index]) {
    const position = { step: 2 + index, totalSteps: 1 + fields.length };
    const result = await dialogs.fill(gate, field, drafts.get(field.key) ?? "", position);
    if (result.kind === "dismissed") return "dismissed";
    if (result.kind === "value") drafts.set(field.key, result.value);
    index += result.kind === "back" ? -1 : 1;
    if (index < 0) return "back";
  }
  return "filled";
}
