/** What Kafka 4.4.0 answers to alterations of configs one after another, and what it writes, is what we do. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decideAlterConfigs } from "../../src/state/decide-alter-configs.ts";
import { decideIncrementalAlterConfigs } from "../../src/state/decide-incremental-alter-configs.ts";
import { effectiveTopicConfigs } from "../../src/state/effective-config.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

type RecordedConfig = readonly [name: string, operation: number, value: string | null];

interface Alteration {
  readonly kind: "inc" | "legacy";
  readonly type: number;
  readonly name: string;
  readonly forwarded: boolean;
  readonly configs: readonly RecordedConfig[];
}

/** `configs` names those that are not Kafka's defaults, with their sources. */
interface Effective {
  readonly kind: "effective";
}

interface Case {
  readonly props: Readonly<Record<string, string>>;
  readonly elr: boolean;
  readonly mv: number;
  readonly topics: readonly string[];
  readonly brokers: readonly number[];
  readonly ops: readonly (Alteration | Effective)[];
  readonly results: readonly unknown[];
}

const path = new URL("../fixtures/kafka-4.4.0/config-alterations.jsonl", import.meta.url);
const cases = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

function startOf({ mv, elr, topics, brokers }: Case): StateUnderTest {
  const state = clusterState(
    brokers.map((id) => ({ id })),
    { metadataVersion: mv },
  );
  if (elr) state.apply(record("featureLevel", { name: ELR_FEATURE, featureLevel: 1 }));
  for (const [i, name] of topics.entries()) {
    addTopic(state, { name, topicId: uuid(200 + i) }, { replicas: [11] });
  }
  return state;
}

function alter(state: StateUnderTest, view: MetadataReader, op: Alteration) {
  const configs = op.configs.map(([name, configOperation, value]) => ({
    name,
    configOperation,
    value,
  }));
  const resources = [{ resourceType: op.type, resourceName: op.name, configs }];
  const context = { rights: { authorize: () => true }, forwarded: op.forwarded };
  const request = { resources, validateOnly: false };
  const { records, response } =
    op.kind === "inc"
      ? decideIncrementalAlterConfigs(request, view, context)
      : decideAlterConfigs(request, view, context);
  if (records.length > 0) state.apply(...records);
  const [answer] = response.responses ?? [];
  return {
    code: answer?.errorCode,
    message: answer?.errorMessage,
    records: records.map((each) => {
      if (each.type === "clearElr") return ["clearElr", each.data.topicName];
      if (each.type !== "config") throw new Error(`unexpected ${each.type}`);
      const { resourceType, resourceName, name, value } = each.data;
      return [resourceType, resourceName, name, value];
    }),
  };
}

/** What AlterConfigs leaves out is deleted in the order of a table that remembers how it came about. */
function comparable(result: unknown, op: Alteration | Effective): unknown {
  if (op.kind !== "legacy") return result;
  const { records, ...rest } = result as { records: (readonly unknown[])[] };
  const deleted = records.filter((each) => each[3] === null).map(String);
  return { ...rest, kept: records.filter((each) => each[3] !== null), deleted: deleted.sort() };
}

it.each(cases.map((recorded, i) => [i + 1, recorded] as const))("case %d", (_, recorded) => {
  const state = startOf(recorded);
  const node = { nodeId: 1, properties: new Map(Object.entries(recorded.props)) };
  for (const [i, op] of recorded.ops.entries()) {
    const view = new MetadataReader(state.store, state.endOffset - 1, null, node);
    const result =
      op.kind === "effective"
        ? {
            effective: effectiveTopicConfigs(view, new Map())
              .filter(({ configSource }) => configSource !== 5)
              .map(({ name, value, configSource }) => [name, value, configSource]),
          }
        : alter(state, view, op);
    expect([op, comparable(result, op)]).toEqual([op, comparable(recorded.results[i], op)]);
  }
});
