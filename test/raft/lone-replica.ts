/** One replica by itself: requests go in through the real codec, and the test plays all the others. */

import { Prng } from "../../src/base/prng.ts";
import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import {
  APIS,
  type ApiName,
  type RequestInit,
  type RequestOf,
  type ResponseInit,
  type ResponseOf,
} from "../../src/protocol/apis.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import type { LeaderAnswer } from "../../src/protocol/leader-question.ts";
import { encodeBatch } from "../../src/protocol/record-batch.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import { Core } from "../../src/raft/core.ts";
import { type ElectionState, MemoryElectionStore } from "../../src/raft/election-store.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import type { RaftApi, RaftEffect } from "../../src/raft/outbox.ts";
import type { RaftLog } from "../../src/raft/raft-log.ts";
import { Replica } from "../../src/raft/replica.ts";
import { DEFAULT_TIMING } from "../../src/raft/timing.ts";
import type { Voter } from "../../src/raft/voter-set.ts";

export const CLUSTER_ID = "a-cluster";
/** Directory ids by node id, from 1. */
export const DIRECTORY = [
  "AAAAAAAAAAAAAAAAAAAAAA",
  "gsFJBQJ4SU6Q3TuzknC-FA",
  "QfIa8X9gSpGiXTT1TYQFNg",
  "msa6PV3MSZKwUlveI5ow9A",
  "44444444444444444444RA",
];

export function votersOf(count: number): Voter[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    directoryId: DIRECTORY[index + 1]!,
    endpoints: [{ name: "CONTROLLER", host: "127.0.0.1", port: 29091 + index }],
  }));
}

/** The state of replica 1 in a quorum of replicas 2 to 4, of which it is no voter. */
export function coreOutsideVoters(): Core {
  return new Core({
    clusterId: CLUSTER_ID,
    nodeId: 1,
    directoryId: DIRECTORY[1]!,
    listenerName: "CONTROLLER",
    log: new MemoryLog(),
    elections: new MemoryElectionStore(),
    prng: Prng.fromNumber(1),
    nowMs: 0,
    bootstrapVoters: votersOf(4).slice(1),
    timing: DEFAULT_TIMING,
    kraftVersionRange: { min: 0, max: 1 },
  });
}

type Send = Extract<RaftEffect, { kind: "send" }>;
/** The question who leads, as it is sent to a voter. */
export type Asked = Extract<RaftEffect, { kind: "ask-who-leads" }>;

export class LoneReplica {
  readonly log: RaftLog;
  readonly elections = new MemoryElectionStore();
  readonly voters: readonly Voter[];
  replica: Replica;
  nowMs = 1_000_000;
  readonly #id: number;
  #sent: Send[] = [];
  #asked: Asked[] = [];
  readonly #answers = new Map<unknown, { version: number; api: ApiName; body: unknown }>();
  #tokens = 0;
  /** The answers that may be sent before what was appended is stored. */
  readonly beforeStored = new Set<unknown>();

  constructor(
    id: number,
    voterCount: number,
    stored?: ElectionState,
    log: RaftLog = new MemoryLog(),
  ) {
    this.#id = id;
    this.log = log;
    this.voters = votersOf(voterCount);
    if (stored !== undefined) this.elections.save(stored);
    this.replica = this.#start();
    this.#collect();
  }

  restart(): void {
    this.#sent = [];
    this.replica = this.#start();
    this.#collect();
  }

  #start(): Replica {
    return new Replica({
      clusterId: CLUSTER_ID,
      nodeId: this.#id,
      directoryId: DIRECTORY[this.#id]!,
      listenerName: "CONTROLLER",
      log: this.log,
      elections: this.elections,
      prng: Prng.fromNumber(7),
      nowMs: this.nowMs,
      bootstrapVoters: this.voters,
      timing: DEFAULT_TIMING,
      kraftVersionRange: { min: 0, max: 1 },
    });
  }

  /** Sends a request; the answer, or null while there is none. Its token is the value of `lastToken`. */
  ask<N extends RaftApi>(api: N, version: number, init: RequestInit<N>): ResponseOf<N> | null {
    this.#tokens += 1;
    const token = `request ${this.#tokens}`;
    const schema = APIS[api].request as Schema;
    const body = decode(schema, version, encode(schema, version, init as never));
    this.#answers.set(token, { version, api, body: null });
    this.replica.onRequest(api, version, body as unknown as RequestOf<N>, token, this.nowMs);
    this.#collect();
    return this.answerTo(token) as ResponseOf<N> | null;
  }

  get lastToken(): string {
    return `request ${this.#tokens}`;
  }

  answerTo(token: string): unknown {
    return this.#answers.get(token)!.body;
  }

  /** The calls made since the last look. */
  sent(): Send[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** The questions who leads that were asked since the last look. */
  asked(): Asked[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** A voter answers whom it follows; this replica, in its own epoch, by default. */
  confirm({ correlationId, question }: Asked, answer: Partial<LeaderAnswer> = {}): void {
    const { leaderEpoch, leaderId } = question;
    const whole = { leaderEpoch, leaderId, ...answer };
    this.replica.onLeaderAnswer(correlationId, whole, this.nowMs);
    this.#collect();
  }

  respond<N extends ApiName>(send: Send, init: ResponseInit<N>): void {
    const schema = APIS[send.api].response as Schema;
    const body = decode(schema, send.version, encode(schema, send.version, init as never));
    this.replica.onResponse(send.correlationId, body, this.nowMs);
    this.#collect();
  }

  fail(send: Send | Asked): void {
    this.replica.onFailure(send.correlationId, this.nowMs);
    this.#collect();
  }

  /** Lets time pass, waking the replica whenever it wants; returns how often. */
  pass(ms: number): number {
    const endMs = this.nowMs + ms;
    let wakes = 0;
    while (this.replica.nextDeadlineMs() <= endMs) {
      this.nowMs = Math.max(this.nowMs, this.replica.nextDeadlineMs());
      this.replica.onDeadline(this.nowMs);
      this.#collect();
      wakes += 1;
      if (wakes > 10_000) throw new Error("The replica wants to be woken without end");
    }
    this.nowMs = endMs;
    return wakes;
  }

  act<T>(action: (replica: Replica) => T): T {
    const result = action(this.replica);
    this.#collect();
    return result;
  }

  append(value = 1): number {
    const record = { key: null, value: new Uint8Array([value]) };
    return this.act((replica) => replica.append([record], this.nowMs).lastOffset);
  }

  /** Wins an election with the vote of every other voter. */
  lead(): void {
    for (let i = 0; i < 200 && !this.replica.isLeader; i++) {
      this.pass(20);
      for (const send of this.sent()) {
        if (send.api !== "vote") continue;
        const asked = (send.body as RequestInit<"vote">).topics?.[0]?.partitions?.[0];
        this.respond<"vote">(
          send,
          voteAnswer({ leaderEpoch: asked!.replicaEpoch!, voteGranted: true }),
        );
      }
    }
  }

  #collect(): void {
    for (const effect of this.replica.takeEffects()) {
      if (effect.kind === "send") {
        this.#sent.push(effect);
        continue;
      }
      if (effect.kind === "ask-who-leads") {
        this.#asked.push(effect);
        continue;
      }
      const answer = this.#answers.get(effect.token)!;
      if (effect.beforeStored) this.beforeStored.add(effect.token);
      if (answer.body !== null) throw new Error(`${effect.token} was answered twice`);
      const schema = APIS[answer.api].response as Schema;
      const bytes = encode(schema, answer.version, effect.body as never);
      answer.body = decode(schema, answer.version, bytes);
    }
  }
}

const TOPIC = "__cluster_metadata";

export function voteRequest(
  partition: NonNullable<NonNullable<RequestInit<"vote">["topics"]>[number]["partitions"]>[number],
): RequestInit<"vote"> {
  const fields = {
    partitionIndex: 0,
    replicaDirectoryId: DIRECTORY[partition.replicaId ?? 0]!,
    lastOffset: 0n,
    ...partition,
  };
  return { clusterId: CLUSTER_ID, topics: [{ topicName: TOPIC, partitions: [fields] }] };
}

export function voteAnswer(
  partition: NonNullable<NonNullable<ResponseInit<"vote">["topics"]>[number]["partitions"]>[number],
): ResponseInit<"vote"> {
  return { topics: [{ topicName: TOPIC, partitions: [{ leaderId: -1, ...partition }] }] };
}

export function beginEpoch(leaderId: number, leaderEpoch: number): RequestInit<"beginQuorumEpoch"> {
  return {
    clusterId: CLUSTER_ID,
    topics: [{ topicName: TOPIC, partitions: [{ leaderId, leaderEpoch }] }],
  };
}

export interface FetchFields {
  readonly id: number;
  readonly epoch: number;
  readonly offset: number;
  readonly lastEpoch?: number;
  readonly directoryId?: string;
  readonly highWatermark?: number;
  readonly maxWaitMs?: number;
}

export function fetchRequest(fields: FetchFields): RequestInit<"fetch"> {
  return {
    clusterId: CLUSTER_ID,
    replicaState: { replicaId: fields.id },
    maxWaitMs: fields.maxWaitMs ?? 500,
    maxBytes: 8388608,
    topics: [
      {
        topicId: METADATA_TOPIC_ID,
        partitions: [
          {
            currentLeaderEpoch: fields.epoch,
            fetchOffset: BigInt(fields.offset),
            lastFetchedEpoch: fields.lastEpoch ?? (fields.offset === 0 ? 0 : fields.epoch),
            replicaDirectoryId:
              fields.directoryId ?? DIRECTORY[fields.id] ?? "BrokerBrokerBrokerBrQQ",
            ...(fields.highWatermark === undefined
              ? {}
              : { highWatermark: BigInt(fields.highWatermark) }),
          },
        ],
      },
    ],
  };
}

type FetchedInit = NonNullable<
  NonNullable<ResponseInit<"fetch">["responses"]>[number]["partitions"]
>[number];

export function fetchAnswer(
  leader: { id: number; epoch: number },
  partition: FetchedInit = {},
): ResponseInit<"fetch"> {
  const fields = {
    currentLeader: { leaderId: leader.id, leaderEpoch: leader.epoch },
    highWatermark: -1n,
    records: new Uint8Array(0),
    ...partition,
  };
  return { responses: [{ topicId: METADATA_TOPIC_ID, partitions: [fields] }] };
}

/** The bytes of one data batch with as many records as `count`. */
export function dataBatch(baseOffset: number, leaderEpoch: number, count = 1): Uint8Array {
  const records = Array.from({ length: count }, () => ({ key: null, value: new Uint8Array([1]) }));
  return encodeBatch({ baseOffset, leaderEpoch, timestampMs: 5, control: false, records });
}
