/** What tools print, in a form that two equal runs share: everything literal that is not random or a matter of time. */

import { minutesAfterIssue } from "./record-form.ts";
import type { Script, Step } from "./scenario.ts";
import type { Symbols } from "./symbols.ts";

const RULES: readonly (readonly [RegExp, string])[] = [
  // A stack trace tells where in the tool an error came up, not what the error is.
  [/^\s+at .*\n|^\s+\.\.\. \d+ more\n/gm, ""],
  [/\[\d\d:\d\d:\d\d\.\d\d\d\]/g, "[time]"],
  [/clientId=adminclient-\d+/g, "clientId=adminclient"],
  [/^(\d+ records sent), .*$/gm, "$1, <performance>"],
  [/directory\.id=[\w-]{22}/g, "directory.id=<another>"],
  // Brokers keep mechanisms in a hash set.
  [/SCRAM-SHA-512=(\S+), SCRAM-SHA-256=(\S+)$/gm, "SCRAM-SHA-256=$2, SCRAM-SHA-512=$1"],
  // The epoch of features is the offset that a node has applied.
  [/^(Feature: .*Epoch: )\d+$/gm, "$1<offset>"],
];

/** Brokers answer these with what their own release supports, and the tool asks any of them. */
const BY_RELEASE: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^kafka-configs --describe --entity-type (client-metrics|groups)/, / synonyms=.*$/, ""],
  [/^kafka-features describe/, /SupportedMinVersion: .*(?=FinalizedVersionLevel)/, ""],
  [/^kafka-features describe/, /^Feature: \S+ +FinalizedVersionLevel: 0 .*$/, ""],
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

/** What of a step says how its text is to be read. */
export type TextSource = Pick<Step, "script" | "door" | "title">;

/** The lines of a step's stdout or stderr. */
export function textLines(text: string, step: TextSource, symbols: Symbols): string[] {
  const { script } = step;
  let normal = symbols
    .inText(text)
    .replace(
      /Local controller (\d)/g,
      (_, id) => `Local controller ${symbols.controller(Number(id))}`,
    );
  for (const [pattern, replacement] of RULES) normal = normal.replace(pattern, replacement);
  const lines = normal
    .split("\n")
    .map((line) => ofAnyBroker(line.trimEnd(), step))
    .filter((line) => line !== "");
  const form = script === null ? undefined : FORMS[script];
  return form?.(lines, symbols) ?? lines;
}

function ofAnyBroker(line: string, { door, title }: TextSource): string {
  if (door === "controllers") return line;
  const command = title.slice(title.indexOf("> ") + 2);
  return BY_RELEASE.filter(([commands]) => commands.test(command)).reduce(
    (text, [, pattern, replacement]) => text.replace(pattern, replacement),
    line,
  );
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
  const named = lines.map((line) =>
    line.replace(row, (_, id, host, port, rack) =>
      [symbols.controller(Number(id)), host, port, rack, "controller"].join(" "),
    ),
  );
  return inPlace(named, (line) => line.startsWith("<controller"));
}

function tokenLines(lines: string[]): string[] {
  const named = lines.map((line) =>
    line
      .replace(/[\w+/]{86}==/g, "<hmac>")
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d/g, "<date>")
      .replace(/ +/g, " "),
  );
  return inPlace(named, (line) => line.startsWith("<token"));
}

/** Ids become names, numbers that move by themselves become marks, rows stand in the order of the names. */
function quorumLines(lines: string[], symbols: Symbols): string[] {
  const named = lines.map((line) => {
    const columns = line.split("\t").map((column) => column.trim());
    if (columns.length >= 7 && /^\d+$/.test(columns[0] ?? "")) {
      const id = symbols.controller(Number(columns[0]));
      const lag = sizeOf(Number(columns[3]));
      return `${id} ${columns[1]} <offset> lag ${lag} <time> <time> ${columns[6]}`;
    }
    return line
      .replace(/^(LeaderId: +)(\d+)/, (_, label, id) => label + symbols.controller(Number(id)))
      .replace(/^(MaxFollowerLag: +)(\d+)/, (_, label, lag) => label + sizeOf(Number(lag)))
      .replace(/^(HighWatermark|MaxFollowerLagTimeMs|LeaderEpoch): .*/, "$1: <number>")
      .replace(
        /^(CurrentVoters|CurrentObservers): +(.*)/,
        (_, label, json) => `${label}: ${replicas(json, symbols)}`,
      );
  });
  return inPlace(named, (line) => /^(<controller|1[123] )/.test(line));
}

/** A lag of a few records is a matter of the moment; one of hundreds is not. */
function sizeOf(lag: number): string {
  return lag < 20 ? "<small>" : "<large>";
}

/** Sorts the rows of a table and leaves what stands around them. */
function inPlace(lines: readonly string[], isRow: (line: string) => boolean): string[] {
  const rows = lines.filter(isRow).sort();
  return lines.map((line) => (isRow(line) ? (rows.shift() ?? "") : line));
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
    else leaves.push(untimed(symbols.inTree(path.join("/"), text)));
  }
  return leaves.filter((leaf) => !leaf.startsWith("provenance = ")).sort();
}

/** Offsets, times and secrets differ; how long a token lives and how often a password is hashed do not. */
function untimed(leaf: string): string {
  return leaf
    .replace(/\b(salt|storedKey|serverKey)=[0-9a-f]+/g, "$1=<secret>")
    .replace(
      /issueTimestamp=(\d+), maxTimestamp=(\d+)\), expiryTimestamp=(\d+)/,
      (_, issued, ...later) =>
        later
          .slice(0, 2)
          .map((then) => minutesAfterIssue(Number(issued), Number(then)))
          .join(", "),
    );
}
