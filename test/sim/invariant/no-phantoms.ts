/** Every topic in the log was asked for, with so many partitions, and no attempt was carried out twice. */

import { type CommittedEntry, type Invariant, InvariantBroken } from "../observation.ts";

/** The config of a topic that carries the serial of the attempt that created it. */
export const SERIAL_CONFIG = "retention.ms";

export class NoPhantoms implements Invariant {
  readonly name = "no-phantoms";
  readonly #partitions = new Map<string, number>();
  readonly #applied = new Set<string>();

  onAttempt(serial: number, partitions: number): void {
    this.#partitions.set(String(serial), partitions);
  }

  onCommitted({ baseOffset, records }: CommittedEntry): void {
    const serials = new Map<string, string>();
    for (const record of records) {
      if (record.type !== "config" || record.data.name !== SERIAL_CONFIG) continue;
      serials.set(record.data.resourceName, record.data.value ?? "");
    }
    for (const record of records) {
      if (record.type !== "topic") continue;
      const { name, topicId } = record.data;
      const serial = serials.get(name) ?? "";
      const asked = this.#partitions.get(serial);
      if (asked === undefined) this.#fail(`topic ${name} at ${baseOffset} was asked for by nobody`);
      if (this.#applied.has(serial)) this.#fail(`attempt ${serial} has created ${name} twice`);
      this.#applied.add(serial);
      const made = records.filter(
        ({ type, data }) =>
          type === "partition" && (data as { topicId: string }).topicId === topicId,
      );
      if (made.length !== asked) {
        this.#fail(
          `attempt ${serial} asked for ${asked} partitions of ${name} and got ${made.length}`,
        );
      }
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
