/**
 * A client that sends one controller arbitrary requests of every API it serves, in every version, partly with names, ids
 * and epochs that mean something there: a request that is refused at once reaches nothing.
 */

import fc from "fast-check";
import { Prng } from "../../src/base/prng.ts";
import { randomUuid, type Uuid } from "../../src/base/uuid.ts";
import type { FormatDocument } from "../../src/controller/api.ts";
import { createNodeOnStores, type OpenNode } from "../../src/controller/controller-node.ts";
import { sqlStores } from "../../src/controller/node-stores.ts";
import { SERVED_APIS } from "../../src/controller/served-apis.ts";
import { APIS, type ApiName } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { encodeRequest } from "../../src/protocol/request-frame.ts";
import { type Field, type Fields, holds, type Schema } from "../../src/protocol/schema.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { arbitraryMessage } from "../protocol/arbitrary-message.ts";
import { NodeSql } from "../support/node-sql.ts";

export interface HostileClientOptions {
  readonly seed: number;
  readonly metadataVersion: number;
  readonly authorizer: boolean;
}

const BROKERS = [0, 1, 2, 3];
const TOPICS = ["a", "b", "c.d", "c_d", "__consumer_offsets"];
const CONFIGS = [
  "min.insync.replicas",
  "cleanup.policy",
  "retention.ms",
  "unclean.leader.election.enable",
  "leader.replication.throttled.replicas",
  "cordoned.log.dirs",
  "interval.ms",
  "match",
  "consumer.session.timeout.ms",
];
const VALUES = ["", "1", "2", "-1", "true", "compact", "1:1,2:2", "client_id=.*", "é"];
const SENDABLE = SERVED_APIS.filter((name) => name !== "envelope");
/** Most of what is in them is refused, and all that they belong to. */
const OFTEN_EMPTY = new Set(["configs", "assignments"]);
/** Without these nothing else is reached: brokers that live, and what they have. */
const FREQUENT: readonly ApiName[] = ["brokerHeartbeat", "brokerHeartbeat", "createTopics"];
const PRINCIPALS = ["User:a", "User:*", "User:ANONYMOUS", "a", "User:"];
/** Of each broker; the second of them are never the only ones. */
const DIRS = BROKERS.map((id) =>
  ["one", "two"].map((dir) => `directory-${id}-${dir}-AAAAAAA`.slice(0, 21).concat("A")),
);

export class HostileClient {
  readonly sql = new NodeSql();
  readonly #node: OpenNode;
  readonly #prng: Prng;
  readonly #document: FormatDocument;
  /** Bodies ready to be sent, by API and version. */
  readonly #bodies = new Map<string, object[]>();
  #splitter = new FrameSplitter(64 * 1024 * 1024);
  #connectionId = 0;
  #isOpen = false;
  nowMs = 1_700_000_000_000;
  sent = 0;
  answered = 0;
  closed = 0;
  /** Requests in the order of their sending whose answers are owed, on the open connection. */
  #owed = 0;

  constructor({ seed, metadataVersion, authorizer }: HostileClientOptions) {
    this.#prng = Prng.fromNumber(seed);
    const self = { id: 1, host: "127.0.0.1", port: 9093, directoryId: randomUuid(this.#prng) };
    this.#document = {
      clusterId: randomUuid(this.#prng),
      controllers: [self],
      metadataVersion,
      features: metadataVersion >= 23 ? { "eligible.leader.replicas.version": 1 } : {},
      accessToken: null,
    };
    this.#node = createNodeOnStores(sqlStores(this.sql), {
      controllerId: 1,
      seed: new Uint8Array(16),
      nowMs: this.nowMs,
      properties: {
        "leader.imbalance.check.interval.seconds": "1",
        "unclean.leader.election.interval.ms": "1000",
        "delegation.token.secret.key": "secret",
        ...(authorizer && {
          "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "super.users": "User:ANONYMOUS",
        }),
      },
    });
    this.#handle({ kind: "api", callId: 1, request: { kind: "format", document: this.#document } });
    while (this.#node.quorum?.isActive !== true) this.#tick();
    this.#prepare();
  }

  view(): MetadataView {
    const { quorum } = this.#node;
    if (quorum === null) throw new Error("the controller is not formatted");
    return quorum.view();
  }

  /** Sends a request of any API; every now and then time passes. */
  step(): void {
    const apis = this.#prng.below(3) === 0 ? FREQUENT : SENDABLE;
    const api = this.#choose(apis);
    const schema: Schema = APIS[api].request;
    const version = schema.minVersion + this.#prng.below(schema.maxVersion - schema.minVersion + 1);
    const request = this.#encoded(api, version);
    const isForwarded = APIS[api].forwardable && this.#prng.below(3) === 0;
    this.post(isForwarded ? this.#envelope(request) : request);
    if (this.#prng.below(8) === 0) this.#pass(this.#prng.below(1000));
  }

  #encoded(api: ApiName, version: number): Uint8Array {
    const body = this.#choose(this.#bodies.get(`${api}-${version}`) ?? []);
    const header = { api, version, correlationId: this.sent, clientId: this.#choose(["c", ""]) };
    const shape =
      this.#prng.below(5) === 0 ? body : this.#plausible(APIS[api].request.fields, body, version);
    return encodeRequest({ ...header, body: shape as never });
  }

  post(request: Uint8Array): void {
    if (!this.#isOpen) this.#connect();
    const frame = new Uint8Array(4 + request.length);
    new DataView(frame.buffer).setInt32(0, request.length);
    frame.set(request, 4);
    this.sent += 1;
    this.#owed += 1;
    this.#handle({ kind: "bytes", connectionId: this.#connectionId, bytes: frame });
  }

  /** Lets every answer come that is still owed. */
  finish(): void {
    for (let i = 0; i < 100 && this.#owed > 0; i++) this.#pass(10_000);
    if (this.#owed > 0) throw new Error(`${this.#owed} requests were never answered`);
  }

  #prepare(): void {
    for (const api of SERVED_APIS) {
      const schema: Schema = APIS[api].request;
      for (let version = schema.minVersion; version <= schema.maxVersion; version++) {
        const seed = this.#prng.below(2 ** 31 - 1);
        const bodies = fc.sample(arbitraryMessage(schema, version), { numRuns: 25, seed });
        this.#bodies.set(`${api}-${version}`, bodies);
      }
    }
  }

  #envelope(requestData: Uint8Array): Uint8Array {
    const principal = this.#choose(["a", "b", "ANONYMOUS", "*"]);
    const data = { type: "User", name: principal, tokenAuthenticated: this.#prng.below(2) === 0 };
    const encoded = encode(defaultPrincipalData, 0, data);
    const requestPrincipal = new Uint8Array(2 + encoded.length);
    requestPrincipal.set(encoded, 2);
    const clientHostAddress = new Uint8Array(4).fill(7);
    return encodeRequest({
      api: "envelope",
      version: 0,
      correlationId: this.sent,
      clientId: "broker",
      body: { requestData, requestPrincipal, clientHostAddress },
    });
  }

  #connect(): void {
    this.#connectionId += 1;
    this.#isOpen = true;
    this.#owed = 0;
    this.#splitter = new FrameSplitter(64 * 1024 * 1024);
    this.#handle({ kind: "connected", connectionId: this.#connectionId });
  }

  #pass(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.#node.nextDeadlineMs() <= endMs) this.#tick();
    this.nowMs = endMs;
  }

  #tick(): void {
    this.nowMs = Math.max(this.nowMs, this.#node.nextDeadlineMs());
    this.#handle({ kind: "tick" });
  }

  #handle(event: Parameters<OpenNode["handle"]>[0][number]): void {
    const effects = this.sql.transactionSync(() => this.#node.handle([event], this.nowMs));
    for (const effect of effects) {
      if (effect.kind === "write" && effect.connectionId === this.#connectionId) {
        const { length } = this.#splitter.push(effect.bytes);
        this.answered += length;
        this.#owed -= length;
      }
      if (effect.kind === "close" && effect.connectionId === this.#connectionId) {
        this.closed += 1;
        this.#isOpen = false;
        this.#owed = 0;
      }
    }
  }

  #choose<T>(choices: readonly T[]): T {
    const chosen = choices[this.#prng.below(choices.length)];
    if (chosen === undefined) throw new Error("there is nothing to choose from");
    return chosen;
  }

  /** Leaves the fields that the version lacks at their defaults. */
  #plausible(fields: Fields, struct: object, version: number): object {
    const members = Object.entries(struct).map(([name, value]) => {
      const field = fields[name];
      const isThere = field !== undefined && holds(field.versions, version);
      return [name, isThere ? this.#plausibleField(name, field, value, version) : value];
    });
    const result = Object.fromEntries(members);
    if ("brokerId" in struct && "brokerEpoch" in struct) this.#identify(result);
    if ("incarnationId" in struct && "features" in struct) this.#qualify(result);
    return result;
  }

  #plausibleField(name: string, field: Field, value: unknown, version: number): unknown {
    const { element } = field;
    if (Array.isArray(value)) {
      if (OFTEN_EMPTY.has(name) && this.#prng.below(2) === 0) return [];
      return value.map((item) =>
        typeof element === "string"
          ? this.#plausibleScalar(name, item)
          : this.#plausible(element ?? {}, item, version),
      );
    }
    if (field.type === "struct" && value !== null) {
      return this.#plausible(field.fields ?? {}, value as object, version);
    }
    // A list that is null stays it.
    return field.type === "array" ? value : this.#plausibleScalar(name, value);
  }

  #plausibleScalar(name: string, value: unknown): unknown {
    const known = this.#known(name, value);
    const isText = value === null && typeof known === "string";
    return typeof known === typeof value || isText ? known : value;
  }

  /** As a broker that is registered. */
  #identify(struct: Record<string, unknown>): void {
    const brokerId = this.#choose(BROKERS);
    struct.brokerId = brokerId;
    struct.brokerEpoch = BigInt(this.view().broker(brokerId)?.epoch ?? -1);
    if ("currentMetadataOffset" in struct) struct.currentMetadataOffset = 1_000_000n;
  }

  /** As a broker that can be registered. */
  #qualify(struct: Record<string, unknown>): void {
    const brokerId = this.#choose(BROKERS);
    if ("brokerId" in struct) struct.brokerId = brokerId;
    if ("logDirs" in struct) struct.logDirs = DIRS[brokerId];
    if ("isMigratingZkBroker" in struct) struct.isMigratingZkBroker = false;
    const levels = [...this.view().features(), ["kraft.version", 1] as const];
    struct.features = levels.map(([name]) => ({
      name,
      minSupportedVersion: 0,
      maxSupportedVersion: 33,
    }));
  }

  /** A value that a field of this name could well have. */
  #known(name: string, value: unknown): unknown {
    if (this.#prng.below(12) === 0) return value;
    switch (name) {
      case "clusterId":
        return this.#document.clusterId;
      case "topic":
      case "topicNames":
        return this.#choose(TOPICS);
      case "name":
      case "resourceName":
      case "resourceNameFilter":
        return this.#choose([...TOPICS, ...CONFIGS, "0", "1", "", "kafka-cluster"]);
      case "topicId":
        return this.#topicId();
      case "id":
      case "logDirs":
      case "offlineLogDirs":
      case "cordonedLogDirs":
        return this.#choose(DIRS.flat());
      case "value":
        return typeof value === "number" ? this.#choose([0.5, 1, -1, 1e9]) : this.#choose(VALUES);
      case "resourceType":
      case "resourceTypeFilter":
        return this.#choose([2, 4, 16, 32, 2, 8, 3, 1]);
      case "configOperation":
        return this.#prng.below(4);
      case "replicas":
      case "brokerIds":
      case "newIsr":
        return this.#choose(BROKERS);
      default:
        return this.#knownNumber(name, value);
    }
  }

  #knownNumber(name: string, value: unknown): unknown {
    switch (name) {
      case "partitionIndex":
      case "partitionIndexes":
      case "partitions":
      case "partitionId":
        return this.#prng.below(3);
      case "numPartitions":
      case "count":
        return this.#choose([-1, 1, 2, 3, 130]);
      case "replicationFactor":
        return this.#choose([-1, 1, 2, 3]);
      case "leaderEpoch":
      case "partitionEpoch":
        return this.#prng.below(6);
      case "operation":
      case "permissionType":
      case "patternTypeFilter":
      case "resourcePatternType":
        return this.#choose([1, 2, 3, 4]);
      case "principal":
      case "principalFilter":
      case "owner":
        return this.#choose(PRINCIPALS);
      case "electionType":
        return this.#prng.below(2);
      case "wantFence":
      case "wantShutDown":
        return this.#prng.below(64) === 0;
      case "validateOnly":
        return this.#prng.below(4) === 0;
      case "timeoutMs":
        return 1000;
      default:
        return value;
    }
  }

  #topicId(): Uuid {
    const topics = this.view().topics("", 5);
    return topics.length === 0 ? "AAAAAAAAAAAAAAAAAAAAAA" : this.#choose(topics).topicId;
  }
}
