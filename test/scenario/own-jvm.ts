/** The proof that a tool prints and exits in the shared JVM as it does in one of its own. */

import type { ToolSession } from "../support/kafka/tool-session.ts";
import { runTool } from "../support/kafka/tools.ts";
import { type Door, doorName, type Scenario, TOOLS } from "./scenario.ts";
import { Symbols } from "./symbols.ts";
import { textLines } from "./text-form.ts";

/** Commands that change nothing: successes, refusals by the cluster, refusals by the tool. */
const COMMANDS: readonly (readonly [Door, string])[] = [
  [11, "kafka-topics --describe --topic orders"],
  [12, "kafka-topics --create --topic orders --partitions 1 --replication-factor 1"],
  [13, "kafka-topics --describe --nosuch-option"],
  ["controllers", "kafka-configs --describe --entity-type client-metrics"],
  [
    12,
    "kafka-configs --alter --entity-type topics --entity-name orders --add-config retention.ms=x",
  ],
  [12, "kafka-acls --list --topic orders"],
  ["controllers", "kafka-cluster list-endpoints"],
  [11, "kafka-cluster unregister --id 99"],
  ["controllers", "kafka-metadata-quorum describe --status"],
  [12, "kafka-leader-election --election-type preferred --topic nosuch --partition 0"],
  [12, "kafka-reassign-partitions --reassignment-json-file {nosuch-topic.json} --execute"],
  ["controllers", "kafka-features upgrade --feature nosuch.version=1"],
  ["files", "kafka-storage info --config {configuration of 11}"],
  [
    { broker: 12, user: "alice" },
    "kafka-delegation-tokens --expire --expiry-time-period -1 --hmac bm90aGluZw==",
  ],
];

/** What a command came to, in one JVM or the other. */
export interface Outcome {
  readonly title: string;
  readonly exitCode: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Runs each command in the shared JVM and in one of its own; stack frames and clocks are left out. */
export async function bothWays(
  scenario: Scenario,
  shared: ToolSession,
): Promise<{ readonly shared: Outcome[]; readonly own: Outcome[] }> {
  const { clusterId, addresses } = scenario.controllers;
  const { folder, log } = scenario;
  const symbols = new Symbols({ clusterId, addresses, folder, records: log.records });
  const outcomes: { shared: Outcome[]; own: Outcome[] } = { shared: [], own: [] };
  for (const [door, line] of COMMANDS) {
    const { script, args } = scenario.command(door, line);
    const title = `${doorName(door)}> ${line}`;
    const lines = (text: string): string[] => textLines(text, { script, door, title }, symbols);
    for (const [way, run] of [
      ["shared", () => shared.run(TOOLS[script], args)],
      ["own", () => runTool(TOOLS[script], args)],
    ] as const) {
      const { exitCode, stdout, stderr } = await run();
      outcomes[way].push({ title, exitCode, stdout: lines(stdout), stderr: lines(stderr) });
    }
  }
  return outcomes;
}
