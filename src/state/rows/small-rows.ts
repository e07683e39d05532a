/** Rows of one or two fields: feature levels, configs, producer ids, index entries, counts, what is remembered of answers. */

import { int16, int32, int64, schema, string } from "../../protocol/schema.ts";
import { type RowFormat, rowFormat } from "./row-format.ts";

/** A finalized level above 0. */
export interface FeatureLevel {
  readonly name: string;
  readonly level: number;
}

export const featureRow = rowFormat(
  schema("FeatureRow", "0", "0+", { name: string("0+"), level: int16("0+") }),
  (feature: FeatureLevel) => feature,
  (body): FeatureLevel => body,
);

/** One config key of one resource; the key of the row names the resource. */
export interface ConfigEntry {
  readonly name: string;
  readonly value: string;
}

export const configRow = rowFormat(
  schema("ConfigRow", "0", "0+", { name: string("0+"), value: string("0+") }),
  (entry: ConfigEntry) => entry,
  (body): ConfigEntry => body,
);

export const producerIdsRow = rowFormat(
  schema("ProducerIdsRow", "0", "0+", { nextProducerId: int64("0+") }),
  (nextProducerId: bigint) => ({ nextProducerId }),
  ({ nextProducerId }) => nextProducerId,
);

const INDEX_ENTRY = rowFormat(
  schema("IndexRow", "0", "0+", {}),
  (_entry: true) => ({}),
  (): true => true,
);
/** The value of every index entry. */
export const INDEX_ENTRY_BYTES = INDEX_ENTRY.encode(true);

/** An index entry: the key says it all. */
export const indexRow: RowFormat<true> = { ...INDEX_ENTRY, encode: () => INDEX_ENTRY_BYTES };

/** The name in a `topic-form/` entry, so that nothing has to be unescaped. */
export const topicFormRow = rowFormat(
  schema("TopicFormRow", "0", "0+", { name: string("0+") }),
  (name: string) => ({ name }),
  ({ name }) => name,
);

/** How many rows of a kind there are; none when there are none. */
export const countRow = rowFormat(
  schema("CountRow", "0", "0+", { count: int32("0+") }),
  (count: number) => ({ count }),
  ({ count }) => count,
);

/** The answers that are remembered of one principal. */
export interface AnswersShare {
  readonly count: number;
  /** Of the answers themselves. */
  readonly bytes: number;
}

export const answersShareRow = rowFormat(
  schema("AnswersShareRow", "0-1", "0+", { count: int32("0+"), bytes: int64("1+") }),
  ({ count, bytes }: AnswersShare) => ({ count, bytes: BigInt(bytes) }),
  ({ count, bytes }): AnswersShare => ({ count, bytes: Number(bytes) }),
);

/** Of all remembered answers. */
export interface AnswersSummary extends AnswersShare {
  /** None expires before this; below it there are only deleted keys, which nobody should have to step over. */
  readonly noneDueBeforeMs: number;
}

export const answersSummaryRow = rowFormat(
  schema("AnswersSummaryRow", "0-1", "0+", {
    count: int32("0+"),
    noneDueBefore: int64("0+"),
    bytes: int64("1+"),
  }),
  ({ count, noneDueBeforeMs, bytes }: AnswersSummary) => ({
    count,
    noneDueBefore: BigInt(noneDueBeforeMs),
    bytes: BigInt(bytes),
  }),
  ({ count, noneDueBefore, bytes }): AnswersSummary => ({
    count,
    noneDueBeforeMs: Number(noneDueBefore),
    bytes: Number(bytes),
  }),
);
