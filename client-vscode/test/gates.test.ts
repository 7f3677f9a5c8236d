import assert from "node:assert/strict";
import { test } from "node:test";
import { GateFeature } from "../src/gates";
import { GATE, type Gate, type GateField } from "../src/protocol";
import { ServerDouble } from "./connectionStub";
import { CancellationTokenSource, messages, screen, type QuickInput } from "./vscode";

const repository: GateField = {
  key: "repository",
  label: "Repository",
  default: "",
  required: true,
  pattern: "[\\w.-]+/[\\w.-]+",
  choices: ["push_to_github"],
};
const branch: GateField = { ...repository, key: "branch", label: "Branch", default: "feat/s3", pattern: "" };

const commit: Gate = {
  gateId: "g-1",
  runId: "r-1",
  kind: "commit",
  title: "Commit Gate",
  question: "Where does the module go?",
  context: "main.tf",
  options: [
    { key: "push_to_github", label: "Push", description: "To a new branch.", primary: false },
    { key: "keep_local", label: "Keep local", description: "", primary: true },
  ],
  fields: [repository, branch],
};
const destructive: Gate = {
  ...commit,
  kind: "destructive",
  question: "Overwrite main.tf?",
  context: Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\n"),
  fields: [],
};

const complaint = (box: QuickInput): string => box.validationMessage ?? "";

function gates() {
  const server = new ServerDouble();
  const details: Gate[] = [];
  const feature = new GateFeature(server.client, (gate) => details.push(gate));
  return { server, details, feature };
}

test("the primary option comes first and says that it is suggested", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, commit);
  const pick = await screen.next();
  assert.equal(pick.title, "Commit Gate");
  assert.equal(pick.placeholder, "Where does the module go?");
  assert.deepEqual(pick.items, [
    { key: "keep_local", label: "Keep local", description: "suggested" },
    { key: "push_to_github", label: "Push", detail: "To a new branch." },
  ]);
  assert.ok(pick.ignoreFocusOut, "a click elsewhere must not answer a gate");
  pick.choose("Keep local");
  assert.deepEqual(await answer, { choice: "keep_local", fields: {} });
});

test("a choice asks for its own fields, one step each, with their defaults", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, commit);
  (await screen.next()).choose("Push");
  const first = await screen.next();
  assert.deepEqual([first.prompt, first.step, first.totalSteps], ["Repository", 2, 3]);
  first.type("acme/modules");
  first.enter();
  const second = await screen.next();
  assert.equal(second.value, "feat/s3");
  second.enter();
  const fields = { repository: "acme/modules", branch: "feat/s3" };
  assert.deepEqual(await answer, { choice: "push_to_github", fields });
});

test("a text that does not match is not accepted and says what is expected", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, commit);
  (await screen.next()).choose("Push");
  const box = await screen.next();
  assert.equal(complaint(box), "", "no complaint before anything was typed");
  box.enter();
  assert.match(complaint(box), /Repository is needed/);
  box.type("not a repository/at all");
  assert.match(complaint(box), /must match/);
  box.enter();
  assert.equal(screen.current, box, "still asking");
  box.escape();
  assert.equal(await answer, null);
});

test("a step back leads to the field before, then to the choice, and keeps what was typed", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, commit);
  (await screen.next()).choose("Push");
  const first = await screen.next();
  first.type("acme/modules");
  first.enter();
  (await screen.next()).press(0);
  const again = await screen.next();
  assert.equal(again.value, "acme/modules");
  again.press(0);
  const choice = await screen.next();
  assert.equal(choice.items.length, 2);
  choice.choose("Keep local");
  assert.deepEqual(await answer, { choice: "keep_local", fields: {} });
});

test("Escape answers null", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, commit);
  (await screen.next()).escape();
  assert.equal(await answer, null);
});

test("a gate that the server takes back leaves the screen", async () => {
  const { server } = gates();
  const source = new CancellationTokenSource();
  const answer = server.ask(GATE, commit, source);
  await screen.next();
  source.cancel();
  assert.equal(await answer, null);
  assert.equal(screen.current, undefined);
});

test("a server that goes away takes its gate with it", async () => {
  const { server, feature } = gates();
  const answer = server.ask(GATE, commit);
  await screen.next();
  feature.clear();
  assert.equal(await answer, null);
  assert.equal(screen.current, undefined);
});

test("a second gate waits until the first is answered", async () => {
  const { server } = gates();
  const first = server.ask(GATE, commit);
  const second = server.ask(GATE, { ...commit, title: "Next Steps Gate" });
  const pick = await screen.next();
  assert.equal(pick.title, "Commit Gate");
  pick.choose("Keep local");
  await first;
  const next = await screen.next();
  assert.equal(next.title, "Next Steps Gate");
  next.choose("Keep local");
  assert.deepEqual(await second, { choice: "keep_local", fields: {} });
});

test("the details of a gate are one button away and leave the gate open", async () => {
  const { server, details } = gates();
  const answer = server.ask(GATE, commit);
  const pick = await screen.next();
  pick.press(0);
  assert.deepEqual(details, [commit]);
  assert.equal(screen.current, pick);
  pick.escape();
  assert.equal(await answer, null);
});

test("a destructive gate is a modal dialog with as much context as fits", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, destructive);
  await Promise.resolve().then(() => undefined);
  const message = messages.pop();
  assert.ok(message);
  assert.equal(message.text, "Overwrite main.tf?");
  assert.equal(message.options.modal, true);
  assert.match(message.options.detail ?? "", /line 19\n…$/);
  message.answer(message.items.find((item) => item.title === "Push"));
  assert.deepEqual(await answer, { choice: "push_to_github", fields: {} });
});

test("Enter never approves what is destructive, whatever the server suggests", async () => {
  const { server } = gates();
  const approve = { key: "approve", label: "Overwrite", description: "", primary: true };
  const reject = { key: "reject", label: "Reject", description: "", primary: false };
  const answer = server.ask(GATE, { ...destructive, options: [approve, reject] });
  await Promise.resolve().then(() => undefined);
  const message = messages.pop();
  assert.ok(message);
  assert.deepEqual(
    message.items.map((item) => item.title),
    ["Reject", "Overwrite"],
  );
  message.answer(undefined);
  assert.equal(await answer, null);
});

test("a dialog shows a diff without the fences of Markdown, indented as it is", async () => {
  const { server } = gates();
  const context = "main.tf\n\n```diff\n-  a\n+  b\n```\n";
  const answer = server.ask(GATE, { ...destructive, context });
  await Promise.resolve().then(() => undefined);
  const message = messages.pop();
  assert.ok(message);
  assert.equal(message.options.detail, "main.tf\n\n-\u00a0\u00a0a\n+\u00a0\u00a0b\n");
  message.answer(undefined);
  assert.equal(await answer, null);
});

test("a destructive gate that is dismissed answers null", async () => {
  const { server } = gates();
  const answer = server.ask(GATE, destructive);
  await Promise.resolve().then(() => undefined);
  messages.pop()?.answer(undefined);
  assert.equal(await answer, null);
});

test("a pattern that JavaScript cannot read does not keep a person from answering", async () => {
  const { server } = gates();
  const field = { ...repository, pattern: "(?P<name>x)" };
  const answer = server.ask(GATE, { ...commit, fields: [field] });
  (await screen.next()).choose("Push");
  const box = await screen.next();
  box.type("anything");
  box.enter();
  assert.deepEqual(await answer, { choice: "push_to_github", fields: { repository: "anything" } });
});
