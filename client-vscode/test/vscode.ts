/**
 * The part of the editor's API that the unit tests need, driven by a test instead of a person: every quick input
 * that is shown is put on `screen`, every message on `messages`.
 */
type Listener<T> = (value: T) => void;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}

export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }
  dispose(): void {
    // As in the editor: a disposed source never fires.
  }
}

export class ThemeIcon {
  constructor(readonly id: string) {}
}

export const QuickInputButtons = { Back: { id: "back" } };

export interface Item {
  key: string;
  label: string;
  description?: string;
  detail?: string;
}

/** A quick pick or input box. */
export class QuickInput {
  title = "";
  step: number | undefined;
  totalSteps: number | undefined;
  prompt = "";
  placeholder = "";
  value = "";
  validationMessage: string | undefined;
  ignoreFocusOut = false;
  buttons: object[] = [];
  items: Item[] = [];
  selectedItems: Item[] = [];
  private readonly accepted = new EventEmitter<void>();
  private readonly hidden = new EventEmitter<void>();
  private readonly changed = new EventEmitter<string>();
  private readonly pressed = new EventEmitter<object>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  readonly onDidChangeValue = this.changed.event;
  readonly onDidTriggerButton = this.pressed.event;

  show(): void {
    screen.show(this);
  }
  dispose(): void {
    screen.hide(this);
  }

  choose(label: string): void {
    this.selectedItems = this.items.filter((item) => item.label === label);
    this.accepted.fire();
  }
  type(text: string): void {
    this.value = text;
    this.changed.fire(text);
  }
  enter(): void {
    this.accepted.fire();
  }
  escape(): void {
    screen.hide(this);
    this.hidden.fire();
  }
  press(button: number): void {
    const chosen = this.buttons[button];
    if (!chosen) throw new Error(`no button ${button}`);
    this.pressed.fire(chosen);
  }
}

/** What a person would see: at most one quick input. */
class Screen {
  private visible: QuickInput | undefined;
  private had: QuickInput | undefined;
  private waiting: (() => void) | undefined;

  get current(): QuickInput | undefined {
    return this.visible;
  }
  show(input: QuickInput): void {
    this.visible?.escape();
    this.visible = input;
    this.waiting?.();
  }
  hide(input: QuickInput): void {
    if (this.visible === input) this.visible = undefined;
  }
  /** The quick input that a test has not had yet: the one on the screen, or the next to come. */
  async next(): Promise<QuickInput> {
    while (!this.visible || this.visible === this.had) {
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
    this.had = this.visible;
    return this.visible;
  }
}
export const screen = new Screen();

export interface Message {
  text: string;
  options: { modal?: boolean; detail?: string };
  items: { title: string; key: string }[];
  answer: (item: { title: string; key: string } | undefined) => void;
}
export const messages: Message[] = [];

/** A progress notification. */
export interface Shown {
  title: string;
  reports: { message?: string; increment?: number }[];
  closed: boolean;
  cancel(): void;
}
export const progresses: Shown[] = [];
export const ProgressLocation = { Notification: 15, Window: 10 };

interface Report {
  message?: string;
  increment?: number;
}
type Task = (
  progress: { report(step: Report): void },
  token: CancellationTokenSource["token"],
) => Promise<void>;

export const window = {
  withProgress: async ({ title }: { title: string }, task: Task) => {
    const source = new CancellationTokenSource();
    const shown: Shown = {
      title,
      reports: [],
      closed: false,
      cancel: () => {
        source.cancel();
      },
    };
    progresses.push(shown);
    const reporter = { report: (step: Report) => void shown.reports.push(step) };
    await task(reporter, source.token).finally(() => (shown.closed = true));
  },
  createQuickPick: () => new QuickInput(),
  createInputBox: () => new QuickInput(),
  showWarningMessage: (text: string, options: Message["options"], ...items: Message["items"]) =>
    new Promise((answer) => messages.push({ text, options, items, answer })),
};

/** A document of the editor: what is on the disk, and whether its buffer differs. */
export interface Document {
  isDirty: boolean;
  save(): Promise<boolean>;
}
export const documents = new Map<string, Document>();

export const Uri = { parse: (text: string) => text };

/** What the settings of the user and of the workspace say about `python.defaultInterpreterPath`. */
export const interpreters = {
  user: undefined as string | undefined,
  workspace: undefined as string | undefined,
};

export const extensions = { getExtension: () => undefined };

export const workspace = {
  isTrusted: true,
  workspaceFolders: undefined,
  getConfiguration: () => ({
    get: (_key: string, fallback?: unknown) => fallback ?? interpreters.workspace ?? interpreters.user,
    inspect: () => ({ globalValue: interpreters.user, workspaceValue: interpreters.workspace }),
  }),
  openTextDocument: (uri: string) => {
    const document = documents.get(uri);
    return document ? Promise.resolve(document) : Promise.reject(new Error("no such file"));
  },
};
