/** What one client can ask for: each request becomes an entry of every record that a checker reads. */

import { outcomeOf } from "../kill/gateway-caller.ts";
import { type History, isAcknowledgedWrite, type Outcome } from "../kill/history.ts";
import type { ConfigOperation, ConfigOutput, ConfigValues } from "../linear/config-model.ts";
import { configsInWords } from "../linear/config-model.ts";
import type { TopicInput } from "../linear/topic-model.ts";
import type { Change } from "./changes.ts";
import { type Answer, type Exchange, mayStillCome, type Request } from "./exchanges.ts";
import type { HttpClient } from "./http-client.ts";

/** The configs that serve as registers. */
export const REGISTERS = ["retention.ms", "flush.ms"] as const;
export type Register = (typeof REGISTERS)[number];

const DYNAMIC = "DYNAMIC_TOPIC_CONFIG";

/** What all clients of a run write down. */
export class Notes {
  readonly topics: History;
  readonly configs: ConfigOperation[] = [];
  readonly changes: Change[] = [];
  /** Answers that should not exist. */
  readonly unexpected: string[] = [];
  /** What configs looked like, by their ETag: equal ones have equal ETags. */
  readonly valuesByEtag = new Map<string, ConfigValues>();
  readonly #etagByValues = new Map<string, string>();
  #values = 0;
  #keys = 0;

  constructor(topics: History) {
    this.topics = topics;
  }

  /** A value that no config was set to before. */
  newValue(): string {
    this.#values += 1;
    return String(1_000_000 + this.#values);
  }

  newKey(client: number): string {
    this.#keys += 1;
    return `client-${client}-${this.#keys}`;
  }

  seeEtag(topic: string, etag: string, values: ConfigValues): void {
    const words = `${topic} ${configsInWords(values)}`;
    const other = this.#etagByValues.get(words);
    if (other !== undefined && other !== etag) {
      this.unexpected.push(`${words} has the ETags ${other} and ${etag}`);
    }
    this.#etagByValues.set(words, etag);
    this.valuesByEtag.set(`${topic} ${etag}`, values);
  }
}

export interface ReadConfigs {
  readonly values: ConfigValues;
  readonly etag: string;
}

export class Tasks {
  readonly client: HttpClient;
  readonly #notes: Notes;

  constructor(client: HttpClient, notes: Notes) {
    this.client = client;
    this.#notes = notes;
  }

  newValue(): string {
    return this.#notes.newValue();
  }

  /** Does one operation on a topic; a keyed change is repeated until there is an answer. */
  async topic(input: TopicInput, isKeyed: boolean): Promise<Outcome> {
    const key = isKeyed && input.kind !== "describe" ? this.#key() : null;
    const exchange = await this.client.send({ ...topicRequest(input), key });
    const { attempts, invokedAt, endedAt } = exchange;
    const outcome = topicOutcome(input, exchange);
    const controllerId = attempts.at(-1)?.controllerId ?? -1;
    const call = { client: this.client.number, transport: "http", controllerId, input } as const;
    this.#notes.topics.record(call, outcome, invokedAt, endedAt);
    if (input.kind === "describe") return outcome;
    const output = outcome.kind === "answered" ? outcome.output : null;
    const topicId = output?.kind === "created" ? output.topicId : null;
    this.#notes.changes.push({
      kind: input.kind,
      topic: input.name,
      key,
      outcome: toldOf(outcome),
      topicId,
    });
    return outcome;
  }

  /** Reads the registers of a topic that is there; null when nobody answered. */
  async readConfigs(topic: string): Promise<ReadConfigs | null> {
    const path = `/topics/${topic}/configs`;
    const exchange = await this.client.send({ method: "GET", path, key: null });
    const { answer } = exchange;
    if (answer === null) return null;
    const etag = answer.headers.get("etag");
    if (answer.status !== 200 || etag === null) return this.#unexpected(exchange);
    const values = valuesOf(answer);
    this.#notes.seeEtag(topic, etag, values);
    this.#note({ kind: "read", topic }, { kind: "values", values }, exchange);
    return { values, etag };
  }

  /** Sets and resets registers, when `seen` is given only while they are as it says. */
  async alter(
    topic: string,
    changes: ConfigValues,
    seen: ReadConfigs | null,
    isKeyed: boolean,
  ): Promise<ConfigOutput | null> {
    const key = isKeyed ? this.#key() : null;
    const condition = seen === null ? {} : { ifMatch: seen.etag };
    const exchange = await this.client.send({ ...alterRequest(topic, changes), ...condition, key });
    const input = { kind: "alter", topic, changes, expected: seen?.values ?? null } as const;
    const output = this.#alterOutput(topic, exchange);
    this.#note(input, output, exchange);
    const outcome = output === null ? "unknown" : output.kind === "altered" ? "done" : "refused";
    this.#notes.changes.push({ kind: "alter", topic, key, outcome, values: changes });
    return output;
  }

  /** Notes that something which cannot fail did fail. */
  complain(what: string): void {
    this.#notes.unexpected.push(what);
  }

  #key(): string {
    return this.#notes.newKey(this.client.number);
  }

  #alterOutput(topic: string, exchange: Exchange): ConfigOutput | null {
    const { answer } = exchange;
    if (answer === null) return null;
    if (answer.status === 204) return { kind: "altered" };
    const etag = answer.headers.get("etag");
    if (answer.status !== 412 || etag === null) return this.#unexpected(exchange);
    if (mayStillCome(exchange)) return null;
    return { kind: "stale", values: this.#notes.valuesByEtag.get(`${topic} ${etag}`) ?? null };
  }

  #note(input: ConfigOperation["input"], output: ConfigOutput | null, exchange: Exchange): void {
    const { client, invokedAt, endedAt } = exchange;
    const returnedAt = output === null ? Number.POSITIVE_INFINITY : endedAt;
    this.#notes.configs.push({ client, input, output, invokedAt, returnedAt });
  }

  #unexpected({ request, answer }: Exchange): null {
    const { method, path } = request;
    const answered = `${answer?.status} ${JSON.stringify(answer?.body)}`;
    this.complain(`${method} ${path} was answered with ${answered}`);
    return null;
  }
}

function topicRequest(input: TopicInput): Omit<Request, "key"> {
  const path = `/topics/${input.name}`;
  switch (input.kind) {
    case "create": {
      const counts = { partitions_count: input.partitions, replication_factor: 3 };
      return { method: "POST", path: "/topics", body: { topic_name: input.name, ...counts } };
    }
    case "delete":
      return { method: "DELETE", path };
    case "grow":
      return { method: "PATCH", path, body: { partitions_count: input.count } };
    case "describe":
      return { method: "GET", path };
  }
}

function topicOutcome(input: TopicInput, exchange: Exchange): Outcome {
  const { answer, attempts } = exchange;
  if (answer === null) return { kind: "unknown", reason: attempts.at(-1)?.end.kind ?? "" };
  const outcome = outcomeOf(input, answer, answer.body);
  const isDone = outcome.kind === "answered" && isAcknowledgedWrite(outcome.output);
  if (outcome.kind !== "answered" || isDone || !mayStillCome(exchange)) return outcome;
  return { kind: "unknown", reason: "an earlier try was not answered" };
}

function toldOf(outcome: Outcome): Change["outcome"] {
  if (outcome.kind !== "answered") return "unknown";
  return isAcknowledgedWrite(outcome.output) ? "done" : "refused";
}

function alterRequest(topic: string, changes: ConfigValues): Omit<Request, "key"> {
  const path = `/topics/${topic}/configs`;
  const entries = Object.entries(changes);
  const [[name, value] = ["", null]] = entries;
  if (entries.length === 1) {
    if (value === null) return { method: "DELETE", path: `${path}/${name}` };
    return { method: "PUT", path: `${path}/${name}`, body: { value } };
  }
  const data = entries.map(([of, to]) =>
    to === null ? { name: of, operation: "DELETE" } : { name: of, value: to },
  );
  return { method: "POST", path: `${path}:alter`, body: { data } };
}

interface ConfigBody {
  readonly name: string;
  readonly value: string | null;
  readonly source: string;
}

function valuesOf({ body }: Answer): ConfigValues {
  const { data } = body as { readonly data: readonly ConfigBody[] };
  const isRegister = (name: string): boolean => REGISTERS.some((register) => register === name);
  return Object.fromEntries(
    data
      .filter(({ name, source }) => isRegister(name) && source === DYNAMIC)
      .map(({ name, value }) => [name, value]),
  );
}
