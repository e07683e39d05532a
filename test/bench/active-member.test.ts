/** Whom the benchmark takes for the active controller. */

import { createServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  activeMember,
  type KafkaSide,
  type Member,
  whileOneLeads,
} from "../../bench/side/kafka-side.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { encodeResponseFrame, readRequest } from "../../src/protocol/request-frame.ts";

test("of two controllers that say that they lead the one of the newer epoch is active", async () => {
  const members = [await member(1, 7), await member(2, 8), await member(3, null)];
  expect((await activeMember(sideOf(members))).id).toBe(2);
});

test("a controller that does not run is not asked", async () => {
  const members = [{ ...(await member(1, 9)), pid: null }, await member(2, 8)];
  expect((await activeMember(sideOf(members))).id).toBe(2);
});

test("what was measured while the leadership moved is measured again, on whoever leads then", async () => {
  let leader = { id: 1, epoch: 7 };
  const epochOf = (id: number) => () => (leader.id === id ? leader.epoch : null);
  const side = sideOf([await member(1, epochOf(1)), await member(2, epochOf(2))]);
  const asked: number[] = [];
  const measured = await whileOneLeads(side, async ({ id }) => {
    asked.push(id);
    if (asked.length === 1) leader = { id: 2, epoch: 8 };
    if (asked.length === 2) throw new Error("Cannot create a topic: NOT_CONTROLLER");
    return asked.length;
  });
  expect(asked).toEqual([1, 2, 2]);
  expect(measured).toBe(3);
});

test("where nobody leads after a failure the failure is told, not that nobody leads", async () => {
  const member1 = await member(1, 7);
  let pid: number | null = process.pid;
  const side = sideOf([
    {
      ...member1,
      get pid() {
        return pid;
      },
    },
  ]);
  const failing = whileOneLeads(side, async () => {
    pid = null;
    throw new Error("the connection was closed under load");
  });
  await expect(failing).rejects.toThrow("the connection was closed under load");
});

test("what fails while the leadership stays is not tried again", async () => {
  const side = sideOf([await member(1, 7)]);
  let tries = 0;
  const failing = whileOneLeads(side, async () => {
    tries += 1;
    throw new Error("the connection was closed under load");
  });
  await expect(failing).rejects.toThrow("the connection was closed under load");
  expect(tries).toBe(1);
});

test("where no controller runs nobody waits for one", async () => {
  const side = sideOf([{ ...(await member(1, 9)), pid: null }]);
  await expect(activeMember(side)).rejects.toThrow("No controller of apache runs");
});

function sideOf(members: readonly Member[]): KafkaSide {
  const close = async (): Promise<void> => {};
  return { name: "apache", clusterId: "unused", members, restartInspected: null, close };
}

/** A controller that can only tell in which epoch it leads. */
async function member(
  id: number,
  ownEpoch: number | null | (() => number | null),
): Promise<Member> {
  const epochNow = () => (typeof ownEpoch === "function" ? ownEpoch() : ownEpoch);
  const server = createServer((socket) => {
    const splitter = new FrameSplitter(1024);
    socket.on("data", (bytes) => {
      for (const frame of splitter.push(bytes)) {
        socket.write(describeQuorum(frame, id, epochNow()));
      }
    });
  });
  onTestFinished(() => void server.close());
  const nothing = async (): Promise<void> => {};
  return { id, port: await portOf(server), pid: process.pid, kill: nothing, start: nothing };
}

function describeQuorum(frame: Uint8Array, leaderId: number, ownEpoch: number | null): Uint8Array {
  const { version, correlationId } = readRequest(frame);
  const partition = {
    partitionIndex: 0,
    errorCode: ownEpoch === null ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.NONE,
    leaderId,
    leaderEpoch: ownEpoch ?? 0,
    highWatermark: 0n,
    currentVoters: [],
    observers: [],
  };
  const topics = [{ topicName: "__cluster_metadata", partitions: [partition] }];
  return encodeResponseFrame(APIS.describeQuorum, version, correlationId, { topics });
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as { port: number }).port);
    });
  });
}
