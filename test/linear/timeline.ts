/** A history that is not linearizable, drawn for a reader: one line an operation, one column a time. */

import type { DeadEnd } from "./checker.ts";
import type { Operation } from "./history.ts";

/** How many operations before the dead end are drawn. */
const SHOWN_PREFIX = 12;

/** Draws the operations in order of invocation; `note` is the left column, `label` the right one. */
export function renderTimeline<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  {
    note,
    label,
  }: {
    readonly note: (operation: Operation<Input, Output>) => string;
    readonly label: (operation: Operation<Input, Output>) => string;
  },
): string {
  const rows = operations.toSorted((a, b) => a.invokedAt - b.invokedAt);
  const times = new Set(rows.flatMap(({ invokedAt, returnedAt }) => [invokedAt, returnedAt]));
  const columns = new Map([...times].sort((a, b) => a - b).map((time, index) => [time, index]));
  const noteWidth = Math.max(...rows.map((row) => note(row).length));
  const clientWidth = Math.max(...rows.map(({ client }) => `${client}`.length));
  return rows
    .map((row) => {
      const left = `${note(row).padStart(noteWidth)}  client ${`${row.client}`.padStart(clientWidth)}`;
      return `${left}  ${bar(row, columns).padEnd(columns.size)}  ${label(row)}`;
    })
    .join("\n");
}

/**
 * Draws the end of what could be ordered, numbered, then marked with "!" what could not go on from it,
 * and with "later" some that are still to come.
 */
export function renderDeadEnd<State, Input, Output>(
  { prefix, blocked }: DeadEnd<State, Input, Output>,
  later: readonly Operation<Input, Output>[],
  label: (operation: Operation<Input, Output>) => string,
): string {
  const notes = new Map(prefix.map((operation, index) => [operation, `${index + 1}`]));
  for (const operation of blocked) notes.set(operation, "!");
  return renderTimeline([...prefix.slice(-SHOWN_PREFIX), ...blocked, ...later], {
    note: (operation) => notes.get(operation) ?? "later",
    label,
  });
}

function bar<Input, Output>(
  { invokedAt, returnedAt, output }: Operation<Input, Output>,
  columns: ReadonlyMap<number, number>,
): string {
  const from = columns.get(invokedAt)!;
  const to = columns.get(returnedAt)!;
  if (from === to) return `${" ".repeat(from)}|`;
  return `${" ".repeat(from)}[${"-".repeat(to - from - 1)}${output === null ? ">" : "]"}`;
}
