/** Holds the log against what clients were told: what was done is in it once, what was refused is not. */

import type { Change } from "./changes.ts";
import type { LogRecord } from "./log-record.ts";

const TOPIC_RESOURCE = 2;
const GATEWAY_KEY = /^gateway:/;

export function logViolations(log: readonly LogRecord[], changes: readonly Change[]): string[] {
  return [
    ...offsetViolations(log),
    ...creationViolations(log, changes),
    ...deletionViolations(log, changes),
    ...partitionViolations(log),
    ...configViolations(log, changes),
    ...keyViolations(log, changes),
  ];
}

function offsetViolations(log: readonly LogRecord[]): string[] {
  const gap = log.findIndex(({ offset }, index) => offset !== index);
  return gap === -1 ? [] : [`The log has offset ${log[gap]?.offset} where ${gap} was expected`];
}

/** How often a change of unknown outcome may be in the log besides what is known: at most as often as it was asked for. */
function bounds(changes: readonly Change[]): { readonly least: number; readonly most: number } {
  const least = changes.filter(({ outcome }) => outcome === "done").length;
  return { least, most: least + changes.filter(({ outcome }) => outcome === "unknown").length };
}

function countViolations(
  what: string,
  found: ReadonlyMap<string, number>,
  asked: ReadonlyMap<string, readonly Change[]>,
): string[] {
  return [...new Set([...found.keys(), ...asked.keys()])].flatMap((name) => {
    const { least, most } = bounds(asked.get(name) ?? []);
    const count = found.get(name) ?? 0;
    if (least <= count && count <= most) return [];
    const allowed = least === most ? `${least}` : `${least} to ${most}`;
    return [`${what} ${name} is in the log ${count} times, and clients know of ${allowed}`];
  });
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return counts;
}

function ofType(log: readonly LogRecord[], type: string): LogRecord[] {
  return log.filter((record) => record.type === type);
}

function creationViolations(log: readonly LogRecord[], changes: readonly Change[]): string[] {
  const records = ofType(log, "TOPIC_RECORD");
  const creations = changes.filter(({ kind }) => kind === "create");
  const names = countBy(records, ({ data }) => String(data.name));
  const ids = countBy(records, ({ data }) => String(data.topicId));
  const wrongIds = creations.flatMap((creation) => {
    if (creation.kind !== "create" || creation.topicId === null) return [];
    const count = ids.get(creation.topicId) ?? 0;
    const what = `Topic ${creation.topic}, acknowledged as ${creation.topicId},`;
    return count === 1 ? [] : [`${what} is in the log ${count} times`];
  });
  const asked = Map.groupBy(creations, ({ topic }) => topic);
  return [...countViolations("The creation of", names, asked), ...wrongIds];
}

function namesOf(log: readonly LogRecord[]): Map<unknown, string> {
  const records = ofType(log, "TOPIC_RECORD");
  return new Map(records.map(({ data }) => [data.topicId, String(data.name)]));
}

function deletionViolations(log: readonly LogRecord[], changes: readonly Change[]): string[] {
  const names = namesOf(log);
  const removals = ofType(log, "REMOVE_TOPIC_RECORD");
  const ids = countBy(removals, ({ data }) => String(data.topicId));
  const twice = [...ids].flatMap(([id, count]) =>
    count === 1 ? [] : [`Topic ${names.get(id)} with the id ${id} is removed ${count} times`],
  );
  const found = countBy(removals, ({ data }) => names.get(data.topicId) ?? `of no topic`);
  const asked = Map.groupBy(
    changes.filter(({ kind }) => kind === "delete"),
    ({ topic }) => topic,
  );
  return [...countViolations("The deletion of", found, asked), ...twice];
}

/** Each partition of a topic is created once, and in the order of the indexes. */
function partitionViolations(log: readonly LogRecord[]): string[] {
  const names = namesOf(log);
  const next = new Map<unknown, number>();
  return ofType(log, "PARTITION_RECORD").flatMap(({ offset, data }) => {
    const expected = next.get(data.topicId) ?? 0;
    next.set(data.topicId, expected + 1);
    if (data.partitionId === expected) return [];
    const topic = names.get(data.topicId);
    return [`At ${offset} topic ${topic} gets partition ${data.partitionId}, not ${expected}`];
  });
}

function configViolations(log: readonly LogRecord[], changes: readonly Change[]): string[] {
  const records = ofType(log, "CONFIG_RECORD").filter(
    ({ data }) => data.resourceType === TOPIC_RESOURCE && data.value !== null,
  );
  const found = countBy(records, ({ data }) => `${data.resourceName} ${data.name}=${data.value}`);
  const asked = changes.flatMap((change) => {
    if (change.kind !== "alter") return [];
    return Object.entries(change.values).flatMap(([name, value]) =>
      value === null ? [] : [{ what: `${change.topic} ${name}=${value}`, change }],
    );
  });
  const byWhat = new Map(
    [...Map.groupBy(asked, ({ what }) => what)].map(([what, entries]) => [
      what,
      entries.map(({ change }) => change),
    ]),
  );
  return countViolations("The config", found, byWhat);
}

/** What a change was answered is remembered under its key once, in the batch that made it. */
function keyViolations(log: readonly LogRecord[], changes: readonly Change[]): string[] {
  const answers = ofType(log, "REMEMBERED_ANSWER_RECORD");
  const found = countBy(answers, ({ data }) => String(data.key));
  const own = [...found].flatMap(([key, count]) =>
    GATEWAY_KEY.test(key) && count > 1 ? [`The key ${key} is remembered ${count} times`] : [],
  );
  const ofClients = new Map([...found].filter(([key]) => !GATEWAY_KEY.test(key)));
  // A reset of what is not set changes nothing, so that nothing is remembered of it.
  const changing = changes.filter(
    (change) =>
      change.kind !== "alter" || Object.values(change.values).some((value) => value !== null),
  );
  const resets = new Set(changes.filter((change) => !changing.includes(change)).map(keyOf));
  for (const key of resets) if (key !== null && ofClients.get(key) === 1) ofClients.delete(key);
  const keyed = changing.filter(({ key }) => key !== null);
  return [
    ...countViolations("The key", ofClients, Map.groupBy(keyed, keyOf as (c: Change) => string)),
    ...own,
  ];
}

function keyOf({ key }: Change): string | null {
  return key;
}
