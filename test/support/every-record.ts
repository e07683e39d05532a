/** Has a quorum write each type of metadata record that its APIs can write, and tells what the quorum chose meanwhile. */

import type { ApiName, RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { BROKER_FEATURES } from "./broker-features.ts";
import type { KafkaClient } from "./kafka-client.ts";

/** Properties of controllers on which all of it works. */
export const EVERY_RECORD_PROPERTIES: Readonly<Record<string, string>> = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
  // Brokers heartbeat here only when they have something to say.
  "broker.session.timeout.ms": "600000",
  "delegation.token.secret.key": "what signs tokens",
};

/** What the quorum chose. */
export interface Chosen {
  /** Of the topic "kept". */
  readonly keptId: string;
  /** Of the topic "gone". */
  readonly goneId: string;
  readonly brokerEpochs: ReadonlyMap<number, number>;
  /** Of the token that is left. */
  readonly token: ResponseOf<"createDelegationToken">;
  readonly expiredTokenId: string;
}

const TOPIC = 2;
const BROKER = 4;
const SCRAM_SHA_256 = 1;
const PASSWORD = {
  mechanism: SCRAM_SHA_256,
  iterations: 4096,
  salt: Uint8Array.from([1, 2, 3]),
  saltedPassword: new Uint8Array(32),
};
const NO_TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAA";

/** The directories of a broker, and as the third its incarnation. */
export function idOf(brokerId: number, n: 1 | 2 | 3): string {
  return Buffer.alloc(16, 10 * brokerId + n).toString("base64url");
}

/** `client` is a connection to the active controller. Throws when something is not accepted. */
export async function writeEveryRecord(client: KafkaClient, clusterId: string): Promise<Chosen> {
  const quorum = new Requests(client);
  const brokerEpochs = new Map<number, number>();
  for (const brokerId of [11, 12, 13]) {
    brokerEpochs.set(brokerId, Number(await quorum.register(brokerId, clusterId)));
  }
  const epochOf = (brokerId: number): bigint => BigInt(brokerEpochs.get(brokerId) ?? -1);
  const topics = await useTopics(quorum, epochOf(11));
  const tokens = await useClients(quorum);
  await useBrokers(quorum, epochOf);
  return { ...topics, ...tokens, brokerEpochs };
}

class Requests {
  readonly #client: KafkaClient;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /** Asks, and throws when any error code in the answer is not 0. */
  async ask<N extends ApiName>(api: N, body: RequestInit<N>): Promise<ResponseOf<N>> {
    return accepted(api, await this.#client.call(api, body));
  }

  /** Asks as a broker passes on what User:alice asks. */
  async askAsAlice<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    version: number,
  ): Promise<ResponseOf<N>> {
    const principal = encode(defaultPrincipalData, 0, { type: "User", name: "alice" });
    const { responseData } = await this.ask("envelope", {
      requestData: encodeRequest({ api, version, correlationId: 1, clientId: "admin", body }),
      requestPrincipal: Uint8Array.from([0, 0, ...principal]),
      clientHostAddress: Uint8Array.from([127, 0, 0, 1]),
    });
    return accepted(api, decodeResponse(api, version, responseData ?? new Uint8Array(0)).body);
  }

  /** Registers and unfences a broker; returns its epoch. */
  async register(brokerId: number, clusterId: string): Promise<bigint> {
    const { brokerEpoch } = await this.ask("brokerRegistration", {
      brokerId,
      clusterId,
      incarnationId: idOf(brokerId, 3),
      listeners: [
        { name: "PLAINTEXT", host: "127.0.0.1", port: 9000 + brokerId, securityProtocol: 0 },
      ],
      features: BROKER_FEATURES,
      rack: `rack-${brokerId}`,
      logDirs: [idOf(brokerId, 1), idOf(brokerId, 2)],
      previousBrokerEpoch: -1n,
    });
    await this.heartbeat(brokerId, brokerEpoch);
    return brokerEpoch;
  }

  async heartbeat(
    brokerId: number,
    brokerEpoch: bigint,
    what: Partial<RequestInit<"brokerHeartbeat">> = {},
  ): Promise<void> {
    await this.ask("brokerHeartbeat", {
      brokerId,
      brokerEpoch,
      currentMetadataOffset: BigInt(Number.MAX_SAFE_INTEGER),
      wantFence: false,
      wantShutDown: false,
      ...what,
    });
  }

  async setConfig(
    resourceType: number,
    resourceName: string,
    name: string,
    value: string | null,
  ): Promise<void> {
    const configs = [{ name, configOperation: value === null ? 1 : 0, value }];
    await this.ask("incrementalAlterConfigs", {
      resources: [{ resourceType, resourceName, configs }],
    });
  }
}

function accepted<T>(api: ApiName, answer: T): T {
  const text = JSON.stringify(answer, (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  if (/"errorCode":-?[1-9]/.test(text)) throw new Error(`${api}: ${text}`);
  return answer;
}

async function useTopics(
  quorum: Requests,
  epochOfLeader: bigint,
): Promise<{ keptId: string; goneId: string }> {
  const created = await quorum.ask("createTopics", {
    topics: [
      {
        name: "kept",
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [
          { partitionIndex: 0, brokerIds: [11, 12] },
          { partitionIndex: 1, brokerIds: [13, 11] },
        ],
        configs: [{ name: "min.insync.replicas", value: "2" }],
      },
    ],
    timeoutMs: 5000,
  });
  const keptId = created.topics[0]?.topicId ?? "";
  const gone = await quorum.ask("createTopics", {
    topics: [{ name: "gone", numPartitions: 1, replicationFactor: 1 }],
    timeoutMs: 5000,
  });
  const leader = { brokerId: 11, brokerEpoch: epochOfLeader };
  const partition = { partitionIndex: 0, leaderEpoch: 0, partitionEpoch: 0 };
  await quorum.ask("alterPartition", {
    ...leader,
    topics: [{ topicId: keptId, partitions: [{ ...partition, newIsrWithEpochs: [leader] }] }],
  });
  await quorum.setConfig(TOPIC, "kept", "retention.ms", "1000");
  await quorum.setConfig(TOPIC, "kept", "retention.ms", null);
  await quorum.setConfig(TOPIC, "kept", "min.insync.replicas", "1");
  await quorum.ask("deleteTopics", {
    topics: [{ name: "gone", topicId: NO_TOPIC_ID }],
    timeoutMs: 5000,
  });
  return { keptId, goneId: gone.topics[0]?.topicId ?? "" };
}

async function useClients(quorum: Requests): Promise<Pick<Chosen, "token" | "expiredTokenId">> {
  const entity = [{ entityType: "user", entityName: "alice" }];
  const quota = { key: "request_percentage", value: 12.5 };
  await quorum.ask("alterClientQuotas", { entries: [{ entity, ops: [quota] }] });
  const acl = { resourceType: TOPIC, principal: "User:alice", host: "*", permissionType: 3 };
  for (const resourceName of ["kept", "gone"]) {
    await quorum.ask("createAcls", { creations: [{ ...acl, resourceName, operation: 3 }] });
  }
  const filter = { resourceTypeFilter: TOPIC, resourceNameFilter: "gone" };
  const anybody = { principalFilter: null, hostFilter: null, operation: 1, permissionType: 1 };
  await quorum.ask("deleteAcls", { filters: [{ ...filter, ...anybody }] });
  for (const name of ["alice", "bob"]) {
    await quorum.ask("alterUserScramCredentials", { upsertions: [{ name, ...PASSWORD }] });
  }
  await quorum.ask("alterUserScramCredentials", {
    deletions: [{ name: "bob", mechanism: SCRAM_SHA_256 }],
  });
  const renewers = [{ principalType: "User", principalName: "bob" }];
  const wanted = { renewers, maxLifetimeMs: -1n };
  const token = await quorum.askAsAlice("createDelegationToken", wanted, 2);
  const expired = await quorum.askAsAlice("createDelegationToken", wanted, 2);
  const expiry = { hmac: expired.hmac, expiryTimePeriodMs: -1n };
  await quorum.askAsAlice("expireDelegationToken", expiry, 2);
  return { token, expiredTokenId: expired.tokenId };
}

async function useBrokers(quorum: Requests, epochOf: (id: number) => bigint): Promise<void> {
  await quorum.ask("allocateProducerIds", { brokerId: 11, brokerEpoch: epochOf(11) });
  await quorum.setConfig(BROKER, "", "log.retention.ms", "1000");
  await quorum.heartbeat(13, epochOf(13), { cordonedLogDirs: [idOf(13, 2)] });
  await quorum.heartbeat(13, epochOf(13), {
    cordonedLogDirs: [idOf(13, 2)],
    offlineLogDirs: [idOf(13, 2)],
  });
  await quorum.heartbeat(13, epochOf(13), { wantShutDown: true });
  await quorum.ask("unregisterBroker", { brokerId: 13 });
  await quorum.ask("updateFeatures", {
    featureUpdates: [
      { feature: "kraft.version", maxVersionLevel: 1 },
      { feature: "share.version", maxVersionLevel: 0, upgradeType: 2 },
    ],
  });
}
