/**
 * One scenario of stock tools, told twice with the same brokers of three releases: on three of Apache's controllers and
 * on three of ours. What tools print and how they exit, what is written to the metadata log and what it comes to must
 * be the same, apart from what is explained.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../cli/ports.ts";
import { BROKER_IDS, type BrokerId, type BrokerPorts } from "../scenario/brokers.ts";
import { differencesOf, unexplained } from "../scenario/compare.ts";
import {
  type Controllers,
  startApacheControllers,
  startQuorateControllers,
} from "../scenario/controllers.ts";
import { dumpedRecords } from "../scenario/dump.ts";
import { EXPLAINED } from "../scenario/explained.ts";
import { normalSteps, type Run } from "../scenario/normal-form.ts";
import { bothWays } from "../scenario/own-jvm.ts";
import { play } from "../scenario/play.ts";
import { Scenario, type Script, type Step } from "../scenario/scenario.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import { ToolSession } from "../support/kafka/tool-session.ts";

const PLAY_TIMEOUT_MS = 900_000;
const CONTROL_TYPES = new Set(["leaderChange", "kraftVersion", "kraftVoters"]);

const folder = makeTestFolder("scenario");
let tools: ToolSession;
let apache: Run;
let quorate: Run;
let ways: Awaited<ReturnType<typeof bothWays>>;

/** Plays the scenario to its end; `look` sees the cluster before it is taken down. */
async function playOn(
  controllers: Controllers,
  ports: Readonly<Record<BrokerId, BrokerPorts>>,
  look: (scenario: Scenario) => Promise<void>,
): Promise<Run> {
  const home = join(folder.path, controllers.name);
  const scenario = await Scenario.create(controllers, ports, home, tools);
  try {
    await scenario.startBrokers();
    await play(scenario);
    await look(scenario);
    const { clusterId, addresses } = controllers;
    const { steps, log } = scenario;
    return { clusterId, addresses, folder: scenario.folder, steps, records: log.records };
  } finally {
    await scenario.close();
  }
}

async function portsOfBrokers(): Promise<Record<BrokerId, BrokerPorts>> {
  const [p11, s11, p12, s12, p13, s13] = (await freePorts(6)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    11: { plain: p11, sasl: s11 },
    12: { plain: p12, sasl: s12 },
    13: { plain: p13, sasl: s13 },
  };
}

beforeAll(async () => {
  tools = await ToolSession.start();
  const ports = await portsOfBrokers();
  const theirs = await startApacheControllers(join(folder.path, "controllers"));
  apache = await playOn(theirs, ports, async (scenario) => {
    ways = await bothWays(scenario, tools);
  });
  quorate = await playOn(await startQuorateControllers(), ports, async () => undefined);
}, PLAY_TIMEOUT_MS);

afterAll(async () => {
  await tools?.close();
  folder.remove();
});

test("a tool prints and exits in the shared JVM as it does in one of its own", () => {
  expect(ways.shared).toEqual(ways.own);
});

test("every step prints the same, ends the same and writes the same records on both quorums, apart from what is explained", () => {
  const differences = differencesOf(normalSteps(apache), normalSteps(quorate));
  expect(unexplained(differences, EXPLAINED).differences).toEqual([]);
});

test("every explanation still explains something, and has its row in the docs", () => {
  const differences = differencesOf(normalSteps(apache), normalSteps(quorate));
  expect(unexplained(differences, EXPLAINED).stale).toEqual([]);
  const docs = readFileSync(join(import.meta.dirname, "../../docs/kafka-differences.md"), "utf8");
  const rows = docs.split("\n").map((line) => line.split("|")[1]?.trim());
  for (const { row } of EXPLAINED) expect(rows).toContain(row);
});

test("an idle quorum of Apache's writes NoOpRecords, ours only where an update of kraft.version does", () => {
  expect(stepsWithNoOps(apache).length).toBeGreaterThan(10);
  expect(stepsWithNoOps(quorate)).toEqual([
    "12> kafka-features upgrade --feature kraft.version=1",
    "12> kafka-features upgrade --release-version 4.0-IV3",
  ]);
});

test("kafka-dump-log reads every log as it was written: the controllers' own, and the copy of each broker", () => {
  for (const run of [apache, quorate]) {
    const written = run.records.filter(({ type }) => !CONTROL_TYPES.has(type));
    const dumps = run.steps.filter(({ script }) => script === "kafka-dump-log");
    expect(dumps).toHaveLength(1 + BROKER_IDS.length);
    for (const { stdout } of dumps) {
      const dumped = dumpedRecords(stdout);
      // Apache's controllers go on writing NoOpRecords while the logs are copied.
      expect(dumped).toEqual(written.slice(0, dumped.length));
      expect(written.slice(dumped.length).every(({ type }) => type === "noOp")).toBe(true);
      expect(stdout).not.toMatch(/isvalid: false|corrupt|Could not/i);
    }
  }
});

test("kafka-metadata-shell sees one image in the controllers' log and in the copy of each broker", () => {
  for (const run of [apache, quorate]) {
    const images = normalSteps(run).filter(({ title }) => title.includes("kafka-metadata-shell"));
    const [first, ...others] = images.map(({ lines }) => lines);
    expect(others).toHaveLength(BROKER_IDS.length);
    for (const image of others) expect(image).toEqual(first);
    expect(first?.length).toBeGreaterThan(150);
  }
});

test.each<Script>([
  "kafka-acls",
  "kafka-cluster",
  "kafka-configs",
  "kafka-delegation-tokens",
  "kafka-dump-log",
  "kafka-features",
  "kafka-leader-election",
  "kafka-metadata-quorum",
  "kafka-metadata-shell",
  "kafka-reassign-partitions",
  "kafka-storage",
  "kafka-topics",
])("%s was used with a broker of each release", (script) => {
  for (const run of [apache, quorate]) {
    const uses = run.steps.filter((step) => step.script === script);
    expect(BROKER_IDS.filter((id) => uses.some((step) => isOf(step, id)))).toEqual([...BROKER_IDS]);
  }
});

function stepsWithNoOps({ steps, records }: Run): string[] {
  return steps
    .filter(({ endRecord }, index) => {
      const start = steps[index - 1]?.endRecord ?? 0;
      return records.slice(start, endRecord).some(({ type }) => type === "noOp");
    })
    .map(({ title }) => title);
}

/** Whether a step asked a broker, or read its disk. */
function isOf({ door, title }: Step, id: BrokerId): boolean {
  const asked = typeof door === "object" && door !== null ? door.broker : door;
  return asked === id || (door === "files" && title.includes(` of ${id}}`));
}
