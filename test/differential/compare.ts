/** Compares what both sides made of a step: the answer first, then the records. */

import type { ApiName } from "../../src/protocol/apis.ts";
import type { ClusterModel } from "./model.ts";
import type { Json, NormalRecord } from "./normalize.ts";
import type { Outcome } from "./side.ts";
import { describeStep, type Step, showJson } from "./step.ts";

/** One place where the sides differ; `undefined` is what is not there at all. */
export interface Deviation {
  readonly path: string;
  readonly apache: Json | undefined;
  readonly ours: Json | undefined;
}

export interface Difference {
  /** Messages are told apart: they differ although the answer is the same. */
  readonly kind: "answer" | "message" | "records";
  readonly api: ApiName | "envelope" | "silence";
  readonly step: Step;
  readonly apache: Outcome;
  readonly ours: Outcome;
  readonly deviations: readonly Deviation[];
}

/** Every difference that a step made; empty when there is none. */
export function compareOutcomes(
  step: Step,
  apache: Outcome,
  ours: Outcome,
  model: ClusterModel,
): Difference[] {
  const api = step.kind === "request" ? step.api : step.kind;
  const differences: Difference[] = [];
  const answers = deviationsOf(answerOf(apache), answerOf(ours), "answer");
  const messages = answers.filter(({ path }) => path.endsWith(".errorMessage"));
  const others = answers.filter(({ path }) => !path.endsWith(".errorMessage"));
  const base = { api, step, apache, ours };
  if (others.length > 0) differences.push({ ...base, kind: "answer", deviations: others });
  else if (messages.length > 0)
    differences.push({ ...base, kind: "message", deviations: messages });
  const records = deviationsOf(
    comparableRecords(step, apache.records, model),
    comparableRecords(step, ours.records, model),
    "records",
  );
  if (records.length > 0) differences.push({ ...base, kind: "records", deviations: records });
  return differences;
}

function answerOf({ answer, isResigned }: Outcome): Json {
  return isResigned ? { resigned: true } : answer;
}

/** Records in the form in which they must agree: placement by its properties, hash order put in order. */
function comparableRecords(
  step: Step,
  records: readonly NormalRecord[],
  model: ClusterModel,
): Json {
  const placed = step.kind === "request" ? step.placedTopics : new Set<string>();
  const telling = step.kind === "silence" ? records.filter(isNews(model)) : records;
  const comparable = telling.map(({ type, version, data }) => {
    const topic = /^§topic\/(.*)\/\d+$/.exec(String(data.topicId))?.[1] ?? "";
    const fields = type === "partition" && placed.has(topic) ? placementOf(data, model) : data;
    return { type, version, ...fields };
  });
  if (step.kind === "request" && (step.api === "deleteTopics" || step.api === "deleteAcls")) {
    return comparable.toSorted(byKey);
  }
  if (step.kind === "request" && /alterConfigs/i.test(step.api)) return byResource(comparable);
  return isInHashOrder(step) ? sortedRuns(comparable) : comparable;
}

/** When the session of a fenced broker ends, an Apache controller fences it once more, which changes nothing. */
function isNews(model: ClusterModel): (record: NormalRecord) => boolean {
  return ({ type, data }) =>
    type !== "brokerRegistrationChange" ||
    model.brokers.get(Number(data.brokerId))?.fenced !== (data.fenced === 1);
}

/** Where Kafka walks hash tables of topic ids, which are random. */
function isInHashOrder(step: Step): boolean {
  if (step.kind !== "request") return true;
  if (step.api === "electLeaders") return step.body.topicPartitions === null;
  return [
    "brokerRegistration",
    "brokerHeartbeat",
    "unregisterBroker",
    "assignReplicasToDirs",
  ].includes(step.api);
}

/** Resources are in the order of a hash table by their type, an enum, whose hash is another in each JVM. */
function byResource(records: readonly { readonly [key: string]: Json }[]): Json {
  const resourceOf = (record: { readonly [key: string]: Json }): string => {
    // What is deleted comes in the order in which it once was set.
    const deleted = record.value === null ? `/${record.name}` : "";
    return `${record.resourceType ?? "z"}/${record.resourceName ?? record.topicName}${deleted}`;
  };
  return records.toSorted((a, b) => {
    const [left, right] = [resourceOf(a), resourceOf(b)];
    return left === right ? 0 : left < right ? -1 : 1;
  });
}

function sortedRuns(records: readonly { readonly [key: string]: Json }[]): Json {
  const sorted: { readonly [key: string]: Json }[] = [];
  let run: { readonly [key: string]: Json }[] = [];
  const flush = (): void => {
    run.sort(byKey);
    sorted.push(...run);
    run = [];
  };
  for (const record of records) {
    if (record.type !== "partitionChange") flush();
    if (record.type === "partitionChange") run.push(record);
    else sorted.push(record);
  }
  flush();
  return sorted;
}

function byKey(a: { readonly [key: string]: Json }, b: { readonly [key: string]: Json }): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function keyOf(record: { readonly [key: string]: Json }): string {
  return `${record.id ?? record.topicId}/${String(record.partitionId).padStart(9, "0")}`;
}

/** What placement promises, whichever brokers it drew. */
function placementOf(data: NormalRecord["data"], model: ClusterModel): NormalRecord["data"] {
  const replicas = data.replicas as readonly number[];
  const isr = data.isr as readonly number[];
  const brokers = replicas.map((id) => model.brokers.get(id));
  const active = replicas.filter(
    (_, i) => brokers[i]?.fenced === false && !brokers[i]?.inControlledShutdown,
  );
  return {
    ...data,
    replicas: `${replicas.length} brokers in ${new Set(brokers.map((broker) => broker?.rack)).size} racks`,
    isDistinct: new Set(replicas).size === replicas.length,
    isr: isr.join() === active.join() ? "the active replicas" : isr.join(),
    leader: data.leader === isr[0] ? "the first of the ISR" : (data.leader ?? null),
    isLeaderFirst: isr[0] === replicas[0],
    directories: (data.directories as readonly string[]).length,
  };
}

/** Where two values differ, deepest first found. */
export function deviationsOf(
  apache: Json | undefined,
  ours: Json | undefined,
  path: string,
): Deviation[] {
  if (Array.isArray(apache) && Array.isArray(ours)) {
    if (isNamed(apache) && isNamed(ours)) {
      return [
        ...deviationsOf(namesOf(apache, ours), namesOf(ours, apache), `${path}.order`),
        ...deviationsOf(byName(apache), byName(ours), path),
      ];
    }
    const length = Math.max(apache.length, ours.length);
    return Array.from({ length }, (_, i) =>
      deviationsOf(apache[i], ours[i], `${path}[${i}]`),
    ).flat();
  }
  if (isObject(apache) && isObject(ours)) {
    const keys = new Set([...Object.keys(apache), ...Object.keys(ours)]);
    return [...keys].flatMap((key) => deviationsOf(apache[key], ours[key], `${path}.${key}`));
  }
  if (Object.is(apache, ours)) return [];
  return [{ path, apache, ours }];
}

/** Things with different names are compared by name, or one that is missing would shift all others. */
function isNamed(list: readonly Json[]): list is readonly { readonly [key: string]: Json }[] {
  const names = list.map((item) => (isObject(item) ? item.name : undefined));
  return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
}

/** With the order in which those stand that both have. */
function namesOf(
  list: readonly { readonly [key: string]: Json }[],
  other: readonly { readonly [key: string]: Json }[],
): Json {
  const names = new Set(other.map(({ name }) => name));
  return list.flatMap(({ name }) => (names.has(name) ? [name ?? null] : [])).join(", ");
}

function byName(list: readonly { readonly [key: string]: Json }[]): Json {
  return Object.fromEntries(list.map((item) => [`[${item.name}]`, item]));
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error codes in an answer, in the order in which they stand. */
export function errorCodesOf(answer: Json): number[] {
  if (Array.isArray(answer)) return answer.flatMap(errorCodesOf);
  if (!isObject(answer)) return [];
  return Object.entries(answer).flatMap(([key, value]) => {
    return key === "errorCode" || key === "topicConfigErrorCode"
      ? [Number(value)]
      : errorCodesOf(value);
  });
}

/** Differences of one kind have one of these. */
export function groupOf({ api, kind, apache, ours, deviations }: Difference): string {
  const paths = new Set(deviations.map(({ path }) => path.replaceAll(/\[\d+\]/g, "[]")));
  const codes = `${[...new Set(errorCodesOf(apache.answer))]} / ${[...new Set(errorCodesOf(ours.answer))]}`;
  const example = deviations[0];
  const message = kind === "message" ? ` ${signature(example?.apache)}` : "";
  return `${api} ${kind}: codes ${codes}: ${[...paths].slice(0, 6).join(", ")}${message}`;
}

function signature(message: Json | undefined): string {
  return String(message).replaceAll(/\d+/g, "N").slice(0, 60);
}

export function describeDifference(difference: Difference): string {
  const { step, apache, ours, deviations } = difference;
  const lines = [describeStep(step), `  ${difference.kind} differs:`];
  for (const { path, apache: a, ours: o } of deviations.slice(0, 12)) {
    lines.push(`    ${path}: Apache ${JSON.stringify(a)}, ours ${JSON.stringify(o)}`);
  }
  for (const [name, outcome] of [
    ["Apache", apache],
    ["ours", ours],
  ] as const) {
    lines.push(`  ${name} request: ${showJson(outcome.request)}`);
    lines.push(`  ${name} answer:  ${JSON.stringify(outcome.answer)}`);
    lines.push(`  ${name} records: ${outcome.records.length}`);
    for (const { type, version, data } of outcome.records.slice(0, 30)) {
      lines.push(`    ${type} v${version} ${JSON.stringify(data)}`);
    }
  }
  return lines.join("\n");
}
