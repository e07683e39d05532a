/**
 * A client of the HTTP metadata API (docs/client.md), for browsers and Node 20 or newer. It has no dependencies; what it
 * takes from its surroundings is fetch, timers and random numbers.
 */

import { AccessTokensArea } from "./areas/access-tokens.ts";
import { AclsArea } from "./areas/acls.ts";
import { BrokerConfigsArea, ClusterConfigsArea } from "./areas/broker-configs.ts";
import { BrokersArea } from "./areas/brokers.ts";
import { ClusterArea } from "./areas/cluster.ts";
import { DelegationTokensArea } from "./areas/delegation-tokens.ts";
import { GatewayArea } from "./areas/gateway.ts";
import { ClientMetricsConfigsArea, GroupConfigsArea } from "./areas/group-configs.ts";
import { LogArea } from "./areas/log.ts";
import { PartitionsArea } from "./areas/partitions.ts";
import { ControllersArea, FeaturesArea, QuorumArea } from "./areas/quorum.ts";
import { QuotasArea } from "./areas/quotas.ts";
import { ElectionsArea, ReassignmentsArea } from "./areas/reassignments.ts";
import { ScramUsersArea } from "./areas/scram-users.ts";
import { TopicConfigsArea } from "./areas/topic-configs.ts";
import { TopicsArea } from "./areas/topics.ts";
import { Calls } from "./calls.ts";
import type { Answer } from "./http/answer.ts";
import type { CallOptions } from "./http/call-options.ts";
import { type Fetch, Transport } from "./http/transport.ts";
import type { KafkaCaller } from "./types/security.ts";

export interface QuorateClientOptions {
  /** The base URL of a gateway, http or https. */
  readonly url: string;
  /** An access token; absent where none is needed. */
  readonly token?: string | undefined;
  /** Looked up when absent. */
  readonly clusterId?: string | undefined;
  /** Whether reads of what has a history are answered by any controller that has the changes made with this client. */
  readonly readYourWrites?: boolean | undefined;
  /** For all tries of a call together: 30 s unless told otherwise. */
  readonly timeoutMs?: number | undefined;
  /** For one try of what may be tried again: 10 s unless told otherwise. */
  readonly tryTimeoutMs?: number | undefined;
  /** At most so many tries of a call, streams apart: 10 unless told otherwise, 1 for no retries. */
  readonly maxTries?: number | undefined;
  /** Instead of the one that there is. */
  readonly fetch?: Fetch | undefined;
}

const TIMEOUT_MS = 30_000;
const TRY_TIMEOUT_MS = 10_000;
const MAX_TRIES = 10;

export class QuorateClient {
  readonly cluster: ClusterArea;
  readonly gateway: GatewayArea;
  readonly quorum: QuorumArea;
  readonly controllers: ControllersArea;
  readonly features: FeaturesArea;
  readonly log: LogArea;
  readonly brokers: BrokersArea;
  readonly topics: TopicsArea;
  readonly partitions: PartitionsArea;
  readonly reassignments: ReassignmentsArea;
  readonly elections: ElectionsArea;
  readonly topicConfigs: TopicConfigsArea;
  readonly brokerConfigs: BrokerConfigsArea;
  readonly clusterConfigs: ClusterConfigsArea;
  readonly groupConfigs: GroupConfigsArea;
  readonly clientMetricsConfigs: ClientMetricsConfigsArea;
  readonly accessTokens: AccessTokensArea;
  readonly delegationTokens: DelegationTokensArea;
  readonly acls: AclsArea;
  readonly scramUsers: ScramUsersArea;
  readonly quotas: QuotasArea;
  readonly #calls: Calls;

  constructor(options: QuorateClientOptions) {
    const transport = new Transport({
      baseUrl: baseUrlOf(options.url),
      token: options.token ?? null,
      // A browser's fetch must not be called as the method of another object.
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      tryTimeoutMs: options.tryTimeoutMs ?? TRY_TIMEOUT_MS,
      maxTries: options.maxTries ?? MAX_TRIES,
    });
    const calls = new Calls(transport, {
      clusterId: options.clusterId ?? null,
      token: options.token ?? null,
      readsOwnWrites: options.readYourWrites ?? false,
    });
    this.#calls = calls;
    this.cluster = new ClusterArea(calls);
    this.gateway = new GatewayArea(calls);
    this.quorum = new QuorumArea(calls);
    this.controllers = new ControllersArea(calls);
    this.features = new FeaturesArea(calls);
    this.log = new LogArea(calls);
    this.brokers = new BrokersArea(calls);
    this.topics = new TopicsArea(calls);
    this.partitions = new PartitionsArea(calls);
    this.reassignments = new ReassignmentsArea(calls);
    this.elections = new ElectionsArea(calls);
    this.topicConfigs = new TopicConfigsArea(calls);
    this.brokerConfigs = new BrokerConfigsArea(calls);
    this.clusterConfigs = new ClusterConfigsArea(calls);
    this.groupConfigs = new GroupConfigsArea(calls);
    this.clientMetricsConfigs = new ClientMetricsConfigsArea(calls);
    this.accessTokens = new AccessTokensArea(calls);
    this.delegationTokens = new DelegationTokensArea(calls);
    this.acls = new AclsArea(calls);
    this.scramUsers = new ScramUsersArea(calls);
    this.quotas = new QuotasArea(calls);
  }

  /** Whom the token lets in. */
  caller(options: CallOptions = {}): Promise<Answer<KafkaCaller>> {
    return this.#calls.call("getCaller", {}, options);
  }
}

function baseUrlOf(text: string): string {
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`Cannot use the URL ${text}: it must begin with http:// or https://.`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
