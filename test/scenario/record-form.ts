/** Metadata records in a form that two equal runs share. */

import type { Json } from "../../src/protocol/json-form.ts";
import type { LoggedRecord } from "./metadata-log.ts";
import type { Symbols } from "./symbols.ts";

export interface RecordLine {
  /** What the record is about; records about one thing keep their order in any run. */
  readonly key: string;
  readonly text: string;
}

interface Fields {
  [field: string]: Json;
}

/** Topics whose replicas were drawn by lot have names that begin so. */
const BY_LOT = /^placed/;

/** Turns the records of one run into lines, in the order of the log. */
export class RecordForm {
  readonly #symbols: Symbols;
  readonly #topics = new Map<Json, string>();

  constructor(symbols: Symbols) {
    this.#symbols = symbols;
  }

  line({ type, version, data }: LoggedRecord): RecordLine {
    if (type === "topic") this.#topics.set(data.topicId ?? null, String(data.name));
    const topic = this.#topics.get(data.topicId ?? null) ?? "";
    const named = this.#named(type, BY_LOT.test(topic) ? withoutLot(data) : data);
    return { key: keyOf(type, named), text: `${type} v${version} ${JSON.stringify(named)}` };
  }

  #named(type: string, data: LoggedRecord["data"]): Fields {
    const named = this.#deep(data) as Fields;
    if ("brokerEpoch" in named) {
      named.brokerEpoch = this.#symbols.brokerEpoch(data.brokerId, data.brokerEpoch) as Json;
    }
    if (Array.isArray(named.features)) {
      // Java iterates a small map in an order that each process draws anew.
      named.features = (named.features as Fields[]).sort((a, b) =>
        String(a.name) < String(b.name) ? -1 : 1,
      );
    }
    switch (type) {
      case "registerController":
        named.controllerId = this.#symbols.controller(Number(data.controllerId));
        named.endPoints = this.#addresses(data.endPoints ?? null);
        return named;
      case "leaderChange":
        named.leaderId = this.#symbols.controller(Number(data.leaderId));
        named.grantingVoters = "<a majority>";
        return named;
      case "kraftVoters":
        named.voters = this.#voters(data.voters as unknown as Fields[]);
        return named;
      case "delegationToken":
        return { ...named, ...sinceIssue(data) };
      default:
        return named;
    }
  }

  #voters(voters: readonly Fields[]): Json {
    return voters
      .map((voter) => ({
        ...(this.#deep(voter) as Fields),
        voterId: this.#symbols.controller(Number(voter.voterId)),
        endpoints: this.#addresses(voter.endpoints ?? null),
      }))
      .sort((a, b) => (a.voterId < b.voterId ? -1 : 1));
  }

  #addresses(endpoints: Json): Json {
    // A name takes more than a number's place, hence the quotes.
    const quoted = JSON.stringify(endpoints).replace(/"port":(\d+)/g, '"port":"$1"');
    return JSON.parse(this.#symbols.inText(quoted)) as Json;
  }

  #deep(value: Json): Json {
    if (typeof value === "string") return this.#symbols.text(value);
    if (Array.isArray(value)) return value.map((each) => this.#deep(each));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.#deep(each)]),
    );
  }
}

function keyOf(type: string, data: Fields): string {
  if (data.topicId !== undefined) return `partition ${data.topicId} ${data.partitionId ?? ""}`;
  if (data.brokerId !== undefined) return `broker ${data.brokerId}`;
  if (data.controllerId !== undefined) return `controller ${data.controllerId}`;
  if (type === "config") return `config ${data.resourceType} ${data.resourceName} ${data.name}`;
  return `${type} ${data.id ?? ""}`;
}

/** Keeps how many replicas there are, and whether the leader is the first of them. */
function withoutLot(data: LoggedRecord["data"]): LoggedRecord["data"] {
  const replicas = data.replicas as number[] | undefined;
  if (replicas === undefined) return data;
  const isr = data.isr as number[];
  return {
    ...data,
    replicas: `${new Set(replicas).size} brokers`,
    isr: isr.join() === replicas.join() ? "all of them" : isr,
    leader: data.leader === replicas[0] ? "the first" : (data.leader ?? null),
    directories: `${(data.directories as string[]).length} directories`,
  };
}

/** How long a token lives, in whole minutes: it is renewed and ended moments after it was issued. */
function sinceIssue(data: LoggedRecord["data"]): Fields {
  const since = (timestamp: Json | undefined): string =>
    minutesAfterIssue(Number(data.issueTimestamp), Number(timestamp));
  return {
    issueTimestamp: "<issued>",
    maxTimestamp: since(data.maxTimestamp),
    expirationTimestamp: since(data.expirationTimestamp),
  };
}

export function minutesAfterIssue(issuedMs: number, thenMs: number): string {
  return `<issued> + ${Math.round((thenMs - issuedMs) / 60_000)} min`;
}
