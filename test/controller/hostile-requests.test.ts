/** Whatever a connection sends that can be decoded at all, a controller answers it and goes on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { SERVED_APIS } from "../../src/controller/served-apis.ts";
import { APIS, type ApiName } from "../../src/protocol/apis.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import type { PartitionAt } from "../../src/state/metadata-view.ts";
import { belongsTo, hasMark, PARTITION_MARKS } from "../../src/state/partition-mark.ts";
import { arbitraryMessage } from "../protocol/arbitrary-message.ts";
import { Cluster } from "./cluster.ts";
import { HostileClient } from "./hostile-client.ts";
import { creation, joinBroker } from "./requests.ts";

const SEED = 20261123;
const REQUESTS_PER_VERSION = 12;

/** Values that pass the first checks, so that the later ones are reached as well. */
function plausible(cluster: Cluster, body: object): object {
  const known: Record<string, unknown> = {
    clusterId: cluster.document.clusterId,
    brokerId: 101,
    topicName: "__cluster_metadata",
    topicId: "AAAAAAAAAAAAAAAAAAAAAQ",
    partitionIndex: 0,
    partition: 0,
    voterId: 1,
  };
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name in known) result[name] = known[name];
    else if (Array.isArray(value)) {
      result[name] = value.map((item) =>
        typeof item === "object" && item !== null && !(item instanceof Uint8Array)
          ? plausible(cluster, item)
          : item,
      );
    } else result[name] = value;
  }
  return result;
}

test.each(SERVED_APIS)("no request of %s that can be decoded stops a controller", (api) => {
  const cluster = new Cluster({ seed: 5 });
  cluster.format();
  const leader = cluster.leader();
  joinBroker(cluster, cluster.connect(leader));
  const schema: Schema = APIS[api].request;
  for (let version = schema.minVersion; version <= schema.maxVersion; version++) {
    const bodies = fc.sample(arbitraryMessage(schema, version), {
      numRuns: REQUESTS_PER_VERSION,
      seed: SEED + version,
    });
    for (const body of bodies) {
      for (const shape of [body, plausible(cluster, body)]) {
        for (const id of cluster.ids) {
          cluster.connect(id).post(api as ApiName, shape as never, version);
        }
      }
    }
    cluster.run(50);
  }
  cluster.run(3000);
  // Hostile votes may have moved leadership on, but not ended it.
  const after = cluster.connect(cluster.leader());
  const { topics } = after.call("createTopics", creation("after", 20_000));
  expect([ErrorCode.NONE, ErrorCode.INVALID_REPLICATION_FACTOR]).toContain(topics[0]?.errorCode);
});

test("a name as long as the protocol allows is refused with a message that fits into an answer", () => {
  const cluster = new Cluster({ seed: 6 });
  cluster.format();
  const stream = cluster.connect(cluster.leader());
  joinBroker(cluster, stream);
  const name = "x".repeat(32_767);
  const created = stream.call("createTopics", creation(name));
  expect(created.topics[0]?.errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
  expect(created.topics[0]?.errorMessage?.length).toBeLessThan(1100);
  const configs = [{ name, value: name }];
  const topics = [{ name: "t", numPartitions: 1, replicationFactor: 1, configs }];
  const configured = stream.call("createTopics", { topics });
  expect(configured.topics[0]?.errorCode).toBe(ErrorCode.INVALID_CONFIG);
  const deleted = stream.call("deleteTopics", { topics: [{ name }] });
  expect(deleted.responses[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
});

const names = (found: Iterable<PartitionAt>) =>
  [...found].map(({ topicId, partitionIndex }) => `${topicId}-${partitionIndex}`);

/** The indexes find what a scan of all partitions finds. */
function expectExactIndexes(client: HostileClient): void {
  const view = client.view();
  const all = view
    .topics("", 10_000)
    .toSorted((a, b) => (a.topicId < b.topicId ? -1 : 1))
    .flatMap(({ topicId }) => [...view.partitions(topicId)]);
  expect(all.length).toBeGreaterThan(0);
  for (const mark of PARTITION_MARKS) {
    const marked = all.filter(({ partition }) => hasMark(mark, partition));
    expect([mark, names(view.markedPartitions(mark))]).toEqual([mark, names(marked)]);
  }
  for (const { brokerId } of view.brokers()) {
    const own = all.filter(({ partition }) => belongsTo(brokerId, partition));
    expect([brokerId, names(view.partitionsOfBroker(brokerId))]).toEqual([brokerId, names(own)]);
  }
}

test.each([
  { metadataVersion: 21, authorizer: false },
  { metadataVersion: 25, authorizer: true },
  { metadataVersion: 33, authorizer: false },
  { metadataVersion: 33, authorizer: true },
])("arbitrary requests one after another are answered: %o", (options) => {
  const client = new HostileClient({ seed: SEED + options.metadataVersion, ...options });
  for (let i = 0; i < 1000; i++) client.step();
  client.finish();
  expect(client.answered + client.closed).toBeGreaterThanOrEqual(client.sent);
  expectExactIndexes(client);
});
