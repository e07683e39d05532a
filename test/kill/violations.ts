/** Everything that a history and the final listings may not be. */

import { checkOffsets } from "../linear/offsets.ts";
import { checkTopicHistory } from "../linear/topic-model.ts";
import {
  type History,
  isAcknowledgedWrite,
  type RecordedOperation,
  type TrueAt,
} from "./history.ts";
import type { ListedTopic } from "./listing.ts";
import { KEPT_PREFIX } from "./workload.ts";

/** Says what is wrong with the operations on one name; empty when nothing is. */
export function nameViolations(history: History, name: string): string[] {
  const { verdict, explanation } = checkTopicHistory(history.of(name));
  return verdict === "linearizable" ? [] : [`${name} is ${verdict}: ${explanation}`];
}

/** Says what is wrong with a whole run whose processes are all up again and whose clients are done. */
export function finalViolations(
  history: History,
  listings: readonly (readonly ListedTopic[])[],
): string[] {
  const operations = history.all();
  const { verdict, explanation } = checkTopicHistory(operations);
  return [
    ...listings.flatMap((listed) => listingViolations(history, listed)),
    ...(verdict === "linearizable" ? [] : [`The history is ${verdict}: ${explanation}`]),
    ...offsetViolations(operations),
  ];
}

/** What the clients were promised and the listing does not have, and what it has and nobody asked for. */
function listingViolations(history: History, listed: readonly ListedTopic[]): string[] {
  const ids = new Map(listed.map(({ topic_name, topic_id }) => [topic_name, topic_id]));
  const violations: string[] = [];
  if (ids.size < listed.length) violations.push("A topic is listed twice");
  for (const name of ids.keys()) {
    const wasAskedFor = history.of(name).some(({ input }) => input.kind === "create");
    if (!wasAskedFor) violations.push(`Nobody asked for ${name}, which is there`);
  }
  for (const name of history.names()) {
    if (!name.startsWith(KEPT_PREFIX)) continue;
    for (const { output } of history.of(name)) {
      if (output?.kind !== "created" || output.topicId === ids.get(name)) continue;
      const found = ids.get(name) ?? "not there";
      violations.push(`${name} was acknowledged as ${output.topicId} and is ${found}`);
    }
  }
  return violations;
}

interface Placed {
  readonly operation: RecordedOperation;
  readonly trueAt: TrueAt;
}

function offsetViolations(operations: readonly RecordedOperation[]): string[] {
  const placed = operations.flatMap((operation) =>
    operation.trueAt === null ? [] : [{ operation, trueAt: operation.trueAt }],
  );
  const violations = checkOffsets(
    placed.map(({ operation, trueAt }) => ({
      client: operation.client,
      invokedAt: operation.invokedAt,
      returnedAt: operation.returnedAt,
      offset: trueAt.offset,
      isWrite: isAcknowledgedWrite(operation.output),
      label: `${operation.input.kind} ${operation.input.name}`,
    })),
  );
  return [...violations, ...epochViolations(placed)];
}

/** An epoch begins with a record of its own, so that answers of two epochs never rest on the same offset. */
function epochViolations(placed: readonly Placed[]): string[] {
  const byOffset = placed.toSorted(
    (a, b) => a.trueAt.offset - b.trueAt.offset || a.trueAt.epoch - b.trueAt.epoch,
  );
  return byOffset.flatMap(({ operation, trueAt }, index) => {
    const before = byOffset[index - 1]?.trueAt;
    if (before === undefined) return [];
    const isSame = before.offset === trueAt.offset && before.epoch === trueAt.epoch;
    if (isSame || (before.offset < trueAt.offset && before.epoch <= trueAt.epoch)) return [];
    const { input } = operation;
    return [
      `${input.kind} ${input.name} was true at offset ${trueAt.offset} in epoch ${trueAt.epoch}, ` +
        `another answer at offset ${before.offset} in epoch ${before.epoch}`,
    ];
  });
}
