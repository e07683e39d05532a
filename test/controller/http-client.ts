/** Who uses the HTTP API, as controllers see them: an access token, and what the gateway passes on with it. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeUtf8 } from "../../src/base/byte-writer.ts";
import type { Uuid } from "../../src/base/uuid.ts";
import type {
  ApiReply,
  ApiRequest,
  Consistency,
  MetadataRead,
  Precondition,
  WriteApi,
} from "../../src/controller/api.ts";
import type { ReadResult } from "../../src/controller/read-result.ts";
import type { Sender, TokenChange } from "../../src/controller/sender.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import type { Creation } from "../state/acls.ts";
import { Cluster } from "./cluster.ts";
import { creation, heartbeat, registration } from "./requests.ts";
import { TOPIC } from "./right-row.ts";

const AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

export interface Secret {
  readonly tokenId: string;
  readonly secret: string;
}

export const ADMIN: Secret = { tokenId: "admin-token-", secret: "the first secret" };

export function hashOf(secret: string): Uint8Array {
  return sha256(encodeUtf8(secret));
}

/** A cluster that asks for access tokens and enforces ACLs; User:admin may do everything. */
export function guardedCluster({
  controllers = 1,
  properties = {},
}: {
  readonly controllers?: number;
  readonly properties?: Readonly<Record<string, string>>;
} = {}): Cluster {
  const cluster = new Cluster({
    seed: 7,
    controllers,
    metadataVersion: 33,
    properties: {
      "authorizer.class.name": AUTHORIZER,
      "super.users": "User:admin",
      ...properties,
    },
    accessToken: {
      tokenId: ADMIN.tokenId,
      principal: "User:admin",
      secretHash: bytesToHex(hashOf(ADMIN.secret)),
    },
  });
  cluster.format();
  return cluster;
}

/** Broker 101, so that topics can be created. */
export function joinBroker(cluster: Cluster, leader: number, brokerId = 101): void {
  const { brokerEpoch } = cluster.askAsPeer(
    leader,
    "brokerRegistration",
    registration(cluster, brokerId),
  );
  cluster.askAsPeer(leader, "brokerHeartbeat", heartbeat(brokerId, brokerEpoch));
}

/** A guarded cluster with one topic, its administrator, and alice, who has no right. */
export function clusterWithTopic() {
  const cluster = guardedCluster();
  const admin = new HttpClient(cluster);
  joinBroker(cluster, admin.target);
  const { topics } = cluster.askAsPeer(admin.target, "createTopics", creation(TOPIC));
  const topicId: Uuid = topics[0]?.topicId ?? "";
  return { cluster, admin, alice: admin.newClient("User:alice"), topicId };
}

export class HttpClient {
  readonly #cluster: Cluster;
  readonly #secret: Secret | null;
  /** The controller that is asked. */
  target: number;

  constructor(cluster: Cluster, secret: Secret | null = ADMIN, target = cluster.leader()) {
    this.#cluster = cluster;
    this.#secret = secret;
    this.target = target;
  }

  get sender(): Sender {
    const secret = this.#secret;
    return {
      requestId: "request-1",
      host: "10.0.0.1",
      credentials:
        secret === null ? null : { tokenId: secret.tokenId, secretHash: hashOf(secret.secret) },
    };
  }

  /** Creates a token of a principal; answers who uses it. */
  newClient(principal: string, lifetimeMs: number | null = null): HttpClient {
    const name = principal.slice("User:".length);
    const secret = { tokenId: `${name}-token-----`.slice(0, 12), secret: `secret of ${name}` };
    const reply = this.change({
      what: "create",
      tokenId: secret.tokenId,
      principal,
      secretHash: hashOf(secret.secret),
      description: "",
      lifetimeMs,
    });
    if (reply.kind !== "token-changed") throw new Error(JSON.stringify(reply));
    return new HttpClient(this.#cluster, secret, this.target);
  }

  ask(request: ApiRequest): ApiReply {
    return this.#cluster.api(this.target, request);
  }

  read(read: MetadataRead, consistency: Consistency = { kind: "committed" }): ApiReply {
    return this.ask({ kind: "read", sender: this.sender, read, consistency });
  }

  /** The result of a read that is answered. */
  result<W extends MetadataRead["what"]>(
    read: Extract<MetadataRead, { what: W }>,
  ): Extract<ReadResult, { what: W }> {
    const reply = this.read(read);
    if (reply.kind !== "result") throw new Error(JSON.stringify(reply));
    return reply.result as Extract<ReadResult, { what: W }>;
  }

  written<N extends WriteApi>(api: N, body: RequestInit<N>, precondition?: Precondition): ApiReply {
    return this.ask(this.writing(api, body, precondition));
  }

  writing<N extends WriteApi>(
    api: N,
    body: RequestInit<N>,
    precondition?: Precondition,
  ): ApiRequest {
    const rest = precondition === undefined ? {} : { precondition };
    return { kind: "write", sender: this.sender, api, body, ...rest };
  }

  change(change: TokenChange): ApiReply {
    return this.ask({ kind: "change-token", sender: this.sender, change });
  }

  allow(...creations: readonly Creation[]): void {
    const reply = this.written("createAcls", { creations: [...creations] });
    if (reply.kind !== "written") throw new Error(JSON.stringify(reply));
  }
}

/** What the reply is, and its error where it has one. */
export function verdict(reply: ApiReply): string {
  return reply.kind === "refused" ? reply.error : reply.kind;
}

/** A call of every kind, each of which is answered at once. */
export function requestsOf(client: HttpClient): ApiRequest[] {
  const { sender } = client;
  const log = { form: "raw", fromOffset: 0, maxRecords: 1, maxWaitMs: 0 } as const;
  return [
    client.writing("createTopics", creation("orders")),
    { kind: "change-token", sender, change: { what: "revoke", tokenId: ADMIN.tokenId } },
    { kind: "authenticate", sender, right: null },
    { kind: "read", sender, read: { what: "cluster" } },
    {
      kind: "read",
      sender,
      read: { what: "cluster" },
      consistency: { kind: "min-offset", offset: 0, anywhere: true },
    },
    { kind: "log", sender, ...log },
  ];
}
