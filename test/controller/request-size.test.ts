/** Requests as long as a frame allows are over in time, and what asks for too much at once is refused. */

import { expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { isExcessive } from "../../src/controller/request-size.ts";
import type { ApiName, RequestInit } from "../../src/protocol/apis.ts";
import { Cluster } from "./cluster.ts";
import { LargeCluster } from "./large-cluster.ts";

const TOO_MANY = 100_001;

function many<T>(length: number, make: (name: string, i: number) => T): T[] {
  return Array.from({ length }, (_, i) => make(i.toString(36), i));
}

type Request = { readonly [N in ApiName]: readonly [N, RequestInit<N>] }[ApiName];

const FILTER = { patternTypeFilter: 3, principalFilter: null, hostFilter: null };
const ANYTHING = { operation: 1, permissionType: 1 };
const ENTRY = { principal: "U:a", host: "*", operation: 3, permissionType: 3 };

const REQUESTS: readonly Request[] = [
  ["createTopics", { topics: many(TOO_MANY, (name) => ({ name })) }],
  ["deleteTopics", { topics: many(TOO_MANY, (name) => ({ name })) }],
  ["createPartitions", { topics: many(TOO_MANY, (name) => ({ name, count: 9 })) }],
  [
    "alterConfigs",
    { resources: many(TOO_MANY, (resourceName) => ({ resourceType: 2, resourceName })) },
  ],
  [
    "incrementalAlterConfigs",
    { resources: many(TOO_MANY, (resourceName) => ({ resourceType: 32, resourceName })) },
  ],
  [
    "describeConfigs",
    { resources: many(TOO_MANY, () => ({ resourceType: 2, resourceName: "topic-00000" })) },
  ],
  [
    "createAcls",
    {
      creations: many(TOO_MANY, (resourceName) => {
        return { resourceType: 2, resourceName, resourcePatternType: 3, ...ENTRY };
      }),
    },
  ],
  [
    "deleteAcls",
    {
      filters: many(TOO_MANY, (resourceNameFilter) => {
        return { resourceTypeFilter: 2, resourceNameFilter, ...FILTER, ...ANYTHING };
      }),
    },
  ],
  [
    "electLeaders",
    {
      electionType: 0,
      topicPartitions: many(TOO_MANY, (topic) => ({ topic, partitions: [0] })),
    },
  ],
  [
    "alterPartitionReassignments",
    {
      topics: [
        {
          name: "topic-00000",
          partitions: many(TOO_MANY, (_, partitionIndex) => ({
            partitionIndex,
            replicas: [1],
          })),
        },
      ],
    },
  ],
  [
    "listPartitionReassignments",
    { topics: [{ name: "topic-00000", partitionIndexes: many(TOO_MANY, (_, i) => i) }] },
  ],
];

it("a request of a hundred thousand entries is refused without a look at any of them", () => {
  const cluster = new LargeCluster({ brokers: 3 });
  cluster.create(1, 1);
  for (const [api, body] of REQUESTS) {
    let answer: object = {};
    const cost = cluster.measure(() => {
      answer = cluster.call(api, body as never);
    });
    expect([api, cost.batches, cost.statements < 10]).toEqual([api, [], true]);
    const code = /"errorCode":(\d+)/.exec(JSON.stringify(answer).slice(0, 1000))?.[1];
    expect([api, Number(code)]).toEqual([api, ErrorCode.POLICY_VIOLATION]);
  }
});

it("the limit is far above what clients ask for, lower for what is described at length", () => {
  const resources = (length: number) => {
    return {
      resources: many(length, (resourceName) => ({ resourceType: 2, resourceName, configs: [] })),
    };
  };
  expect(isExcessive("incrementalAlterConfigs", resources(20_000))).toBe(false);
  expect(isExcessive("incrementalAlterConfigs", resources(20_001))).toBe(true);
  expect(isExcessive("describeConfigs", resources(2000))).toBe(false);
  expect(isExcessive("describeConfigs", resources(2001))).toBe(true);
  const partitions = (length: number) => ({
    topicPartitions: [{ partitions: many(length, () => 0) }],
  });
  expect(isExcessive("electLeaders", partitions(99_999))).toBe(false);
  expect(isExcessive("electLeaders", partitions(100_000))).toBe(true);
});

it("what a broker has to say of its partitions is taken as it is", () => {
  expect(isExcessive("alterPartition", { topics: many(100_001, () => ({ partitions: [] })) })).toBe(
    false,
  );
});

it("what would not fit into memory closes the connection before it is read", () => {
  const cluster = new Cluster({ seed: 5, controllers: 1 });
  cluster.format();
  const stream = cluster.connect(1);
  stream.post("electLeaders", {
    electionType: 0,
    topicPartitions: [{ topic: "t", partitions: many(250_000, () => 0) }],
  });
  expect(stream.closeReason).toBe("250000 elements, 249999 are allowed");
});
