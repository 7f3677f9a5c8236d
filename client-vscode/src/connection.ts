import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { CrashPolicy } from "./crashes";
import { EditorTabs } from "./editorTabs";
import { GateFeature, type GateWatcher } from "./gates";
import type { Gate } from "./protocol";
import { RestartQueue } from "./restarts";
import type { RunEvents } from "./runEvents";
import { SaveFilesFeature } from "./saveFiles";
import type { FoundServer, ServerCommandLine } from "./server";
import { ServerProcess } from "./serverProcess";
import type { ServerState } from "./statusBar";
import { versionProblem } from "./versions";

const SHOW_LOGS = "Show Logs";
const OPEN_SETTINGS = "Open Settings";
const START_LIMIT_MS = 60_000;

/** A client whose errors go to the log only: ours say more, and one failure is one message. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** A section of settings, and whether HashiCorp's extension is there: what both do is then left to it. */
function besideOthers(section: unknown): unknown {
  if (typeof section !== "object" || section === null || Array.isArray(section)) return section;
  return { ...section, hashicorpActive: vscode.extensions.getExtension("hashicorp.terraform") !== undefined };
}

/** What the connection needs from the rest of the extension. */
export interface Surroundings {
  log: vscode.LogOutputChannel;
  events: RunEvents;
  gates: GateWatcher;
  showGateDetails: (gate: Gate) => void;
  /** A folder of ours, where the server runs. */
  home: string;
  /** The extension's version. */
  version: string;
  locate: () => Promise<FoundServer>;
  /** Tells a person that there is no server; it may end in an installation and another start. */
  missing: (found: Extract<FoundServer, { kind: "missing" }>) => void;
  /** What the server's environment gets beyond the editor's own. */
  environment: () => Promise<Record<string, string>>;
  onState: (state: ServerState) => void;
}

/** The running server: started, replaced on demand, asked to do things. */
export class ServerConnection {
  private client: LanguageClient | undefined;
  private server: ServerProcess | undefined;
  private gateFeature: GateFeature | undefined;
  private nowhere = false;
  private readonly restarts = new RestartQueue(() => this.replace());

  constructor(private readonly around: Surroundings) {}

  /** Starts the server, or replaces it; calls while one start is under way share the one that follows it. */
  restart(): Promise<void> {
    return this.restarts.request();
  }

  /** The result of a server command. Rejects with a sentence for people. */
  async execute(command: string, argument: object): Promise<unknown> {
    await this.restarts.settled();
    // What was nowhere may be there by now: settings that came late, a Python that got the server meanwhile.
    if (this.nowhere) await this.restart();
    if (this.client?.state !== State.Running) {
      throw new Error("the language server is not running. Show Logs says why; then Restart Server.");
    }
    return this.client.sendRequest("workspace/executeCommand", { command, arguments: [argument] });
  }

  /** Tells the server something; nothing when none runs. */
  async notify(method: string, params: object): Promise<void> {
    if (this.client?.state === State.Running) await this.client.sendNotification(method, params);
  }

  /** Resolves when no start is under way: true when a server answers then. */
  async ready(): Promise<boolean> {
    await this.restarts.settled();
    return this.client?.state === State.Running;
  }

  async stop(): Promise<void> {
    await this.restarts.settled();
    await this.end();
  }

  private async replace(): Promise<void> {
    await this.end();
    const { log, onState } = this.around;
    onState("starting");
    try {
      const found = await this.around.locate();
      this.nowhere = found.kind !== "found";
      if (found.kind === "found") {
        await this.start(found.line);
      } else {
        log.error(found.sentence);
        onState("stopped");
        this.around.missing(found);
      }
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      this.client = undefined;
      this.server?.kill();
      onState("stopped");
      this.sayFailure(
        "The AWS Orchestrator server did not start. Show Logs says why; the setting awsOrchestrator.server.command " +
          "names another.",
      );
    }
  }

  private async start(line: ServerCommandLine): Promise<void> {
    const { log, version } = this.around;
    log.info(`Starting ${[line.command, ...line.args].join(" ")} (from ${line.origin})`);
    const server = new ServerProcess(line, this.around.home, await this.around.environment());
    this.server = server;
    this.client = this.build(server);
    await server.within(START_LIMIT_MS, this.client.start());
    const problem = versionProblem(version, this.client.initializeResult?.serverInfo?.version);
    if (problem === undefined) return;
    log.warn(problem);
    void vscode.window.showWarningMessage(problem);
  }

  private build(server: ServerProcess): LanguageClient {
    const { log, events, gates, showGateDetails, onState } = this.around;
    const tabs = new EditorTabs();
    const crashes = new CrashPolicy((reason) => {
      this.sayFailure(
        `The AWS Orchestrator server is not started again: ${reason}. Restart Server tries anew.`,
      );
    });
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: "file", language: "terraform" },
        { scheme: "file", language: "terraform-test" },
        { scheme: "file", pattern: "**/*.{tf,tftest.hcl}" },
      ],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: {
        error: (error) => {
          // vscode-languageclient 11 loses the message that came with garbage; when that was the answer to
          // `initialize`, its start would never end.
          server.fail(error);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: async () => {
          // At once, not after the pause: an answer to a gate whose server is gone would reach nobody.
          this.gateFeature?.clear();
          events.serverGone();
          const again = (await crashes.closed()) === "restart";
          return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
        },
      },
      initializationFailedHandler: () => false,
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const answered = await next(params, token);
            return Array.isArray(answered) ? answered.map((one: unknown) => besideOthers(one)) : answered;
          },
          handleApplyEdit: (params, next) => {
            tabs.remember();
            return next(params, new vscode.CancellationTokenSource().token);
          },
        },
      },
    };
    const client = new QuietClient("awsOrchestrator", "AWS Orchestrator", () => server.spawn(), options);
    this.gateFeature = new GateFeature(client, showGateDetails, gates);
    client.registerFeature(this.gateFeature);
    client.registerFeature(new SaveFilesFeature(client, log, tabs));
    events.follow(client);
    client.onDidChangeState(({ oldState, newState }) => {
      if (this.client !== client) return;
      if (newState === State.Running) crashes.serverStarted();
      if (oldState === State.Running) events.serverGone();
      onState(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped");
    });
    return client;
  }

  private async end(): Promise<void> {
    const { client, server } = this;
    this.client = undefined;
    this.server = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // Killed only here: one that was asked to end is still putting its own processes away.
      this.around.log.warn(`The server did not end in order: ${String(error)}`);
      server?.kill();
    }
  }

  private sayFailure(sentence: string): void {
    void vscode.window.showErrorMessage(sentence, SHOW_LOGS, OPEN_SETTINGS).then((answer) => {
      if (answer === SHOW_LOGS) this.around.log.show();
      if (answer === OPEN_SETTINGS) {
        return vscode.commands.executeCommand("workbench.action.openSettings", "awsOrchestrator.server");
      }
      return undefined;
    });
  }
}
