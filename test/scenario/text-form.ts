/** What tools print, in a form that two equal runs share: everything literal that is not random or a matter of time. */

import type { Script, Step } from "./scenario.ts";
import type { Symbols } from "./symbols.ts";

const RULES: readonly (readonly [RegExp, string])[] = [
  // A stack trace tells where in the tool an error came up, not what the error is.
  [/^\s+at .*\n|^\s+\.\.\. \d+ more\n/gm, ""],
  [/\[\d\d:\d\d:\d\d\.\d\d\d\]/g, "[time]"],
  [/clientId=adminclient-\d+/g, "clientId=adminclient"],
  [/^(\d+ records sent), .*$/gm, "$1, <performance>"],
  // The epoch of features is the offset that a node has applied.
  [/^(Feature: .*Epoch: )\d+$/gm, "$1<offset>"],
];

const FORMS: { readonly [script in Script]?: (lines: string[], symbols: Symbols) => string[] } = {
  "kafka-acls": aclLines,
  "kafka-cluster": endpointLines,
  "kafka-delegation-tokens": tokenLines,
  // The test that reads dumps holds them against the log itself.
  "kafka-dump-log": () => [],
  "kafka-metadata-quorum": quorumLines,
  "kafka-metadata-shell": treeLines,
};

/** The lines of a step's stdout or stderr. */
export function textLines(text: string, { script }: Step, symbols: Symbols): string[] {
  let normal = symbols.inText(text);
  for (const [pattern, replacement] of RULES) normal = normal.replace(pattern, replacement);
  const lines = normal.split("\n").filter((line) => line.trim() !== "");
  const form = script === null ? undefined : FORMS[script];
  return form?.(lines, symbols) ?? lines;
}

/** One line for each entry, with the pattern that it stands under; hash sets have no order. */
function aclLines(lines: string[]): string[] {
  let heading = "";
  return lines
    .map((line) => {
      if (line.startsWith("Current ACLs") || line.startsWith("Adding ACLs")) heading = line;
      return /^\s*\(principal=/.test(line) ? `${heading} ${line.trim()}` : line;
    })
    .sort();
}

/** Controllers stand in the order of their names, without the padding of columns. */
function endpointLines(lines: string[], symbols: Symbols): string[] {
  const row = /^([123]) +(\S+) +(<port of <controller .>>) +(\S+) +controller/;
  return lines
    .map((line) =>
      line.replace(row, (_, id, host, port, rack) =>
        [symbols.controller(Number(id)), host, port, rack, "controller"].join(" "),
      ),
    )
    .sort((a, b) => (a.startsWith("<") && b.startsWith("<") && a > b ? 1 : 0));
}

function tokenLines(lines: string[]): string[] {
  const isRow = (line: string): boolean => line.startsWith("<token");
  return lines
    .map((line) =>
      line
        .replace(/[\w+/]{86}==/g, "<hmac>")
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d/g, "<date>")
        .replace(/ +/g, " "),
    )
    .sort((a, b) => (isRow(a) && isRow(b) ? (a < b ? -1 : 1) : 0));
}

/** Ids become names, numbers that move by themselves become marks, rows stand in the order of the names. */
function quorumLines(lines: string[], symbols: Symbols): string[] {
  return lines
    .map((line) => {
      const columns = line.split("\t").map((column) => column.trim());
      if (columns.length >= 7 && /^\d+$/.test(columns[0] ?? "")) {
        const id = symbols.controller(Number(columns[0]));
        const lag = Number(columns[3]) < 5 ? "<small>" : columns[3];
        return [id, columns[1], "<offset>", lag, "<time>", "<time>", columns[6]].join(" ");
      }
      return line
        .replace(/^(LeaderId: +)(\d+)/, (_, label, id) => label + symbols.controller(Number(id)))
        .replace(/^(HighWatermark|MaxFollowerLagTimeMs|LeaderEpoch): .*/, "$1: <number>")
        .replace(
          /^(CurrentVoters|CurrentObservers): +(.*)/,
          (_, label, json) => `${label}: ${replicas(json, symbols)}`,
        );
    })
    .sort((a, b) => (/^[<\d]/.test(a) && /^[<\d]/.test(b) ? (a < b ? -1 : 1) : 0));
}

function replicas(json: string, symbols: Symbols): string {
  const list = JSON.parse(json) as { id: number; directoryId?: string; endpoints?: string[] }[];
  return list
    .map(({ id, ...rest }) => JSON.stringify({ id: symbols.controller(id), ...rest }))
    .sort()
    .join(" ");
}

/** A tree becomes one line for each leaf, with its whole path: children that are named by ids stand in no order. */
function treeLines(lines: string[], symbols: Symbols): string[] {
  const path: string[] = [];
  const leaves: string[] = [];
  for (const line of lines) {
    const depth = line.search(/\S/) / 2;
    const text = line.trim();
    path.length = depth;
    if (text.endsWith(":")) path.push(text.slice(0, -1));
    else leaves.push(`${path.join("/")} = ${symbols.inTree(path.join("/"), text)}`);
  }
  return leaves.sort();
}
