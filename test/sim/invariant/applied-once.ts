/**
 * A change under a key is made once: its answer is written with it, stands alone under the key until it expires, is
 * forgotten no sooner, and is what everybody hears who sends the change again, with where the change took effect.
 */

import { APIS, type Api } from "../../../src/protocol/apis.ts";
import { decode } from "../../../src/protocol/codec.ts";
import type { MetadataRecord } from "../../../src/protocol/metadata-record.ts";
import {
  type CommittedEntry,
  type Invariant,
  InvariantBroken,
  type KeyedAnswer,
} from "../observation.ts";

/** A batch with a change and its answer. */
type Place = Pick<CommittedEntry, "lastOffset" | "epoch" | "timestampMs">;
type Remembered = Extract<MetadataRecord, { type: "rememberedAnswer" }>["data"];

const OF_ANSWERS: readonly string[] = ["rememberedAnswer", "forgetAnswers"];
const API_BY_KEY = new Map(Object.values(APIS).map((api: Api) => [api.key, api]));

export class AppliedOnce implements Invariant {
  readonly name = "applied-once";
  /** When what stands under a key expires. */
  readonly #expirationMs = new Map<string, number>();
  /** Every answer that was ever written, by key and what was asked for. */
  readonly #answers = new Map<string, string>();

  onCommitted(entry: CommittedEntry): void {
    const { baseOffset, timestampMs, records } = entry;
    const isChange = records.some(({ type }) => !OF_ANSWERS.includes(type));
    for (const { type, data } of records) {
      if (type === "rememberedAnswer") {
        if (!isChange) this.#fail(`the answer under ${data.key} at ${baseOffset} is of no change`);
        this.#remember(data, entry);
      } else if (type === "forgetAnswers") {
        const throughMs = Number(data.throughTimestamp);
        if (throughMs > timestampMs) {
          this.#fail(`at ${timestampMs} answers are forgotten that expire until ${throughMs}`);
        }
        this.#forget(throughMs, data.maxAnswers);
      }
    }
  }

  onKeyedAnswer({ key, fingerprint, body, replayed, offset, epoch }: KeyedAnswer): void {
    const written = this.#answers.get(nameOf(key, fingerprint));
    if (written === undefined) {
      if (replayed) this.#fail(`${key} is answered with what is not in the log`);
      return;
    }
    const heard = heardText(body, offset, epoch);
    if (heard !== written) this.#fail(`${key} is answered ${heard}, and was ${written}`);
  }

  #remember(data: Remembered, { lastOffset, epoch, timestampMs: atMs }: Place): void {
    const { principal, key, fingerprint, apiKey, apiVersion, answer, expirationTimestamp } = data;
    const place = `${principal} ${key}`;
    const standsUntilMs = this.#expirationMs.get(place);
    if (standsUntilMs !== undefined && standsUntilMs > atMs) {
      this.#fail(`a second change under ${key} is made at ${atMs}, before ${standsUntilMs}`);
    }
    this.#expirationMs.set(place, Number(expirationTimestamp));
    const api = API_BY_KEY.get(apiKey);
    if (api === undefined) this.#fail(`${key} is answered by an API of key ${apiKey}`);
    const text = heardText(decode(api.response, apiVersion, answer), lastOffset, epoch);
    this.#answers.set(nameOf(key, fingerprint), text);
  }

  #forget(throughMs: number, most: number): void {
    const due = [...this.#expirationMs]
      .filter(([, expirationMs]) => expirationMs <= throughMs)
      .sort(([, a], [, b]) => a - b);
    for (const [place] of due.slice(0, most)) this.#expirationMs.delete(place);
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}

function nameOf(key: string, fingerprint: Uint8Array): string {
  return `${key} ${fingerprint.join(".")}`;
}

function heardText(body: unknown, offset: number, epoch: number): string {
  const text = JSON.stringify(body, (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  return `${text} at ${offset} in epoch ${epoch}`;
}
