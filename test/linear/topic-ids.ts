/** What the topic ids of a history say by themselves, whatever the order of its operations. */

import { present } from "../../src/base/assert.ts";
import type { TopicOperation } from "./topic-model.ts";

interface Sightings {
  isAcknowledged: boolean;
  /** In answers to a creation or a deletion, and in descriptions. */
  total: number;
  /** How many descriptions show each number of partitions. */
  readonly described: Map<number, number>;
}

/** A topic at some point of a search: `sightings` answers with its id have been placed. */
interface SeenTopic {
  readonly topicId: string | null;
  readonly partitions: number;
  readonly sightings: number;
}

/**
 * The answers with each id. An id is never seen again once its topic is gone, and its partitions only
 * grow, so that a state which leaves too many answers for later cannot be on the way to an order.
 */
export class TopicIds {
  readonly #sightings = new Map<string, Sightings>();

  constructor(operations: readonly TopicOperation[]) {
    for (const operation of operations) {
      const { output } = operation;
      for (const topicId of idsIn(operation)) {
        const of = this.#sightings.get(topicId) ?? {
          isAcknowledged: false,
          total: 0,
          described: new Map<number, number>(),
        };
        this.#sightings.set(topicId, of);
        of.total += 1;
        if (output?.kind === "created") of.isAcknowledged = true;
        if (output?.kind === "described") {
          const { partitions } = output.topic!;
          of.described.set(partitions, (of.described.get(partitions) ?? 0) + 1);
        }
      }
    }
  }

  /** Whether a creation returned the id: then no other creation made it. */
  isAcknowledged(topicId: string): boolean {
    return this.#sightings.get(topicId)?.isAcknowledged === true;
  }

  /** Whether answers with its id are left, in which case the topic cannot go yet. */
  isSeenAfter({ topicId, sightings }: SeenTopic): boolean {
    return topicId !== null && sightings < this.#of(topicId).total;
  }

  /** Whether descriptions with fewer partitions are left, in which case it cannot have as many yet. */
  isSeenSmaller({ topicId, partitions, sightings }: SeenTopic): boolean {
    if (topicId === null) return false;
    const { described, isAcknowledged } = this.#of(topicId);
    let smaller = isAcknowledged ? 1 : 0;
    for (const [shown, count] of described) if (shown < partitions) smaller += count;
    return sightings < smaller;
  }

  #of(topicId: string): Sightings {
    return present(this.#sightings.get(topicId), `id ${topicId} is not of this history`);
  }
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
  const creations = operations.flatMap(({ input, output }) =>
    output?.kind === "created" ? [{ name: input.name, topicId: output.topicId }] : [],
  );
  return [...Map.groupBy(creations, ({ topicId }) => topicId)].flatMap(([topicId, of]) =>
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
  const ids = new TopicIds(operations);
  return [...Map.groupBy(operations, ({ input }) => input.name)].flatMap(([name, ofName]) => {
    const unexplained = new Set(
      ofName.flatMap(idsIn).filter((topicId) => !ids.isAcknowledged(topicId)),
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

/** The ids that an answer has in it. */
export function idsIn({ output }: TopicOperation): string[] {
  if (output?.kind === "created") return [output.topicId];
  if (output?.kind === "deleted") return output.topicId === null ? [] : [output.topicId];
  if (output?.kind === "described") return output.topic === null ? [] : [output.topic.topicId];
  return [];
}
