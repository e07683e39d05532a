/**
 * Several replicas in virtual time: messages travel through the real codec with a delay, may be lost, doubled or cut
 * off, and replicas crash and come back from their stores. One seed repeats a whole run.
 */

import { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import { APIS, type RequestOf } from "../../src/protocol/apis.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import {
  decodeLeaderAnswer,
  decodeLeaderQuestion,
  encodeLeaderAnswer,
  encodeLeaderQuestion,
  type LeaderAnswer,
} from "../../src/protocol/leader-question.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import { MemoryElectionStore } from "../../src/raft/election-store.ts";
import type { RaftEffect } from "../../src/raft/outbox.ts";
import { Replica } from "../../src/raft/replica.ts";
import { DEFAULT_TIMING, type RaftTiming } from "../../src/raft/timing.ts";
import type { Voter } from "../../src/raft/voter-set.ts";
import { Invariants, type Observed } from "./invariants.ts";
import { RecordedLog } from "./recorded-log.ts";

export interface ClusterOptions {
  readonly seed: number;
  readonly voters: number;
  /** Controllers that replicate without a vote. */
  readonly observers?: number;
  readonly delayMs?: readonly [number, number];
  readonly timing?: Partial<RaftTiming>;
}

interface Node {
  readonly id: number;
  readonly directoryId: string;
  log: RecordedLog;
  elections: MemoryElectionStore;
  replica: Replica | null;
  wakeAtMs: number;
}

/** What one replica sends to another. */
type Send = Exclude<RaftEffect, { kind: "reply" }>;

interface CallInFlight {
  readonly from: Node;
  readonly caller: Replica;
  readonly to: Node;
  callee: Replica | null;
  readonly send: Send;
  settled: boolean;
}

const START_MS = 1_000_000;

export class Cluster {
  readonly prng: Prng;
  readonly nodes: Node[] = [];
  readonly invariants = new Invariants();
  nowMs = START_MS;
  /** Chance, in thousandths, that a message is lost, doubled, or that a node dies right after its transaction. */
  lossPerMille = 0;
  doublePerMille = 0;
  crashPerMille = 0;
  events = 0;
  readonly #options: ClusterOptions;
  readonly #voters: Voter[];
  readonly #cuts = new Set<string>();
  readonly #calls = new Set<CallInFlight>();
  readonly #queue: { atMs: number; order: number; run: () => void }[] = [];
  #order = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.prng = Prng.fromNumber(options.seed);
    for (let id = 1; id <= options.voters + (options.observers ?? 0); id++) {
      this.nodes.push({
        id,
        directoryId: randomUuid(this.prng),
        log: new RecordedLog(),
        elections: new MemoryElectionStore(),
        replica: null,
        wakeAtMs: Number.POSITIVE_INFINITY,
      });
    }
    this.#voters = this.nodes.slice(0, options.voters).map(({ id, directoryId }) => ({
      id,
      directoryId,
      endpoints: [{ name: "CONTROLLER", host: `controller-${id}`, port: 9090 + id }],
    }));
    for (const { id } of this.nodes) this.start(id);
  }

  node(id: number): Node {
    return this.nodes[id - 1]!;
  }

  replica(id: number): Replica {
    return this.node(id).replica!;
  }

  /** What a replica is told: whole milliseconds, while messages cross in fractions of them. */
  get clockMs(): number {
    return Math.floor(this.nowMs);
  }

  /** The leader of the highest epoch that is alive, or null. */
  get leader(): Node | null {
    let best: Node | null = null;
    for (const node of this.nodes) {
      if (node.replica?.isLeader && node.replica.epoch > (best?.replica?.epoch ?? -1)) best = node;
    }
    return best;
  }

  start(id: number): void {
    const node = this.node(id);
    if (node.replica !== null) return;
    node.replica = new Replica({
      clusterId: "a-cluster",
      nodeId: id,
      directoryId: node.directoryId,
      listenerName: "CONTROLLER",
      log: node.log,
      elections: node.elections,
      prng: Prng.fromNumber(this.prng.next()),
      nowMs: this.clockMs,
      bootstrapVoters: this.#voters,
      timing: { ...DEFAULT_TIMING, ...this.#options.timing },
      kraftVersionRange: { min: 0, max: 1 },
    });
    this.#after(node);
  }

  /** Ends a replica; its stores stay. Callers that wait for it are rejected soon after. */
  crash(id: number): void {
    const node = this.node(id);
    const { replica } = node;
    node.replica = null;
    node.wakeAtMs = Number.POSITIVE_INFINITY;
    for (const call of [...this.#calls]) {
      if (call.callee === replica && replica !== null) this.#reject(call, this.#delay());
    }
  }

  /** Rejects the calls that a node has in flight, although they may have arrived. */
  failCallsOf(id: number): void {
    for (const call of [...this.#calls]) if (call.from.id === id) this.#fail(call);
  }

  /** Loses the disk of a crashed node. */
  wipe(id: number): void {
    const node = this.node(id);
    node.log = new RecordedLog();
    node.elections = new MemoryElectionStore();
    this.invariants.forget(id);
  }

  /** Drops everything from one node to the other. */
  cut(from: number, to: number): void {
    this.#cuts.add(`${from}>${to}`);
  }

  isolate(id: number): void {
    for (const other of this.nodes) {
      if (other.id === id) continue;
      this.cut(id, other.id);
      this.cut(other.id, id);
    }
  }

  heal(): void {
    this.#cuts.clear();
  }

  /** Lets a replica do something and carries out its effects. */
  act<T>(id: number, action: (replica: Replica) => T): T {
    const node = this.node(id);
    const result = action(this.replica(id));
    this.#after(node);
    return result;
  }

  append(id: number, value = 1): number {
    return this.act(id, (replica) => {
      const record = { key: null, value: new Uint8Array([value]) };
      return replica.append([record], this.clockMs).lastOffset;
    });
  }

  at(atMs: number, run: () => void): void {
    this.#order += 1;
    const item = { atMs, order: this.#order, run };
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#queue[middle]!;
      if (other.atMs > atMs || (other.atMs === atMs && other.order > item.order)) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, item);
  }

  /** Runs for so long, or until `until` holds; false when it never did. */
  run(forMs: number, until: () => boolean = () => false): boolean {
    const endMs = this.nowMs + forMs;
    while (!until()) {
      const next = this.#queue.at(-1);
      const wake = this.#nextToWake();
      const atMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, wake?.wakeAtMs ?? Infinity);
      if (atMs > endMs) {
        this.nowMs = endMs;
        return until();
      }
      this.nowMs = Math.max(this.nowMs, atMs);
      this.events += 1;
      if (next !== undefined && next.atMs <= atMs) this.#queue.pop()!.run();
      else if (wake !== null) this.act(wake.id, (replica) => replica.onDeadline(this.clockMs));
    }
    return true;
  }

  #nextToWake(): Node | null {
    let first: Node | null = null;
    for (const node of this.nodes) {
      if (node.wakeAtMs < (first?.wakeAtMs ?? Number.POSITIVE_INFINITY)) first = node;
    }
    return first;
  }

  /** After the transaction: check, maybe die, else carry out the effects. */
  #after(node: Node): void {
    const replica = node.replica!;
    const effects = replica.takeEffects();
    this.invariants.check(
      this.#observe(node),
      this.nodes.map((other) => this.#observe(other)),
    );
    if (this.#chance(this.crashPerMille)) {
      this.crash(node.id);
      const { id } = node;
      this.at(this.nowMs + this.prng.below(500), () => this.start(id));
      return;
    }
    for (const effect of effects) {
      if (effect.kind !== "reply") this.#send(node, effect);
      else (effect.token as (body: unknown) => void)(effect.body);
    }
    node.wakeAtMs = replica.nextDeadlineMs();
  }

  #observe(node: Node): Observed {
    const storedEpoch = node.elections.load()?.leaderEpoch ?? 0;
    return { id: node.id, log: node.log, replica: node.replica, storedEpoch };
  }

  #send(from: Node, send: Send): void {
    const to = this.node(send.to);
    const caller = from.replica!;
    const call: CallInFlight = { from, caller, to, callee: null, send, settled: false };
    this.#calls.add(call);
    this.at(this.nowMs + send.timeoutMs, () => this.#fail(call));
    if (this.#isLost(from.id, to.id)) return;
    const bytes = requestBytes(send);
    const deliveries = this.#chance(this.doublePerMille) ? 2 : 1;
    for (let i = 0; i < deliveries; i++) {
      this.at(this.nowMs + this.#delay(), () => this.#deliver(call, bytes));
    }
  }

  #deliver(call: CallInFlight, bytes: Uint8Array): void {
    const { to, send } = call;
    if (to.replica === null) {
      this.#reject(call, this.#delay());
      return;
    }
    call.callee ??= to.replica;
    if (send.kind === "ask-who-leads") {
      const question = decodeLeaderQuestion(bytes);
      const answer = this.act(to.id, (replica) => replica.whoLeads(question, this.clockMs));
      this.#reply(call, answer);
      return;
    }
    const body = decode(APIS[send.api].request as Schema, send.version, bytes);
    const reply = (response: unknown) => this.#reply(call, response);
    this.act(to.id, (replica) =>
      replica.onRequest(
        send.api,
        send.version,
        body as unknown as RequestOf<"vote">,
        reply,
        this.clockMs,
      ),
    );
  }

  #reply(call: CallInFlight, response: unknown): void {
    const { send, from, to } = call;
    if (this.#isLost(to.id, from.id)) return;
    const { correlationId } = send;
    if (send.kind === "ask-who-leads") {
      const answer = decodeLeaderAnswer(encodeLeaderAnswer(response as LeaderAnswer));
      this.at(this.nowMs + this.#delay(), () => {
        this.#settle(call, (replica) =>
          replica.onLeaderAnswer(correlationId, answer, this.clockMs),
        );
      });
      return;
    }
    const bytes = encode(APIS[send.api].response as Schema, send.version, response as never);
    this.at(this.nowMs + this.#delay(), () => {
      const body = decode(APIS[send.api].response as Schema, send.version, bytes);
      this.#settle(call, (replica) => replica.onResponse(correlationId, body, this.clockMs));
    });
  }

  #reject(call: CallInFlight, delayMs: number): void {
    if (this.#isLost(call.to.id, call.from.id)) return;
    this.at(this.nowMs + delayMs, () => this.#fail(call));
  }

  #fail(call: CallInFlight): void {
    const { correlationId } = call.send;
    this.#settle(call, (replica) => replica.onFailure(correlationId, this.clockMs));
  }

  #settle(call: CallInFlight, action: (replica: Replica) => void): void {
    if (call.settled) return;
    call.settled = true;
    this.#calls.delete(call);
    if (call.from.replica === call.caller) this.act(call.from.id, action);
  }

  #isLost(from: number, to: number): boolean {
    return this.#cuts.has(`${from}>${to}`) || this.#chance(this.lossPerMille);
  }

  #chance(perMille: number): boolean {
    return perMille > 0 && this.prng.below(1000) < perMille;
  }

  /** With fractions of a millisecond, so that messages cross in any order. */
  #delay(): number {
    const [least, most] = this.#options.delayMs ?? [1, 3];
    return least + (this.prng.below(1000) / 1000) * (most - least);
  }
}

function requestBytes(send: Send): Uint8Array {
  if (send.kind === "ask-who-leads") return encodeLeaderQuestion(send.question);
  return encode(APIS[send.api].request as Schema, send.version, send.body as never);
}
