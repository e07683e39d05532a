/** Requests that change nothing and whose answer says whether who asks has a right. */

import { ErrorCode } from "../../../src/base/error-code.ts";
import type { ApiName, RequestInit } from "../../../src/protocol/apis.ts";
import { Operation } from "../../../src/state/authorizer.ts";
import { ConfigResource } from "../../../src/state/metadata-view.ts";

interface ProbeOf<N extends ApiName> {
  readonly api: N;
  /** What it needs the right to. */
  readonly operation: number;
  /** Of the cluster; of the topic it names, else. */
  readonly onCluster: boolean;
  readonly body: (name: string) => RequestInit<N>;
}

type AnyProbe = { [N in ApiName]: ProbeOf<N> }[ApiName];

const timeoutMs = 3000;

export const PROBES: readonly AnyProbe[] = [
  {
    api: "createTopics",
    operation: Operation.CREATE,
    onCluster: false,
    body: (name) => ({
      topics: [{ name, numPartitions: 1, replicationFactor: 1 }],
      validateOnly: true,
      timeoutMs,
    }),
  },
  {
    api: "createPartitions",
    operation: Operation.ALTER,
    onCluster: false,
    body: (name) => ({ topics: [{ name, count: 2, assignments: null }], timeoutMs }),
  },
  {
    api: "incrementalAlterConfigs",
    operation: Operation.ALTER_CONFIGS,
    onCluster: false,
    body: (resourceName) => ({
      resources: [{ resourceType: ConfigResource.TOPIC, resourceName, configs: [] }],
      validateOnly: true,
    }),
  },
  {
    api: "electLeaders",
    operation: Operation.ALTER,
    onCluster: true,
    body: () => ({ topicPartitions: [], timeoutMs }),
  },
  {
    api: "alterClientQuotas",
    operation: Operation.ALTER_CONFIGS,
    onCluster: true,
    body: () => ({
      entries: [
        {
          entity: [{ entityType: "user", entityName: "nobody" }],
          ops: [{ key: "request_percentage", value: 50, remove: false }],
        },
      ],
      validateOnly: true,
    }),
  },
  {
    api: "listPartitionReassignments",
    operation: Operation.DESCRIBE,
    onCluster: true,
    body: () => ({ topics: [], timeoutMs }),
  },
];

const REFUSALS: ReadonlySet<number> = new Set([
  ErrorCode.TOPIC_AUTHORIZATION_FAILED,
  ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
]);
/** Nobody looked at rights, or nobody could. */
const SAYS_NOTHING: ReadonlySet<number> = new Set([
  ErrorCode.NOT_CONTROLLER,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.UNKNOWN_SERVER_ERROR,
]);

/** Whether who asked has the right; null when the answer does not say. */
export function verdictOf(codes: ReadonlySet<number>): boolean | null {
  for (const code of codes) {
    if (SAYS_NOTHING.has(code)) return null;
    if (REFUSALS.has(code)) return false;
  }
  return true;
}
