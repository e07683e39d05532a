/**
 * What the offsets of answers must say about time. An answer carries the log offset at which its
 * operation took effect or was true. An operation that was invoked after another returned is at the
 * same offset or a later one, and no two writes are at the same offset.
 */

/** An acknowledged operation. */
export interface OffsetOperation {
  readonly client: number;
  readonly invokedAt: number;
  readonly returnedAt: number;
  readonly offset: number;
  readonly isWrite: boolean;
  /** What the operation is called in a violation. */
  readonly label: string;
}

/** The violations as text, of each operation with the one before it that contradicts it most. */
export function checkOffsets(operations: readonly OffsetOperation[]): string[] {
  return [...findSharedOffsets(operations), ...findStaleOffsets(operations)];
}

function findSharedOffsets(operations: readonly OffsetOperation[]): string[] {
  const writes = Map.groupBy(
    operations.filter(({ isWrite }) => isWrite),
    ({ offset }) => offset,
  );
  return [...writes].flatMap(([offset, [first, ...others]]) =>
    others.map((other) => `Two writes are at ${offset}: ${inWords(first!)} and ${inWords(other)}`),
  );
}

function findStaleOffsets(operations: readonly OffsetOperation[]): string[] {
  const violations: string[] = [];
  const byReturn = operations.toSorted((a, b) => a.returnedAt - b.returnedAt);
  let returned = 0;
  let furthest: OffsetOperation | null = null;
  for (const operation of operations.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    for (; returned < byReturn.length; returned++) {
      const earlier = byReturn[returned]!;
      if (earlier.returnedAt >= operation.invokedAt) break;
      if (furthest === null || earlier.offset > furthest.offset) furthest = earlier;
    }
    if (furthest !== null && furthest.offset > operation.offset) {
      violations.push(`${inWords(operation)} was invoked after ${inWords(furthest)} returned`);
    }
  }
  return violations;
}

function inWords({ client, label, offset, invokedAt, returnedAt }: OffsetOperation): string {
  return `${label} of client ${client} (${invokedAt} to ${returnedAt}) at offset ${offset}`;
}
