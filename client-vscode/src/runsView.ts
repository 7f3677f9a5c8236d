import * as vscode from "vscode";
import {
  ServerCommand,
  type ListedRun,
  type ListedRuns,
  type RunAudit,
  type RunContent,
  type ShownRun,
} from "./protocol";
import type { RunEvents } from "./runEvents";
import { rowOfRun, rowsOfRun, type Row } from "./runsModel";
import { sentenceOf } from "./sayings";

const VIEW = "awsOrchestrator.runs";
const SCHEME = "aws-orchestrator-run";
const REPORT = "/report.md";
/** A run tells many steps a second at times: the view is drawn once for all of them. */
const REFRESH_MS = 150;

/** A row with the run that it belongs to. */
export interface RunNode {
  row: Row;
  run: ListedRun;
}

interface Server {
  execute(command: string, argument: object): Promise<unknown>;
  ready(): Promise<boolean>;
}

/** The view of runs: each with its steps, files, findings and gates. */
export class RunsView
  implements vscode.TreeDataProvider<RunNode>, vscode.TextDocumentContentProvider, vscode.Disposable
{
  private readonly changed = new vscode.EventEmitter<RunNode[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<RunNode>;
  private readonly parts: { dispose(): unknown }[];
  private readonly reports = new Map<string, string>();
  /** The rows of the runs as they are drawn, by the runs' ids. */
  private readonly drawn = new Map<string, RunNode>();
  /** The runs of which something was heard since the last drawing. */
  private readonly heard = new Set<string>();
  private refreshing: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    events: Pick<RunEvents, "onEvent" | "onServerGone">,
    private readonly log: Pick<vscode.LogOutputChannel, "warn">,
  ) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this });
    this.parts = [
      this.view,
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      events.onEvent(({ runId }) => {
        this.heard.add(runId);
        this.refreshing ??= setTimeout(() => void this.refreshHeard(), REFRESH_MS);
      }),
      events.onServerGone(() => {
        this.refresh();
      }),
      vscode.commands.registerCommand("awsOrchestrator.refreshRuns", () => {
        this.refresh();
      }),
      vscode.commands.registerCommand("awsOrchestrator.showRuns", () =>
        vscode.commands.executeCommand(`${VIEW}.focus`),
      ),
      vscode.commands.registerCommand("awsOrchestrator.showReport", (node: RunNode) => this.report(node.run)),
      vscode.commands.registerCommand("awsOrchestrator.compareRunFile", (node: RunNode) =>
        this.compare(node),
      ),
    ];
  }

  dispose(): void {
    clearTimeout(this.refreshing);
    for (const part of this.parts) part.dispose();
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Every run of the open folders, newest first. */
  async list(): Promise<ListedRun[]> {
    const { runs } = (await this.server.execute(ServerCommand.listRuns, {})) as ListedRuns;
    return runs;
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (node?.row.rows) return node.row.rows.map((row) => ({ row, run: node.run }));
    // Before the server answers there is nothing to say, and afterwards everything is drawn again.
    if (!(await this.server.ready())) return [];
    try {
      if (!node) {
        const runs = await this.list();
        this.drawn.clear();
        for (const run of runs) this.drawn.set(run.runId, { row: rowOfRun(run), run });
        return [...this.drawn.values()];
      }
      const { runId, workspaceFolder } = node.run;
      const shown = (await this.server.execute(ServerCommand.showRun, {
        runId,
        workspaceFolder,
      })) as ShownRun;
      return rowsOfRun(shown).map((row) => ({ row, run: shown.run }));
    } catch (error) {
      this.log.warn(`The runs cannot be shown: ${sentenceOf(error)}`);
      return [];
    }
  }

  getTreeItem({ row, run }: RunNode): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label, this.state(row, run));
    item.id = row.id;
    item.description = row.description;
    item.tooltip = row.tooltip;
    const color = row.color === undefined ? undefined : new vscode.ThemeColor(row.color);
    item.iconPath = new vscode.ThemeIcon(row.icon, color);
    if (row.context !== undefined) item.contextValue = row.context;
    const command = this.commandOf(row, run);
    if (command) item.command = command;
    return item;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    if (uri.path.endsWith(REPORT)) return this.reports.get(uri.toString()) ?? "";
    const { runId, workspaceFolder, digest } = JSON.parse(uri.query) as Record<string, string | null>;
    if (digest === null) return "";
    const { text } = (await this.server.execute(ServerCommand.runContent, {
      runId,
      workspaceFolder,
      digest,
    })) as RunContent;
    return text;
  }

  private state(row: Row, run: ListedRun): vscode.TreeItemCollapsibleState {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    if (row.rows) return row.open ? Expanded : Collapsed;
    return row.id === run.runId ? Collapsed : None;
  }

  private commandOf(row: Row, run: ListedRun): vscode.Command | undefined {
    if (row.file?.action === "deleted") {
      const former = this.contentOf(run, row.file.path, row.file.before);
      return { command: "vscode.open", title: "Open", arguments: [former] };
    }
    if (row.file) {
      return { command: "vscode.open", title: "Open", arguments: [vscode.Uri.parse(row.file.uri, true)] };
    }
    if (!row.place) return undefined;
    const line = row.place.line - 1;
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(run.workspaceFolder, true), row.place.path);
    return {
      command: "vscode.open",
      title: "Open",
      arguments: [uri, { selection: new vscode.Range(line, 0, line, 0) }],
    };
  }

  private async compare({ row, run }: RunNode): Promise<void> {
    if (!row.file) return;
    const former = this.contentOf(run, row.file.path, row.file.before);
    const title = `${row.label}: before the run ↔ now`;
    await vscode.commands.executeCommand("vscode.diff", former, vscode.Uri.parse(row.file.uri, true), title);
  }

  private async report({ runId, workspaceFolder }: ListedRun): Promise<void> {
    const audit = (await this.server.execute(ServerCommand.auditRun, { runId, workspaceFolder })) as RunAudit;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${runId}${REPORT}` });
    this.reports.set(uri.toString(), audit.markdown);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  private contentOf({ runId, workspaceFolder }: ListedRun, path: string, digest: string | null): vscode.Uri {
    // The path gives the language of the page; what it holds is in the query.
    const query = JSON.stringify({ runId, workspaceFolder, digest });
    return vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query });
  }

  /**
   * Draws the runs anew of which something was heard; the whole view only when one of them is not in it yet. VS Code
   * forgets every row as soon as it hears that everything changed (1.100), and shows a run that is opened before the
   * rows are back as empty.
   */
  private async refreshHeard(): Promise<void> {
    const heard = [...this.heard];
    this.heard.clear();
    this.refreshing = undefined;
    const nodes = heard.flatMap((runId) => this.drawn.get(runId) ?? []);
    if (nodes.length < heard.length) {
      this.refresh();
      return;
    }
    for (const run of await this.list().catch(() => [])) {
      const node = nodes.find((each) => each.run.runId === run.runId);
      if (node) Object.assign(node, { row: rowOfRun(run), run });
    }
    this.changed.fire(nodes);
  }
}
