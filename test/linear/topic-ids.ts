/** What the topic ids of a history say by themselves, whatever the order of its operations. */

import type { TopicOperation } from "./topic-model.ts";

/** How many answers have each id in them. */
export function countSightings(operations: readonly TopicOperation[]): ReadonlyMap<string, number> {
  const sightings = Map.groupBy(operations.flatMap(idsIn), (topicId) => topicId);
  return new Map([...sightings].map(([topicId, of]) => [topicId, of.length]));
}

/** Ids of two creations or two names, and more ids than creations that could have made them. */
export function findForeignIds(operations: readonly TopicOperation[]): string[] {
  return [
    ...idsOfTwoCreations(operations),
    ...idsOfTwoNames(operations),
    ...idsOfNoCreation(operations),
  ];
}

function idsOfTwoCreations(operations: readonly TopicOperation[]): string[] {
  return [...Map.groupBy(creationsIn(operations), ({ topicId }) => topicId)].flatMap(
    ([topicId, of]) =>
      of.length === 1
        ? []
        : [
            `Topic id ${topicId} was given to ${of.length} creations: ${of.map(({ name }) => name).join(", ")}`,
          ],
  );
}

function idsOfTwoNames(operations: readonly TopicOperation[]): string[] {
  const sightings = operations.flatMap((operation) =>
    idsIn(operation).map((topicId) => ({ name: operation.input.name, topicId })),
  );
  return [...Map.groupBy(sightings, ({ topicId }) => topicId)].flatMap(([topicId, of]) => {
    const names = [...new Set(of.map(({ name }) => name))];
    return names.length === 1 ? [] : [`Topic id ${topicId} was seen as ${names.join(" and as ")}`];
  });
}

function idsOfNoCreation(operations: readonly TopicOperation[]): string[] {
  const acknowledged = new Set(creationsIn(operations).map(({ topicId }) => topicId));
  return [...Map.groupBy(operations, ({ input }) => input.name)].flatMap(([name, ofName]) => {
    const unexplained = new Set(
      ofName.flatMap(idsIn).filter((topicId) => !acknowledged.has(topicId)),
    );
    const unknownCreations = ofName.filter(
      ({ input, output }) => input.kind === "create" && output === null,
    ).length;
    if (unexplained.size <= unknownCreations) return [];
    return [
      `Topic ${name} was seen with ids that no acknowledged creation returned (${[...unexplained].join(", ")}), ` +
        `and ${unknownCreations} of its creations have an unknown outcome`,
    ];
  });
}

function creationsIn(
  operations: readonly TopicOperation[],
): { readonly name: string; readonly topicId: string }[] {
  return operations.flatMap(({ input, output }) =>
    output?.kind === "created" ? [{ name: input.name, topicId: output.topicId }] : [],
  );
}

/** The ids that an answer has in it. */
export function idsIn({ output }: TopicOperation): string[] {
  if (output?.kind === "created") return [output.topicId];
  if (output?.kind === "deleted") return output.topicId === null ? [] : [output.topicId];
  if (output?.kind === "described") return output.topic === null ? [] : [output.topic.topicId];
  return [];
}
