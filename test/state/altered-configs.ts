/** Requests to alter configs, decided on a small cluster: topic t, broker 11, controller 1. */

import { expect } from "vitest";
import type { RequestOf } from "../../src/protocol/apis.ts";
import type { AuthorizedAction } from "../../src/state/authorizer.ts";
import { decideIncrementalAlterConfigs } from "../../src/state/decide-incremental-alter-configs.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record } from "./records.ts";

type Request = RequestOf<"incrementalAlterConfigs">;
export type Resource = Request["resources"][number];

export const [TOPIC, BROKER, LOGGER, METRICS, GROUP] = [2, 4, 8, 16, 32] as const;
export const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3] as const;

/** A resource of a request; a config is its name, its value and an operation, which is to set it unless it says so. */
export function resource(
  resourceType: number,
  resourceName: string,
  ...configs: readonly (readonly [string, string | null, number?])[]
): Resource {
  return {
    resourceType,
    resourceName,
    configs: configs.map(([name, value, configOperation = SET]) => ({
      name,
      value,
      configOperation,
    })),
  };
}

interface Setting {
  readonly metadataVersion?: number;
  readonly elr?: boolean;
  readonly topicConfigs?: Readonly<Record<string, string>>;
  /** Of broker 11. */
  readonly brokerConfigs?: Readonly<Record<string, string>>;
}

function viewOf({
  metadataVersion = 33,
  elr = false,
  topicConfigs = {},
  brokerConfigs = {},
}: Setting) {
  const state = clusterState([{ id: 11 }], { metadataVersion });
  if (elr) state.apply(record("featureLevel", { name: ELR_FEATURE, featureLevel: 1 }));
  addTopic(state, { name: "t", topicId: uuid(1), configs: topicConfigs }, { replicas: [11] });
  for (const [name, value] of Object.entries(brokerConfigs)) {
    state.apply(record("config", { resourceType: BROKER, resourceName: "11", name, value }));
  }
  const node = { nodeId: 1, properties: new Map() };
  return new MetadataReader(state.store, state.endOffset - 1, null, node);
}

export interface Options extends Setting {
  readonly validateOnly?: boolean;
  readonly forwarded?: boolean;
  readonly allows?: (action: AuthorizedAction) => boolean;
}

/** The records, those of configs as rows, and the answers as rows. */
export function decide(resources: readonly Resource[], options: Options = {}) {
  const { validateOnly = false, forwarded = false, allows = () => true } = options;
  const decision = decideIncrementalAlterConfigs(
    { resources: [...resources], validateOnly },
    viewOf(options),
    { rights: { authorize: allows }, forwarded },
  );
  expect(decision.atomic).toBe(true);
  const records = decision.records.map(({ type, data }) =>
    type === "config"
      ? [data.resourceType, data.resourceName, data.name, data.value]
      : [type, data],
  );
  const answers = (decision.response.responses ?? []).map(
    ({ resourceType, resourceName, errorCode, errorMessage }) => [
      resourceType,
      resourceName,
      errorCode,
      errorMessage,
    ],
  );
  return { records, answers };
}

/** The code and the message for one resource that is refused. */
export function refusal(asked: Resource, options: Options = {}) {
  const { records, answers } = decide([asked], options);
  expect(records).toEqual([]);
  expect(answers).toHaveLength(1);
  return answers[0]?.slice(2);
}
