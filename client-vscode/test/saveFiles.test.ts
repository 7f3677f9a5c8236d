import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ClientCapabilities } from "vscode-languageclient/node";
import type { LogOutputChannel } from "vscode";
import { GateFeature } from "../src/gates";
import { SAVE_FILES } from "../src/protocol";
import { SaveFilesFeature } from "../src/saveFiles";
import { ServerDouble } from "./connectionStub";
import { documents, type Document } from "./vscode";

function dirty(writable = true): Document {
  return {
    isDirty: true,
    save() {
      this.isDirty = !writable;
      return Promise.resolve(writable);
    },
  };
}

function feature() {
  const server = new ServerDouble();
  const errors: string[] = [];
  const log = { error: (text: string) => errors.push(text) } as unknown as LogOutputChannel;
  const closed: string[] = [];
  const tabs = {
    closeNew: (uris: readonly string[]) => {
      closed.push(...uris);
      return Promise.resolve();
    },
  };
  return { server, errors, closed, save: new SaveFilesFeature(server.client, log, tabs) };
}

beforeEach(() => {
  documents.clear();
});

test("exactly the asked documents are saved", async () => {
  documents.set("file:///a.tf", dirty()).set("file:///mine.tf", dirty());
  const { server } = feature();
  const result = await server.ask(SAVE_FILES, { runId: "r-1", uris: ["file:///a.tf"] });
  assert.deepEqual(result, { saved: ["file:///a.tf"] });
  assert.equal(documents.get("file:///a.tf")?.isDirty, false);
  assert.equal(documents.get("file:///mine.tf")?.isDirty, true, "a person's own edits stay theirs");
});

test("a document without changes counts as saved", async () => {
  documents.set("file:///a.tf", { ...dirty(), isDirty: false });
  const { server } = feature();
  const result = await server.ask(SAVE_FILES, { runId: "r-1", uris: ["file:///a.tf"] });
  assert.deepEqual(result, { saved: ["file:///a.tf"] });
});

test("what cannot be saved is left out of the answer and named in the log", async () => {
  documents.set("file:///locked.tf", dirty(false)).set("file:///a.tf", dirty());
  const { server, errors, closed } = feature();
  const uris = ["file:///locked.tf", "file:///gone.tf", "file:///a.tf"];
  assert.deepEqual(await server.ask(SAVE_FILES, { runId: "r-1", uris }), { saved: ["file:///a.tf"] });
  assert.ok(errors.some((line) => line.includes("locked.tf could not be saved")));
  assert.ok(errors.some((line) => line.includes("gone.tf could not be saved: no such file")));
  assert.deepEqual(closed, ["file:///a.tf"], "what is not saved stays in sight");
});

test("the capabilities of all features end up side by side and leave others alone", () => {
  const { server, save } = feature();
  const capabilities: ClientCapabilities = { experimental: { other: 1 } };
  save.fillClientCapabilities(capabilities);
  new GateFeature(server.client, () => undefined).fillClientCapabilities(capabilities);
  assert.deepEqual(capabilities.experimental, { other: 1, awsOrchestrator: { gate: true, saveFiles: true } });
});
