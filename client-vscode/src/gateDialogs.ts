import * as vscode from "vscode";
import type { Gate, GateField, GateOption } from "./protocol";
import { problemWith, type GateDialogs, type StepPosition, type StepResult } from "./gateSteps";

const DETAILS: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("info"),
  tooltip: "Show what there is to decide",
};
/** A modal dialog has no scroll bar: what does not fit is in the details. */
const MODAL_LINES = 20;

interface OptionItem extends vscode.QuickPickItem {
  key: string;
}

/** The steps of a gate as quick pick and input boxes; `closed` takes them off the screen. */
export class EditorDialogs implements GateDialogs {
  constructor(
    private readonly closed: vscode.CancellationToken,
    private readonly showDetails: (gate: Gate) => void,
  ) {}

  choose(gate: Gate, options: GateOption[]): Promise<StepResult<string>> {
    return gate.kind === "destructive"
      ? this.chooseInModal(gate, options)
      : this.chooseInQuickPick(gate, options);
  }

  fill(gate: Gate, field: GateField, text: string, position: StepPosition): Promise<StepResult<string>> {
    const box = vscode.window.createInputBox();
    box.title = gate.title;
    box.step = position.step;
    box.totalSteps = position.totalSteps;
    box.prompt = field.required ? field.label : `${field.label} (optional)`;
    box.value = text;
    box.ignoreFocusOut = true;
    box.buttons = [vscode.QuickInputButtons.Back];
    const check = () => {
      box.validationMessage = problemWith(field, box.value);
      return box.validationMessage === undefined;
    };
    return this.untilAnswered(box, (answer) => [
      // A complaint about an empty box before anything was typed would only be in the way.
      box.onDidChangeValue(check),
      box.onDidAccept(() => {
        if (check()) answer({ kind: "value", value: box.value });
      }),
      box.onDidTriggerButton(() => {
        answer({ kind: "back" });
      }),
    ]);
  }

  private chooseInQuickPick(gate: Gate, options: GateOption[]): Promise<StepResult<string>> {
    const pick = vscode.window.createQuickPick<OptionItem>();
    pick.title = gate.title;
    pick.placeholder = gate.question;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = options.map((option) => ({
      key: option.key,
      label: option.label,
      ...(option.primary ? { description: "suggested" } : {}),
      ...(option.description === "" ? {} : { detail: option.description }),
    }));
    if (gate.context !== "") pick.buttons = [DETAILS];
    return this.untilAnswered(pick, (answer) => [
      pick.onDidAccept(() => {
        const item = pick.selectedItems[0];
        if (item) answer({ kind: "value", value: item.key });
      }),
      pick.onDidTriggerButton(() => {
        this.showDetails(gate);
      }),
    ]);
  }

  private async chooseInModal(gate: Gate, options: GateOption[]): Promise<StepResult<string>> {
    // The first button is the one that Enter presses: never the approval.
    const harmlessFirst = [...options].sort(
      (a, b) => Number(a.key === "approve") - Number(b.key === "approve"),
    );
    const items = harmlessFirst.map((option) => ({ title: option.label, key: option.key }));
    // A dialog shows no Markdown, and makes one space of several: a diff needs them.
    const lines = gate.context
      .split("\n")
      .filter((line) => !line.startsWith("```"))
      .map((line) => line.replaceAll("  ", "\u00a0\u00a0"));
    const shown = lines.slice(0, MODAL_LINES).join("\n");
    const detail = lines.length > MODAL_LINES ? `${shown}\n…` : shown;
    const answered = Promise.resolve(
      vscode.window.showWarningMessage(gate.question, { modal: true, detail }, ...items),
    );
    // The editor has no way to close a modal dialog: after a cancel its answer is ignored.
    const item = await Promise.race([answered, whenCancelled(this.closed)]);
    return item ? { kind: "value", value: item.key } : { kind: "dismissed" };
  }

  private async untilAnswered(
    input: vscode.QuickInput,
    listen: (answer: (result: StepResult<string>) => void) => vscode.Disposable[],
  ): Promise<StepResult<string>> {
    if (this.closed.isCancellationRequested) return { kind: "dismissed" };
    const listeners: vscode.Disposable[] = [];
    try {
      return await new Promise((answer) => {
        listeners.push(
          ...listen(answer),
          input.onDidHide(() => {
            answer({ kind: "dismissed" });
          }),
          this.closed.onCancellationRequested(() => {
            answer({ kind: "dismissed" });
          }),
        );
        input.show();
      });
    } finally {
      for (const listener of listeners) listener.dispose();
      input.dispose();
    }
  }
}

function whenCancelled(token: vscode.CancellationToken): Promise<undefined> {
  return new Promise((resolve) => {
    token.onCancellationRequested(() => {
      resolve(undefined);
    });
  });
}
