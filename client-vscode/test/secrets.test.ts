import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Secrets } from "../src/secrets";

interface Property {
  scope?: string;
}
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  contributes: { configuration: { properties: Record<string, Property> } };
};

function secretsWith(kept: Record<string, string>): Secrets {
  const storage = {
    get: (key: string) => Promise.resolve(kept[key]),
    store: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  };
  return new Secrets(storage, () => Promise.resolve());
}

test("the GitHub token reaches the server in its environment, the Anthropic key in its memory", async () => {
  const secrets = secretsWith({ gitHubToken: "ghp_token", anthropicApiKey: "sk-ant" });
  assert.deepEqual(await secrets.environment(), { GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_token" });
  assert.deepEqual(await secrets.told(), { anthropicApiKey: "sk-ant" });
});

test("without a kept secret the environment stays as it is, and the server forgets what it was told", async () => {
  const secrets = secretsWith({});
  assert.deepEqual(await secrets.environment(), {});
  assert.deepEqual(await secrets.told(), { anthropicApiKey: null });
});

test("no setting holds a secret, and what chooses a program or an address is a person's own", () => {
  const { properties } = manifest.contributes.configuration;
  assert.deepEqual(
    Object.keys(properties).filter((name) => /token(?!s)|key|secret|password/i.test(name)),
    [],
  );
  for (const name of [
    "githubMcpCommand",
    "githubMcpUrl",
    "githubHost",
    "claude",
    "mind",
    "terraformBinary",
    "limits",
  ]) {
    assert.equal(properties[`awsOrchestrator.${name}`]?.scope, "machine", name);
  }
});
