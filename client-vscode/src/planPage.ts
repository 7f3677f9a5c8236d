import type { PlannedControl, PlannedModule } from "./protocol";

/** The page of a plan: files, resources, inputs, security, costs. Everything from the server is text, never markup. */
export function planPage(plan: PlannedModule, nonce: string): string {
  const resources = plan.files.reduce((count, file) => count + file.resources.length, 0);
  const files = `${counted(plan.files.length, "file")}, ${resources} resources and data sources`;
  const costs = plan.costs.length === 0 ? "none known" : `${plan.costs.length} known`;
  // What a person decides by, before the tables begin.
  const summary = [
    files,
    `inputs: ${inputsCount(plan)}`,
    `security: ${controlsCount(plan.controls)}`,
    `costs: ${costs}`,
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}';">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(plan.title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<h1>${escaped(plan.title)}</h1>
<p>Goes to <code>${escaped(plan.path)}</code>, ${escaped(plan.understood)}. Checked against ${escaped(plan.provider)}.</p>
<p class="summary">${summary.map((part) => `<span>${escaped(part)}</span>`).join(" · ")}</p>
${section("Files", files, filesTable(plan))}
${section("Inputs", inputsCount(plan), inputsTable(plan))}
${section("Outputs", String(plan.outputs.length), `<p>${plan.outputs.map((name) => code(name)).join(" ")}</p>`)}
${section("Security", controlsCount(plan.controls), controlsTable(plan.controls))}
${section("Costs", costs, costsList(plan.costs))}
</body>
</html>`;
}

// Only variables of the theme: the page is right in every theme, high contrast included.
const STYLE = `
body { font: var(--vscode-font-size) var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5rem 2rem; max-width: 70rem; }
h1 { font-size: 1.6em; font-weight: 600; margin: 1.2rem 0 .4rem; }
summary { cursor: pointer; padding: .35rem 0; font-weight: 600; }
summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
summary small { color: var(--vscode-descriptionForeground); font-weight: 400; margin-left: .6rem; }
details { border-top: 1px solid var(--vscode-widget-border, var(--vscode-editorWidget-border)); }
table { border-collapse: collapse; width: 100%; margin: .2rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; line-height: 1.5; }
th { color: var(--vscode-descriptionForeground); font-weight: 400; }
code { font-family: var(--vscode-editor-font-family); color: var(--vscode-textPreformat-foreground); overflow-wrap: anywhere; }
td:first-child code { white-space: nowrap; overflow-wrap: normal; }
.summary { border-left: 3px solid var(--vscode-focusBorder); padding-left: .8rem; }
.PASS { color: var(--vscode-testing-iconPassed); } .WARN { color: var(--vscode-editorWarning-foreground); } .FAIL { color: var(--vscode-editorError-foreground); }
`;

function section(title: string, note: string, content: string): string {
  // details and summary are for the keyboard as well, without a script.
  return `<details open><summary>${title}<small>${escaped(note)}</small></summary>${content}</details>`;
}

function filesTable(plan: PlannedModule): string {
  const rows = plan.files.map((file) => [
    code(file.name),
    escaped(file.purpose),
    file.resources.map((address) => code(address)).join("<br>"),
  ]);
  return table(["File", "What it is for", "Resources"], rows);
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function inputsCount({ inputs }: PlannedModule): string {
  const needed = inputs.filter((input) => input.default === null).length;
  return `${inputs.length}, of which ${needed} must be given`;
}

function inputsTable({ inputs }: PlannedModule): string {
  const needed = inputs.filter((input) => input.default === null);
  const others = inputs.filter((input) => input.default !== null);
  const rows = [...needed, ...others].map((input) => [
    code(input.name),
    code(oneLine(input.type)),
    escaped(input.description),
    input.default === null ? "<strong>must be given</strong>" : code(oneLine(input.default)),
  ]);
  return table(["Input", "Type", "Description", "Default"], rows);
}

function controlsCount(controls: readonly PlannedControl[]): string {
  const count = (status: string) => controls.filter((control) => control.status === status).length;
  const parts = [`${count("PASS")} kept`];
  if (count("WARN") > 0) parts.push(`${count("WARN")} to know about`);
  if (count("FAIL") > 0) parts.push(`${count("FAIL")} not kept`);
  return parts.join(", ");
}

function controlsTable(controls: readonly PlannedControl[]): string {
  const order = ["FAIL", "WARN", "PASS"];
  const sorted = [...controls].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const rows = sorted.map((control) => [
    `<span class="${control.status}">${control.status}</span>`,
    code(control.id),
    escaped(control.title),
    escaped(control.how),
  ]);
  return table(["", "Control", "What it asks", "What this module does"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${cells("th", head)}</thead><tbody>${rows.map((row) => cells("td", row)).join("")}</tbody></table>`;
}

function costsList(costs: readonly string[]): string {
  if (costs.length === 0) return "<p>Nothing in this module is known to have a price of its own.</p>";
  const lines = costs.map((text) => `<li>${escaped(text)}</li>`).join("");
  return `<p>What drives the bill; how much it will be depends on the use and the region.</p><ul>${lines}</ul>`;
}

const LONGEST_CODE = 120;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > LONGEST_CODE ? `${line.slice(0, LONGEST_CODE - 1)}…` : line;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function escaped(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? character);
}
