/** What a leader knows of its followers, how it stays known to them, and when it gives up. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { DIRECTORY, type FetchFields, fetchRequest, LoneReplica } from "./lone-replica.ts";

const BROKER = 100;

/** Replica 1 of 3 leads epoch 1; its LeaderChange batch takes offsets 0 to 2. */
function leading(): LoneReplica {
  const lone = new LoneReplica(1, 3);
  lone.lead();
  expect([lone.replica.epoch, lone.replica.epochStartOffset, lone.log.endOffset]).toEqual([
    1, 0, 3,
  ]);
  return lone;
}

function fetch(lone: LoneReplica, version: number, fields: Partial<FetchFields> & { id: number }) {
  return lone.ask(
    "fetch",
    version,
    fetchRequest({ epoch: lone.replica.epoch, offset: 0, ...fields }),
  );
}

test("describe-quorum shows every voter with its endpoints, and observers until they fall silent", () => {
  const lone = leading();
  fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3 });
  fetch(lone, 17, { id: BROKER });
  fetch(lone, 17, { id: BROKER, directoryId: "BrokerBrokerBrokerBrQQ" });
  const describe = (version: number, topicName = "__cluster_metadata") =>
    lone.ask("describeQuorum", version, {
      topics: [{ topicName, partitions: [{ partitionIndex: 0 }] }],
    })!;
  const now = BigInt(lone.nowMs);
  const answer = describe(2);
  expect(answer.topics[0]!.partitions[0]).toEqual({
    partitionIndex: 0,
    errorCode: 0,
    errorMessage: "",
    leaderId: 1,
    leaderEpoch: 1,
    highWatermark: 3n,
    currentVoters: [
      {
        replicaId: 1,
        replicaDirectoryId: DIRECTORY[1],
        logEndOffset: 3n,
        lastFetchTimestamp: now,
        lastCaughtUpTimestamp: now,
      },
      {
        replicaId: 2,
        replicaDirectoryId: DIRECTORY[2],
        logEndOffset: 3n,
        lastFetchTimestamp: now,
        lastCaughtUpTimestamp: now,
      },
      {
        replicaId: 3,
        replicaDirectoryId: DIRECTORY[3],
        logEndOffset: -1n,
        lastFetchTimestamp: -1n,
        lastCaughtUpTimestamp: -1n,
      },
    ],
    observers: [
      {
        replicaId: BROKER,
        replicaDirectoryId: "BrokerBrokerBrokerBrQQ",
        logEndOffset: 0n,
        lastFetchTimestamp: now,
        lastCaughtUpTimestamp: -1n,
      },
    ],
  });
  expect(answer.nodes.map(({ nodeId, listeners }) => [nodeId, listeners])).toEqual(
    lone.voters.map(({ id, endpoints }) => [id, endpoints]),
  );
  expect(describe(0).topics[0]!.partitions[0]!.currentVoters.length).toBe(3);
  expect(describe(2, "x").topics[0]!.partitions[0]!.errorCode).toBe(
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  );
  for (let i = 0; i < 310; i++) {
    lone.pass(1000);
    fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 0 });
  }
  expect(describe(2).topics[0]!.partitions[0]!.observers).toEqual([]);
  lone.act((replica) => replica.resign(lone.nowMs));
  expect(describe(2).topics[0]!.partitions[0]).toMatchObject({
    errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
    leaderEpoch: 1,
  });
});

test("a leader that no majority fetches from resigns, a sole voter never (KAFKA-15489, KAFKA-16144)", () => {
  const lone = new LoneReplica(1, 5);
  lone.lead();
  for (let i = 0; i < 20; i++) {
    lone.pass(500);
    fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 0 });
    fetch(lone, 18, { id: 3, offset: 3, highWatermark: 3, maxWaitMs: 0 });
  }
  expect(lone.replica.isLeader).toBe(true);
  for (let i = 0; i < 5; i++) {
    lone.pass(500);
    fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 0 });
  }
  lone.pass(499);
  expect(lone.replica.isLeader).toBe(true);
  lone.pass(1);
  expect(lone.replica.role).toBe("resigned");
  const sole = new LoneReplica(1, 1);
  sole.pass(3_600_000);
  expect([sole.replica.isLeader, sole.replica.epoch]).toEqual([true, 1]);
});

test("a leader announces itself to voters that do not fetch, and does not flood the dead", () => {
  const lone = leading();
  let calls = 0;
  for (let ms = 0; ms < 10_000; ms += 10) {
    fetch(lone, 18, { id: 2, offset: 3, highWatermark: 3, maxWaitMs: 0 });
    for (const send of lone.sent()) {
      if (send.api !== "beginQuorumEpoch") continue;
      if (send.to === 3) calls += 1;
      else expect(lone.nowMs).toBeLessThan(1_000_200);
      lone.fail(send);
    }
    lone.pass(10);
  }
  expect(calls).toBeGreaterThan(9);
  expect(calls).toBeLessThan(20);
});
