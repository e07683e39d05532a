/**
 * Names for what is random in a run: ids, epochs, secrets, which controller led. Each gets a name from what it
 * belongs to and from the order in which it appeared, so that two runs that did the same carry the same names.
 */

import type { LoggedRecord } from "./metadata-log.ts";

/** What a run's names are made from. */
export interface RunFacts {
  readonly clusterId: string;
  /** `host:port` of controllers 1, 2, 3. */
  readonly addresses: readonly string[];
  /** Where the run kept its files. */
  readonly folder: string;
  readonly records: readonly LoggedRecord[];
}

export class Symbols {
  /** Names of strings that occur nowhere else: ids and secrets. */
  readonly #texts = new Map<string, string>();
  /** Names of broker epochs, by broker and number. */
  readonly #epochs = new Map<string, string>();
  /** Controllers in the order in which they led; those that never did come last. */
  readonly controllerOrder: readonly number[];
  readonly #counts = new Map<string, number>();
  readonly #facts: RunFacts;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    const led = facts.records.filter(({ type }) => type === "leaderChange");
    const leaders = led.map(({ data }) => Number(data.leaderId));
    this.controllerOrder = [
      ...new Set([...leaders, ...facts.addresses.map((_, index) => index + 1)]),
    ];
    this.#texts.set(facts.clusterId, "<cluster>");
    for (const record of facts.records) this.#learn(record);
  }

  /** The controller's name; what is no controller's id keeps its number. */
  controller(id: number): string {
    const index = this.controllerOrder.indexOf(id);
    return index === -1 ? String(id) : `<controller ${"ABC"[index]}>`;
  }

  /** The name of an id or a secret, or the text itself. */
  text(text: string): string {
    return this.#texts.get(text) ?? text;
  }

  brokerEpoch(brokerId: unknown, epoch: unknown): unknown {
    return this.#epochs.get(`${brokerId} ${epoch}`) ?? epoch;
  }

  /** Replaces every id, secret, address and path in what a tool printed. */
  inText(text: string): string {
    let named = text.replaceAll(this.#facts.folder, "<folder>");
    named = named.replaceAll(this.#facts.addresses.join(","), "<controllers>");
    this.#facts.addresses.forEach((address, index) => {
      const port = address.split(":")[1] ?? "";
      const name = this.controller(index + 1);
      named = named.replaceAll(address, `<address of ${name}>`);
      named = named.replace(new RegExp(`\\b${port}\\b`, "g"), `<port of ${name}>`);
    });
    for (const [id, name] of this.#texts) named = named.replaceAll(id, name);
    return named;
  }

  /** The path and the text of a leaf of the shell's tree, where epochs and ids of controllers stand by themselves. */
  inTree(path: string, text: string): string {
    const [, kind, id = ""] = /^cluster\/(broker|controller)s\/(\d+)$/.exec(path) ?? [];
    if (kind === "broker") {
      const epoch = (digits: string): string => String(this.brokerEpoch(id, digits));
      return `${path} = ${text.replace(/\bepoch=(\d+)/, (_, digits) => `epoch=${epoch(digits)}`)}`;
    }
    if (kind === "controller") {
      const name = this.controller(Number(id));
      return `cluster/controllers/${name} = ${text.replace(`(id=${id},`, `(id=${name},`)}`;
    }
    return `${path} = ${text}`;
  }

  #learn({ type, data }: LoggedRecord): void {
    switch (type) {
      case "kraftVoters":
        for (const voter of data.voters as { voterId: number; voterDirectoryId: string }[]) {
          this.#texts.set(
            voter.voterDirectoryId,
            `<directory of ${this.controller(voter.voterId)}>`,
          );
        }
        return;
      case "registerController":
        this.#name(
          data.incarnationId,
          `incarnation of ${this.controller(Number(data.controllerId))}`,
        );
        return;
      case "registerBroker": {
        const broker = `broker ${data.brokerId}`;
        this.#name(data.incarnationId, `incarnation of ${broker}`);
        for (const id of data.logDirs as string[]) this.#name(id, `directory of ${broker}`);
        const key = `${data.brokerId} ${data.brokerEpoch}`;
        this.#epochs.set(key, `<epoch ${this.#next(`epoch of ${broker}`)} of ${broker}>`);
        return;
      }
      case "topic":
        this.#name(data.topicId, `id of topic ${data.name}`);
        return;
      case "accessControlEntry": {
        const { principal, host, operation, permissionType } = data;
        const pattern = `${data.resourceType} ${data.patternType} ${data.resourceName}`;
        this.#name(
          data.id,
          `acl ${principal} ${host} ${operation} ${permissionType} on ${pattern}`,
        );
        return;
      }
      case "userScramCredential":
        for (const secret of ["salt", "storedKey", "serverKey"]) this.#name(data[secret], secret);
        return;
      case "delegationToken":
        this.#name(data.tokenId, "token");
    }
  }

  /** `<thing>` for the first of its kind, `<thing 2>` for the second. */
  #name(id: unknown, thing: string): void {
    if (typeof id !== "string" || this.#texts.has(id)) return;
    const count = this.#next(thing);
    this.#texts.set(id, count === 1 ? `<${thing}>` : `<${thing} ${count}>`);
  }

  #next(thing: string): number {
    const count = (this.#counts.get(thing) ?? 0) + 1;
    this.#counts.set(thing, count);
    return count;
  }
}
