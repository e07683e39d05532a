/**
 * One simulated world: controllers on their disks, the network between them, brokers and clients, and the invariants
 * that watch. Everything in it follows from the plan.
 */

import { errorName } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import type { ApiReply, FormatDocument } from "../../src/controller/api.ts";
import type { NodeEffect } from "../../src/controller/node-event.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { ConfigResource, type MetadataView } from "../../src/state/metadata-view.ts";
import { Administrator } from "./administrator.ts";
import { Broker } from "./broker.ts";
import { Client, TOPIC_NAMES } from "./client.ts";
import { ControllerHost } from "./controller-host.ts";
import { Coverage } from "./coverage.ts";
import type { LogChange } from "./disk.ts";
import { FaultStriker } from "./fault-striker.ts";
import { GatewayCalls } from "./gateway-call.ts";
import type { KafkaLink } from "./kafka-link.ts";
import type { Build, Life } from "./life.ts";
import { Network } from "./network.ts";
import { type Invariant, InvariantBroken, type ReplicaView } from "./observation.ts";
import { Operator } from "./operator.ts";
import { PeerCalls } from "./peer-calls.ts";
import { FIRST_BROKER_ID, type Plan, type Rates, type Speeds } from "./plan.ts";
import { isLegalAnswer } from "./reachable.ts";
import { viewOf } from "./replica-view.ts";
import { Scheduler } from "./scheduler.ts";
import { Trace } from "./trace.ts";
import { Watcher } from "./watcher.ts";
import { Witness } from "./witness.ts";

/** The versions of the code that controllers may run. */
export interface Builds {
  readonly current: Build;
  readonly older: Build;
}

const START_MS = 1_700_000_000_000;
const FIRST_CLIENT_ID = 1000;
const FIRST_ADMINISTRATOR_ID = 4000;

/** Independent streams of randomness, so that taking a fault out of a plan does not change what others draw. */
const STREAMS = {
  identity: 1,
  hosts: 2,
  network: 3,
  operator: 4,
  watcher: 5,
  // 7, 8 and 9 are taken by the plan itself.
  brokers: 100,
  clients: 200,
  administrators: 300,
} as const;

export class World {
  readonly plan: Plan;
  readonly scheduler = new Scheduler(START_MS);
  readonly trace: Trace;
  readonly coverage = new Coverage();
  readonly hostPrng: Prng;
  readonly network: Network;
  readonly peerCalls: PeerCalls;
  readonly gateway: GatewayCalls;
  readonly document: FormatDocument;
  readonly hosts: readonly ControllerHost[];
  readonly brokers: readonly Broker[];
  readonly clients: readonly Client[];
  readonly administrators: readonly Administrator[];
  readonly operator: Operator;
  readonly watcher: Watcher;
  /** Open Kafka connections by id. */
  readonly links = new Map<number, KafkaLink>();
  readonly witness: Witness;
  /** The platform lets nothing out before it is on disk. Off only to plant the bug of one that does. */
  hasOutputGate = true;
  /** So many of the next leaders are cut off as soon as they lead, most of them. */
  strangled = { leaders: 0, forMs: 0 };
  readonly striker = new FaultStriker(this);
  /** No fault strikes any more. */
  isQuiet = false;
  /** Nobody begins anything new. */
  isOver = false;
  /** Since when; 0 before that. */
  undisturbedSinceMs = 0;
  readonly #builds: Builds;
  #instant = 0;
  #serial = 0;
  #connectionId = 0;

  constructor(
    plan: Plan,
    builds: Builds,
    invariants: readonly Invariant[],
    options: { readonly keepLines: boolean },
  ) {
    this.plan = plan;
    this.#builds = builds;
    const now = (): number => this.scheduler.nowMs - START_MS;
    this.trace = new Trace({ now, keepLines: options.keepLines });
    this.witness = new Witness(invariants, this.trace, this.coverage);
    this.hostPrng = this.#stream(STREAMS.hosts);
    this.network = new Network(this.#stream(STREAMS.network), plan.rates, plan.speeds);
    this.peerCalls = new PeerCalls(this);
    this.gateway = new GatewayCalls(this);
    this.document = documentOf(plan, this.#stream(STREAMS.identity));
    this.hosts = this.document.controllers.map(({ id }) => {
      const build = plan.olderBuilds.includes(id) ? builds.older : builds.current;
      return new ControllerHost(this, id, build, plan.skewMs[id - 1] ?? 0);
    });
    this.brokers = Array.from({ length: plan.brokers }, (_, i) => {
      return new Broker(this, FIRST_BROKER_ID + i, this.#stream(STREAMS.brokers + i));
    });
    this.clients = Array.from({ length: plan.clients }, (_, i) => {
      return new Client(this, FIRST_CLIENT_ID + i, this.#stream(STREAMS.clients + i));
    });
    this.administrators = Array.from({ length: plan.administrators }, (_, i) => {
      return new Administrator(
        this,
        FIRST_ADMINISTRATOR_ID + i,
        this.#stream(STREAMS.administrators + i),
      );
    });
    this.operator = new Operator(this, this.#stream(STREAMS.operator));
    this.watcher = new Watcher(this, this.#stream(STREAMS.watcher));
  }

  get speeds(): Speeds {
    return this.plan.speeds;
  }

  get committedEndOffset(): number {
    return this.witness.ledger.endOffset;
  }

  /** Milliseconds since the world began. */
  get elapsedMs(): number {
    return this.scheduler.nowMs - START_MS;
  }

  /** Whoever leads the newest epoch, or null. */
  get leader(): ControllerHost | null {
    let newest: ControllerHost | null = null;
    let epoch = -1;
    for (const host of this.hosts) {
      const replica = host.life?.node.quorum?.replica;
      if (replica === undefined || !replica.isLeader || replica.epoch <= epoch) continue;
      newest = host;
      epoch = replica.epoch;
    }
    return newest;
  }

  /** Whether a controller leads the newest epoch and has committed in it. */
  isWorkingLeader(id: number): boolean {
    const { leader } = this;
    const replica = leader?.life?.node.quorum?.replica;
    if (leader?.id !== id || replica === undefined) return false;
    return replica.highWatermark > replica.epochStartOffset;
  }

  host(id: number): ControllerHost {
    const host = this.hosts[id - 1];
    if (host === undefined) throw new Error(`there is no controller ${id}`);
    return host;
  }

  /** The instance that a call reaches; while a controller exists twice, whoever calls may still know the older one. */
  calleeAt(id: number): Life | null {
    const host = this.host(id);
    const isLate = host.stale !== null && this.network.below(2) === 0;
    return isLate ? host.stale : host.awake();
  }

  otherBuild({ name }: Build): Build {
    return name === this.#builds.current.name ? this.#builds.older : this.#builds.current;
  }

  strikes(what: keyof Rates): boolean {
    if (!this.network.strikes(what)) return false;
    this.coverage.count(`fault ${what}`);
    return true;
  }

  /** An API was answered with this error code, which must be one that it may answer with. */
  answered(api: string, errorCode: number): void {
    const code = errorName(errorCode);
    if (!isLegalAnswer(api, code)) this.stop("legal-answers", `${api} is answered with ${code}`);
    this.coverage.count(`${api}: ${code}`);
  }

  /** A moment later than all before it: what happens within one event still has an order. */
  instant(): number {
    this.#instant += 1;
    return this.#instant;
  }

  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  nextConnectionId(): number {
    this.#connectionId += 1;
    return this.#connectionId;
  }

  /** Something that must never happen has happened. */
  stop(invariant: string, fact: string): never {
    throw new InvariantBroken(invariant, fact);
  }

  /** Carries out what a controller wants done. */
  perform(life: Life, effect: NodeEffect): void {
    switch (effect.kind) {
      case "peer-call":
        this.peerCalls.call(life, effect);
        return;
      case "peer-reply":
        this.peerCalls.reply(life, effect.callId, effect.bytes);
        return;
      case "api-reply": {
        const reply = effect.reply as ApiReply;
        const isTrueAt = reply.kind === "written" || reply.kind === "result";
        if (isTrueAt && reply.offset >= this.committedEndOffset) {
          const fact = `${life.host.id} answers at ${reply.offset}, committed up to ${this.committedEndOffset}`;
          this.stop("acknowledged-is-committed", fact);
        }
        this.gateway.reply(life, effect.callId, reply);
        return;
      }
      case "write": {
        const link = this.links.get(effect.connectionId);
        link?.received(effect.bytes);
        if (link?.isFatal) life.host.dieAfterAnswer(life);
        return;
      }
      case "close":
        this.trace.tell(
          `controller ${life.host.id}`,
          () => `closes a connection: ${effect.reason}`,
        );
        this.links.get(effect.connectionId)?.closed();
        this.links.delete(effect.connectionId);
        return;
      case "log":
        this.trace.tell(`controller ${life.host.id}`, () => `logs ${effect.event}`);
    }
  }

  /** Shows a controller right after a transaction. */
  observe(host: ControllerHost, life: Life, changes: readonly LogChange[]): ReplicaView | null {
    // A stale twin says what it likes; what it does to the disk is nothing.
    if (life !== host.life) return null;
    const openCalls = this.peerCalls.openCalls(life);
    const view = viewOf(host, life, { changes, openCalls, atMs: this.scheduler.nowMs });
    if (view === null) return null;
    if (this.witness.transacted(view)) {
      this.#compareViews(host, life);
      this.#strangle(host.id);
      for (const administrator of this.administrators) administrator.onNewLeader(host.id);
    }
    return view;
  }

  /** What an instance that was replaced calls committed was stored while it was not: it counts like anybody's word. */
  learnFromTwin(host: ControllerHost, life: Life): void {
    const openCalls = this.peerCalls.openCalls(life);
    const view = viewOf(host, life, { changes: [], openCalls, atMs: this.scheduler.nowMs });
    if (view !== null) this.witness.calledCommitted(host, view);
  }

  /** A new leader decides on what is stored, not on what it has decoded before. */
  #compareViews({ id, disk }: ControllerHost, { node, held }: Life): void {
    const decidesOn = node.quorum?.view();
    if (decidesOn === undefined) return;
    // Looking must not be what a planned failure of the storage strikes.
    const { accessesUntilFailure } = disk;
    disk.accessesUntilFailure = Number.POSITIVE_INFINITY;
    const look = (): string => decodedIn(decidesOn);
    const known = held === null ? look() : held.whileLookedAt(look);
    disk.accessesUntilFailure = accessesUntilFailure;
    const stored = decodedIn(new MetadataReader(disk.state, disk.log.endOffset - 1));
    if (known === stored) return;
    this.stop(
      "fresh-view",
      `leader ${id} decides on what is not stored: ${known}; it is ${stored}`,
    );
  }

  /** A controller comes back with nothing, and is formatted anew as another one than it was. */
  loseDisk(host: ControllerHost): void {
    host.loseDisk();
    this.witness.diskLost(host.id);
    const directoryId = randomUuid(this.hostPrng);
    host.start();
    this.format(host.id, {
      ...this.document,
      controllers: this.document.controllers.map((controller) =>
        controller.id === host.id ? { ...controller, directoryId } : controller,
      ),
    });
  }

  /** Formats a controller, however often that takes, unless it has lost its disk since. */
  format(id: number, document: FormatDocument): void {
    const { disk } = this.host(id);
    this.gateway.call(0, id, { kind: "format", document }, (reply) => {
      if (reply?.kind === "formatted") return;
      this.scheduler.after(100, () => {
        if (this.host(id).disk === disk) this.format(id, document);
      });
    });
  }

  #strangle(leaderId: number): void {
    const { leaders, forMs } = this.strangled;
    if (leaders === 0 || this.isQuiet || this.network.below(4) === 0) return;
    this.strangled = { leaders: leaders - 1, forMs };
    this.striker.links.isolate(leaderId, forMs);
  }

  #stream(stream: number): Prng {
    return Prng.fromNumber(this.plan.seed * 4096 + stream);
  }
}

/** What a view keeps decoded, as text. */
function decodedIn(view: MetadataView): string {
  const { TOPIC, BROKER } = ConfigResource;
  const configs = TOPIC_NAMES.map((name) => [...view.configs(TOPIC, name)]);
  const cluster = [...view.configs(BROKER, "")];
  return JSON.stringify([view.brokers(), [...view.features()], configs, cluster]);
}

function documentOf(plan: Plan, prng: Prng): FormatDocument {
  return {
    clusterId: randomUuid(prng),
    controllers: Array.from({ length: plan.controllers }, (_, i) => ({
      id: i + 1,
      host: `controller-${i + 1}`,
      port: 9093 + i,
      directoryId: randomUuid(prng),
    })),
    metadataVersion: plan.metadataVersion,
    features: plan.features,
    accessToken: null,
  };
}
