// The licence texts of what the bundle holds: they go along with it (`node esbuild.mjs extension` writes them).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const HEAD = "AWS Orchestrator for Visual Studio Code is bundled with parts of these packages of npm.\n";

/** One text with the name, version and licence text of every package whose files are in the bundle. */
export function thirdPartyNotices(metafile) {
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => packageFolder(path)),
  );
  const folders = [...new Set(used.filter((folder) => folder !== undefined))].sort();
  return [HEAD, ...folders.map(notice)].join(`\n${"-".repeat(80)}\n\n`);
}

/** `node_modules/name` or `node_modules/@scope/name`, the innermost one, of a bundled file. */
function packageFolder(path) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = existsSync(folder) && readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  // What has no text cannot be given away: better no extension than one without it.
  if (!file) throw new Error(`${name} ${version} (${license}) has no licence text in ${folder}.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
