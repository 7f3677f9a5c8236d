// Bundles the extension, its unit tests, or the workbench flow: `node esbuild.mjs extension|tests|workbench`.
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { thirdPartyNotices } from "./licences.mjs";

const common = { bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "warning" };

const testsIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);

// Features of LSP that this server does not have. vscode-languageclient 11 loads all of them and cannot be shaken
// (CommonJS): they would be a fifth of the bundle. Progress is the runs' own (`progress.ts`), diagnostics are pushed.
const UNUSED = [
  ...["callHierarchy", "colorProvider", "declaration", "definition", "diagnostic", "documentHighlight"],
  ...["documentLink", "fileOperations", "foldingRange", "implementation", "inlayHint", "inlineCompletion"],
  ...["inlineValue", "linkedEditingRange", "notebook", "progress", "reference", "rename", "selectionRange"],
  ...["semanticTokens", "signatureHelp", "textDocumentContent", "typeDefinition", "typeHierarchy"],
  ...["workspaceSymbol"],
];
const ABSENT = `
  class Absent {
    fillClientCapabilities() {}
    initialize() {}
    getState() { return { kind: "static" }; }
    clear() {}
  }
  module.exports = new Proxy({}, { get: () => Absent });`;

const withoutUnusedFeatures = {
  name: "without-unused-features",
  setup(bundle) {
    const filter = new RegExp(`^\\./(?:${UNUSED.join("|")})$`);
    bundle.onResolve({ filter }, ({ path, importer }) =>
      /vscode-languageclient.lib.common.\w+\.js$/.test(importer) ? { path, namespace: "absent" } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: ABSENT }));
  },
};

const targets = {
  // VS Code 1.91 runs Node 20; `vscode` itself is given by the extension host.
  extension: async () => {
    const { metafile } = await build({
      ...common,
      entryPoints: ["src/extension.ts"],
      outfile: "dist/extension.js",
      external: ["vscode"],
      minify: true,
      legalComments: "none",
      metafile: true,
      plugins: [withoutUnusedFeatures],
    });
    await writeFile("dist/ThirdPartyNotices.txt", thirdPartyNotices(metafile));
  },
  // The unit tests get a stub in the place of the editor.
  tests: () =>
    build({
      ...common,
      entryPoints: testsIn("test"),
      outdir: "out/test",
      alias: { vscode: "./test/vscode.ts" },
      sourcemap: "inline",
    }),
  workbench: () =>
    build({
      ...common,
      entryPoints: testsIn("../tests/workbench"),
      outdir: "out/workbench",
      // Found in this folder's node_modules, from where the bundle runs.
      external: ["playwright-core"],
      sourcemap: "inline",
    }),
};

const target = targets[argv[2]];
if (!target) throw new Error(`Say what to build: ${Object.keys(targets).join(", ")}.`);
// A test that was renamed must not go on running from its old bundle.
if (argv[2] !== "extension")
  await rm(`out/${argv[2].replace("tests", "test")}`, { recursive: true, force: true });
await target();
