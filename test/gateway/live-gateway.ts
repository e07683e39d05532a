/** The gateway over whole controllers in virtual time. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import {
  type Access,
  AUTHENTICATION_REQUIRED,
  isAuthenticationRequired,
} from "../../workers/gateway/access.ts";
import { createApp } from "../../workers/gateway/app.ts";
import type { ControllerDirectory } from "../../workers/gateway/controller-directory.ts";
import {
  isLogAsText,
  isReadAsText,
  lacksOffset,
  logToText,
  readsToText,
  readToText,
  repliesToText,
  TextReads,
  TextReplies,
  textToReplies,
} from "../../workers/read-text.ts";
import { Cluster } from "../controller/cluster.ts";
import { VirtualTimers } from "./virtual-timers.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON a test goes on to compare.
  readonly body: any;
}

export interface LiveOptions {
  readonly metadataVersion?: number;
  /** Of every controller, by Kafka's names. */
  readonly properties?: Readonly<Record<string, string>>;
  /** What creates the cluster where authentication is required. */
  readonly bootstrapToken?: string;
}

/** Without this whoever asks needs a token. */
const OPEN = { [AUTHENTICATION_REQUIRED]: "false" };
const REQUIRED = { [AUTHENTICATION_REQUIRED]: "true" };
export const BOOTSTRAP_TOKEN = "a bootstrap token that nobody guesses".replaceAll(" ", "-");

/** With this an Apache controller enforces ACLs, and lets everybody in whom none keeps out. */
export const WITH_AUTHORIZER = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
} as const;

/** With this there are delegation tokens. */
export const WITH_DELEGATION_TOKENS = { "delegation.token.secret.key": "a secret of the cluster" };

export class LiveGateway implements ControllerDirectory {
  readonly cluster: Cluster;
  /** What was logged, parsed. */
  readonly lines: Record<string, unknown>[] = [];
  readonly #app: ReturnType<typeof createApp>;
  readonly #dead = new Set<number>();
  readonly #replies = new TextReplies();
  /** What every request shows that shows nothing else. */
  token: string | null = null;
  /** The id of the last token that was made here. */
  tokenId = "";
  /** The id of the last delegation token that was made here. */
  delegationTokenId = "";
  /** What controllers were asked, oldest first. */
  readonly requests: ApiRequest[] = [];
  /** Does to a call what it wants, instead of or around the call itself. */
  intercept: ((call: () => ApiReply, request: ApiRequest, id: number) => ApiReply) | null = null;

  constructor(seed = 11, { properties, bootstrapToken, ...options }: LiveOptions = {}) {
    const all = { ...OPEN, ...properties };
    this.cluster = new Cluster({ seed, ...options, properties: all });
    const access: Access = {
      isRequired: isAuthenticationRequired(all),
      bootstrapToken: bootstrapToken ?? null,
      sharedLimit: null,
      addressHeader: "CF-Connecting-IP",
    };
    const timers = new VirtualTimers(this.cluster.nowMs, (elapsedMs) =>
      this.cluster.run(elapsedMs),
    );
    const writeLine = (line: string): void => {
      this.lines.push(JSON.parse(line) as Record<string, unknown>);
    };
    this.#app = createApp(() => this, { timers, writeLine, accessOf: () => access });
  }

  /** A gateway that requires authentication, with the token of whoever created its cluster. */
  static async secured(seed?: number, options: LiveOptions = {}): Promise<LiveGateway> {
    const properties = { ...REQUIRED, ...options.properties };
    const gateway = new LiveGateway(seed, {
      bootstrapToken: BOOTSTRAP_TOKEN,
      ...options,
      properties,
    });
    const { clusterId: cluster_id, controllers, metadataVersion } = gateway.cluster.document;
    const response = await gateway.raw("/kafka/v3/clusters", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
      body: JSON.stringify({
        cluster_id,
        metadata_version: metadataVersion,
        controllers: controllers.map(({ id, host, port }) => ({ id, host, port })),
      }),
    });
    const { access_token } = (await response.json()) as { access_token?: string };
    if (access_token === undefined) throw new Error(`create: ${response.status}`);
    gateway.token = access_token;
    gateway.cluster.leader();
    return gateway;
  }

  /** A gateway whose cluster is formatted and led. */
  static formatted(seed?: number, options?: LiveOptions): LiveGateway {
    const gateway = new LiveGateway(seed, options);
    gateway.cluster.format();
    return gateway;
  }

  ids(): readonly number[] {
    return this.cluster.ids;
  }

  async call(id: number, request: ApiRequest): Promise<ApiReply> {
    this.requests.push(request);
    const call = (): ApiReply => {
      if (this.#dead.has(id)) throw new Error("Network connection lost.");
      if (isReadAsText(request)) {
        const reads = new TextReads().reads(readsToText([readToText(request)]));
        const replies = repliesToText(reads.map((read) => this.cluster.api(id, read)));
        const reply = this.#replies.reply(textToReplies(replies)[0] ?? "");
        if (!lacksOffset(reply, request)) return reply;
      } else if (isLogAsText(request)) {
        const reads = new TextReads().reads(readsToText([logToText(request).line]));
        const replies = repliesToText(reads.map((read) => this.cluster.api(id, read)));
        return this.#replies.reply(textToReplies(replies)[0] ?? "");
      }
      return structuredClone(this.cluster.api(id, structuredClone(request)));
    };
    return this.intercept === null ? call() : this.intercept(call, request, id);
  }

  kill(id: number): void {
    this.#dead.add(id);
    this.cluster.kill(id);
  }

  /** Starts a controller again on what its database holds. */
  revive(id: number): void {
    this.#dead.delete(id);
    this.cluster.start(id);
  }

  get clusterPath(): string {
    return `/kafka/v3/clusters/${this.cluster.document.clusterId}`;
  }

  /** Any request, as it is. */
  raw(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.token !== null && !headers.has("Authorization")) {
      headers.set("Authorization", `Bearer ${this.token}`);
    }
    return Promise.resolve(this.#app.request(path, { ...init, headers }));
  }

  /** A request below the cluster, its answer read when it is JSON. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const init: RequestInit = { method, headers: { ...headers } };
    if (body !== undefined) {
      init.headers = { "Content-Type": "application/json", ...headers };
      init.body = JSON.stringify(body);
    }
    const response = await this.raw(`${this.clusterPath}${path}`, init);
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
    const json: unknown = isJson ? await response.json() : null;
    return { status: response.status, headers: response.headers, body: json };
  }

  /** Makes an access token and returns its text; examples that name a token name the last one. */
  async makeToken(principal: string): Promise<string> {
    const { status, body } = await this.ask("POST", "/access-tokens", { principal });
    if (status !== 201) throw new Error(`access token: ${status} ${JSON.stringify(body)}`);
    this.tokenId = body.token_id;
    return body.access_token;
  }

  /** Makes a delegation token of whoever asks, or of another owner; examples that name one name the last one. */
  async makeDelegationToken(body: object = {}): Promise<Answer["body"]> {
    const answer = await this.ask("POST", "/delegation-tokens", body);
    if (answer.status !== 201) throw new Error(`delegation token: ${JSON.stringify(answer.body)}`);
    this.delegationTokenId = answer.body.token_id;
    return answer.body;
  }

  get(path: string): Promise<Answer> {
    return this.ask("GET", path);
  }

  /** Registers and unfences brokers; returns their epochs. */
  async join(...brokerIds: number[]): Promise<number[]> {
    const epochs: number[] = [];
    for (const broker_id of brokerIds) {
      const listeners = [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }];
      const { body } = await this.ask("POST", "/brokers", { broker_id, listeners });
      const { broker_epoch } = body;
      await this.ask("POST", `/brokers/${broker_id}/heartbeats`, {
        broker_epoch,
        current_metadata_offset: broker_epoch,
      });
      epochs.push(broker_epoch);
    }
    return epochs;
  }
}
