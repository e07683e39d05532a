/** Reads the metadata log of a side as an observer does: by Fetch, from where the last call ended, up to what is committed. */

import { ErrorCode } from "../../src/base/error-code.ts";
import { METADATA_TOPIC } from "../../src/base/metadata-topic.ts";
import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import type { ResponseOf } from "../../src/protocol/apis.ts";
import { decodeRecord, type MetadataRecord } from "../../src/protocol/metadata-record.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import type { Connection } from "./connection.ts";

const FETCH_VERSION = 17;
const MOVED: ReadonlySet<number> = new Set([
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
]);
const MAX_BYTES = 16 * 1024 * 1024;

/** The controller that is asked leads no more: it resigned over a request. */
export class NotLeader extends Error {
  override readonly name = "NotLeader";
}

export interface LoggedRecord {
  readonly offset: number;
  readonly record: MetadataRecord;
}

export class LogTail {
  readonly #connection: Connection;
  #nextOffset = 0;
  #lastEpoch = 0;
  #leaderEpoch: number | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get endOffset(): number {
    return this.#nextOffset;
  }

  /** The data records that were committed since the last call, without NoOpRecords. */
  async read(): Promise<LoggedRecord[]> {
    const found: LoggedRecord[] = [];
    for (;;) {
      const { records, highWatermark } = await this.#fetch();
      for (const batch of readBatches(records ?? new Uint8Array(0))) {
        if (batch.lastOffset < this.#nextOffset || batch.lastOffset >= highWatermark) continue;
        if (!batch.control) found.push(...recordsOf(batch));
        this.#nextOffset = batch.lastOffset + 1;
        this.#lastEpoch = batch.leaderEpoch;
      }
      if (this.#nextOffset >= highWatermark) return found;
    }
  }

  async #askLeaderEpoch(): Promise<number> {
    const reply = await this.#connection.call("describeQuorum", 0, {
      topics: [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }],
    });
    if (reply.kind !== "body") throw new Error(`Cannot ask for the leader: ${reply.kind}`);
    const answer = reply.body as ResponseOf<"describeQuorum">;
    const partition = answer.topics[0]?.partitions[0];
    if (partition === undefined || partition.errorCode !== 0) {
      throw new Error(`Cannot ask for the leader: error ${partition?.errorCode}`);
    }
    return partition.leaderEpoch;
  }

  async #fetch(): Promise<{ records: Uint8Array | null; highWatermark: number }> {
    this.#leaderEpoch ??= await this.#askLeaderEpoch();
    const reply = await this.#connection.call("fetch", FETCH_VERSION, {
      maxWaitMs: 0,
      topics: [
        {
          topicId: METADATA_TOPIC_ID,
          partitions: [
            {
              currentLeaderEpoch: this.#leaderEpoch,
              fetchOffset: BigInt(this.#nextOffset),
              lastFetchedEpoch: this.#lastEpoch,
              partitionMaxBytes: MAX_BYTES,
            },
          ],
        },
      ],
    });
    if (reply.kind === "closed" || reply.kind === "silent")
      throw new NotLeader("the controller has hung up");
    if (reply.kind !== "body") throw new Error(`Cannot read the log: ${reply.kind}`);
    const answer = reply.body as ResponseOf<"fetch">;
    const partition = answer.responses[0]?.partitions[0];
    if (MOVED.has(partition?.errorCode ?? 0)) throw new NotLeader("the controller leads no more");
    if (answer.errorCode !== 0 || partition === undefined || partition.errorCode !== 0) {
      throw new Error(`Cannot read the log: errors ${answer.errorCode}, ${partition?.errorCode}`);
    }
    return { records: partition.records, highWatermark: Number(partition.highWatermark) };
  }
}

function recordsOf(batch: Parameters<typeof readRecords>[0]): LoggedRecord[] {
  return readRecords(batch)
    .map(({ value }, index) => ({ offset: batch.baseOffset + index, record: decodeRecord(value) }))
    .filter(({ record }) => record.type !== "noOp");
}
