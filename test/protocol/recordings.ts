/** The recordings of a real Kafka 4.3.1 quorum: what went over the wire and into the log, in bytes and in Kafka's JSON. */

import { readFileSync } from "node:fs";

export interface RecordedCall {
  readonly api: string;
  readonly key: number;
  readonly version: number;
  /** `undecoded` says why the recorder could not read it. */
  readonly request: { readonly undecoded?: string };
  readonly response: object;
  /** What an Envelope carries. */
  readonly inner?: {
    readonly version: number;
    readonly request: unknown;
    /** Absent when the controller refused the envelope itself. */
    readonly response?: unknown;
  };
  readonly requestHex: string;
  readonly responseHex: string;
}

export interface RecordedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly control: boolean;
  readonly timestampMs: number;
  readonly crc: number;
  readonly bytes: number;
  readonly hex: string;
  readonly records: readonly {
    /** Only in a control batch. */
    readonly control?: string;
    readonly type?: string;
    readonly apiKey?: number;
    readonly version?: number;
    readonly data: unknown;
  }[];
}

export interface Vector {
  readonly name: string;
  readonly note: string;
  readonly hex: string;
}

export function recordedCalls(): RecordedCall[] {
  return jsonLines("kafka-4.3.1/calls.jsonl");
}

/** The batches of `metadata.log` or of a checkpoint, such as `33.checkpoint`. */
export function recordedBatches(file: string): RecordedBatch[] {
  return jsonLines(`kafka-4.3.1/${file}.jsonl`);
}

/** The bytes of the vector with this name. */
export function vector(name: string): Uint8Array {
  const found = (JSON.parse(text("vectors.json")) as Vector[]).find((v) => v.name === name);
  if (found === undefined) throw new Error(`no vector is called ${name}`);
  return fromHex(found.hex);
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function jsonLines<T>(name: string): T[] {
  return text(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

function text(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
}
