/** What a controller stores: nothing is said before it is kept, nothing is half kept, nothing damaged is used. */

import { expect, test } from "vitest";
import type { Row, Sql, SqlValue } from "../../src/base/sql.ts";
import type { ApiReply, ApiRequest, FormatDocument } from "../../src/controller/api.ts";
import { createControllerNode } from "../../src/controller/controller-node.ts";
import type { ControllerNode } from "../../src/controller/node-event.ts";
import { readBatch } from "../../src/protocol/record-batch.ts";
import { SqlElectionStore } from "../../src/raft/election-store.ts";
import { SqlLog } from "../../src/raft/sql-log.ts";
import { Cluster } from "../controller/cluster.ts";
import { creation, joinBroker, registration } from "../controller/requests.ts";
import { dataBatch } from "../raft/lone-replica.ts";
import { NodeSql } from "../support/node-sql.ts";

/** A disk that refuses every write after so many. */
class FailingDisk implements Sql {
  readonly sql = new NodeSql();
  writesLeft = Number.POSITIVE_INFINITY;

  exec(statement: string, ...params: SqlValue[]): void {
    if (this.writesLeft === 0) throw new Error("disk full");
    this.writesLeft -= 1;
    this.sql.exec(statement, ...params);
  }

  all(statement: string, ...params: SqlValue[]): Row[] {
    return this.sql.all(statement, ...params);
  }
}

/** A controller without peers on such a disk, formatted and leading its first epoch. */
class SoleController {
  readonly disk = new FailingDisk();
  readonly cluster = new Cluster({ seed: 5, controllers: 1 });
  #node: ControllerNode | null = null;
  #calls = 0;

  constructor() {
    this.start();
    expect(this.api({ kind: "format", document: this.document })).toMatchObject({
      kind: "formatted",
    });
  }

  get document(): FormatDocument {
    return this.cluster.document;
  }

  start(): void {
    const options = { controllerId: 1, seed: new Uint8Array(16).fill(3), nowMs: 0 };
    this.#node = this.disk.sql.transactionSync(() => createControllerNode(this.disk, options));
  }

  /** The answer of one step; a step that fails is taken back, and the controller is gone. */
  api(request: ApiRequest): ApiReply {
    const node = this.#node!;
    const callId = this.#calls++;
    this.#node = null;
    const event = { kind: "api", callId, request } as const;
    const effects = this.disk.sql.transactionSync(() => node.handle([event], 0));
    this.#node = node;
    const answer = effects.find((effect) => effect.kind === "api-reply");
    return answer?.reply as ApiReply;
  }

  register(brokerId: number): ApiReply {
    const body = registration(this.cluster, brokerId);
    return this.api({ kind: "write", sender: null, api: "brokerRegistration", body });
  }

  brokers(): number[] {
    const reply = this.api({ kind: "read", sender: null, read: { what: "brokers" } });
    if (reply.kind !== "result" || reply.result.what !== "brokers") throw new Error(reply.kind);
    return reply.result.brokers.map(({ brokerId }) => brokerId);
  }

  status() {
    const reply = this.api({ kind: "status" });
    if (reply.kind !== "status") throw new Error(reply.kind);
    const { role, epoch, highWatermark, logEndOffset } = reply.status;
    return { role, epoch, highWatermark, logEndOffset };
  }
}

test("etcd-14370: a sole voter answers nothing that it has not stored, at whichever write its disk fails", () => {
  let failures = 0;
  for (let writes = 0; ; writes++) {
    const sole = new SoleController();
    sole.disk.writesLeft = writes;
    let answered = false;
    try {
      expect(sole.register(101)).toMatchObject({ kind: "written", body: { errorCode: 0 } });
      answered = true;
    } catch (error) {
      expect((error as Error).message).toBe("disk full");
      failures += 1;
    }
    sole.disk.writesLeft = Number.POSITIVE_INFINITY;
    sole.start();
    expect(sole.status()).toMatchObject({ role: "leader", epoch: 2 });
    expect(sole.brokers()).toEqual(answered ? [101] : []);
    if (answered) break;
  }
  // The log is all that is written before the answer; the state follows from it.
  expect(failures).toBe(1);
});

test("KAFKA-13104: a controller whose step failed leads no more in that epoch, and neither does its raft", () => {
  const sole = new SoleController();
  const before = sole.status();
  expect(before).toMatchObject({ role: "leader", epoch: 1 });
  sole.disk.writesLeft = 0;
  expect(() => sole.register(101)).toThrow("disk full");
  expect(() => sole.status()).toThrow();
  sole.disk.writesLeft = Number.POSITIVE_INFINITY;
  sole.start();
  const { logEndOffset } = before;
  expect(sole.status()).toEqual({
    role: "leader",
    epoch: 2,
    highWatermark: logEndOffset + 1,
    logEndOffset: logEndOffset + 1,
  });
  expect(sole.register(101)).toMatchObject({ body: { brokerEpoch: BigInt(logEndOffset + 1) } });
});

test("KAFKA-14273: a stored election is replaced as a whole or not at all", () => {
  const sole = new SoleController();
  const stored = () => new SqlElectionStore(sole.disk.sql).load();
  for (let writes = 0; stored()?.leaderEpoch === 1; writes++) {
    const before = stored();
    sole.disk.writesLeft = writes;
    try {
      sole.start();
    } catch {
      expect(stored()).toEqual(before);
      continue;
    }
    expect(stored()).toMatchObject({ leaderId: 1, leaderEpoch: 2, votedId: 1 });
  }
  sole.disk.writesLeft = Number.POSITIVE_INFINITY;
  expect(sole.status()).toMatchObject({ role: "leader", epoch: 2 });
});

test("KAFKA-15412: a controller does not start on an election that it cannot read", () => {
  const sole = new SoleController();
  sole.disk.sql.exec("UPDATE raft_election SET format_version = 2");
  expect(() => sole.start()).toThrow("Cannot start: the election row has format 2, not 1");
  sole.disk.sql.exec("UPDATE raft_election SET format_version = 1");
  sole.start();
  expect(sole.status().epoch).toBe(2);
});

test("KAFKA-13884: a follower has stored what it asks to go on from", () => {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const leader = cluster.leader();
  const follower = cluster.ids.find((id) => id !== leader)!;
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  stream.post("createTopics", creation("t"));
  const { logEndOffset } = cluster.status(leader);
  const holds = () => cluster.status(follower).logEndOffset === logEndOffset;
  cluster.runUntil(holds, "the follower holds the topic");
  cluster.kill(follower);
  cluster.start(follower);
  expect(cluster.status(follower)).toMatchObject({ role: "follower", logEndOffset });
});

/** Changes one byte of the last record in the stored row at `baseOffset`. */
function damage(sql: Sql, baseOffset: number): void {
  const [row] = sql.all("SELECT bytes FROM raft_batch WHERE base_offset = ?", baseOffset);
  const bytes = Uint8Array.from(row!.bytes as Uint8Array);
  bytes[bytes.length - 2]! ^= 1;
  sql.exec("UPDATE raft_batch SET bytes = ? WHERE base_offset = ?", bytes, baseOffset);
}

test("KAFKA-14104: a controller does not start on a damaged control record, nor show a damaged one", () => {
  const sole = new SoleController();
  sole.register(101);
  const { logEndOffset } = sole.status();
  damage(sole.disk.sql, logEndOffset - 1);
  // The state of it was not stored yet: it would have to be applied again.
  expect(() => sole.start()).toThrow(`batch at offset ${logEndOffset - 1} fails its checksum`);
  damage(sole.disk.sql, logEndOffset - 1);
  sole.start();
  // Whoever reads a range of rows has them stored.
  expect(sole.status()).toMatchObject({ role: "leader", epoch: 2 });
  expect(sole.brokers()).toEqual([101]);
  damage(sole.disk.sql, logEndOffset - 1);
  sole.start();
  expect(sole.status()).toMatchObject({ role: "leader", epoch: 3 });
  const range = { fromOffset: 0, maxRecords: 1000, maxWaitMs: 0 };
  expect(() => sole.api({ kind: "log", sender: null, form: "records", ...range })).toThrow(
    "fails its checksum",
  );
  damage(sole.disk.sql, 0);
  expect(() => sole.start()).toThrow("batch at offset 0 fails its checksum");
});

test("KAFKA-14104: a log that was damaged on its disk is not handed to other replicas", () => {
  const sql = new NodeSql();
  const before = new SqlLog(sql);
  for (const offset of [0, 1, 2]) before.append(readBatch(dataBatch(offset, 1))!);
  before.flush();
  // All three are in one row.
  damage(sql, 0);
  const log = new SqlLog(sql);
  expect(log.read(0, 1, 3)).toHaveLength(dataBatch(0, 1).length);
  expect(() => log.read(1, 1000, 3)).toThrow("batch at offset 2 fails its checksum");
});
