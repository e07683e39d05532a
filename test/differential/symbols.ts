/**
 * The values that each side makes up for itself (topic ids, broker epochs, token ids, offsets), under names that both
 * sides share. Requests are written with the names and resolved for a side; what a side says is named again.
 */

import type { Uuid } from "../../src/base/uuid.ts";

const MARK = "§";
const REFERENCE = /^§([^+]+?)(?:\+(-?\d+))?$/;

/** Kafka prints an object of its own where the name of the request was meant; ours says the name. */
const REQUEST_OBJECT = /Request (?:Request\(.*\)\]?\)?|[A-Z][A-Za-z]+) (?=needs |is not )/g;

export type SymbolKind = "uuid" | "epoch" | "offset" | "bytes" | "text";

/** The name of a side's value; `plus` is added to a number. */
export function symbol(name: string, plus = 0): string {
  return plus === 0 ? `${MARK}${name}` : `${MARK}${name}+${plus}`;
}

/** The name under which the log's end offset is always known. */
export const END_OFFSET = "end";

export class Symbols {
  readonly #values = new Map<string, unknown>();
  readonly #texts = new Map<string, string>();
  readonly #epochs = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** Names a value for good. A value that has a name keeps it. */
  bind(kind: SymbolKind, name: string, value: unknown): string {
    const names = kind === "epoch" ? this.#epochs : this.#texts;
    const text = textOf(value);
    const known = names.get(text);
    if (known !== undefined) return known;
    const named = symbol(name);
    names.set(text, named);
    this.#values.set(name, value);
    return named;
  }

  /** Names a value after its kind and the number of its kind, such as `topic/orders/2`. */
  bindNext(kind: SymbolKind, base: string, value: unknown): string {
    const names = kind === "epoch" ? this.#epochs : this.#texts;
    const known = names.get(textOf(value));
    if (known !== undefined) return known;
    const number = (this.#counts.get(base) ?? 0) + 1;
    this.#counts.set(base, number);
    return this.bind(kind, `${base}/${number}`, value);
  }

  /** Sets a value that moves, such as the end of the log; it is resolved and never named. */
  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** How many of each kind there were: names mean the same on both sides only while these agree. */
  countsText(): string {
    return JSON.stringify([...this.#counts].sort());
  }

  /** A body in which every name is replaced by this side's value. */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return value.startsWith(MARK) ? this.#valueOf(value) : value;
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.resolve(inner)]),
    );
  }

  #valueOf(reference: string): unknown {
    const [, name = "", plus = "0"] = REFERENCE.exec(reference) ?? [];
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`nothing is known as ${reference}`);
    return typeof value === "bigint" ? value + BigInt(plus) : value;
  }

  /** The name of a UUID, of bytes in base64 or of another text, or the text itself. */
  nameOfText(text: string): string {
    return this.#texts.get(text) ?? text;
  }

  /** The name of a broker epoch, or the number itself. */
  nameOfEpoch(epoch: bigint): string {
    return this.#epochs.get(String(epoch)) ?? String(epoch);
  }

  /** A message with the side's own values in it replaced by their names. */
  nameInMessage(message: string): string {
    return message
      .replaceAll(REQUEST_OBJECT, "Request <object> ")
      .replaceAll(/((?:controller|expected) (?:id )?)[123]\b/gi, "$1<id>")
      .replaceAll(/[A-Za-z0-9_-]{22}/g, (found: Uuid) => this.nameOfText(found))
      .replaceAll(/(epoch:? )(\d+)/gi, (_, before: string, epoch: string) => {
        return before + this.nameOfEpoch(BigInt(epoch));
      });
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : String(value);
}
