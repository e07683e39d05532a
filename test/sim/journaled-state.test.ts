/** The journal of a state must tell what was written, and its digest whether two states were written alike. */

import { beforeEach, expect, test } from "vitest";
import type { NewRow } from "../../src/state/versioned-store.ts";
import { JournaledState } from "./journaled-state.ts";

let state: JournaledState;

beforeEach(() => {
  state = new JournaledState();
});

function row(key: string, value: number | null): NewRow {
  return { key, value: value === null ? null : Uint8Array.of(value) };
}

function stateWith(...writes: readonly [number, readonly NewRow[]][]): JournaledState {
  const written = new JournaledState();
  for (const [offset, rows] of writes) written.putAll(offset, rows);
  return written;
}

test("an empty state has no last offset", () => {
  expect(state.lastOffset).toBe(-1);
  expect(state.digest).toBe(0);
  expect(state.entriesFrom(0)).toEqual([]);
});

test("what was written is read, and told from any offset on", () => {
  state.putAll(3, [row("a", 1)]);
  state.putAll(5, []);
  state.putAll(8, [row("a", 2), row("b", 3)]);
  expect(state.lastOffset).toBe(8);
  expect(state.get("a", 7)?.value).toEqual(Uint8Array.of(1));
  expect(state.get("a", 8)?.value).toEqual(Uint8Array.of(2));
  expect(state.entriesFrom(4).map(({ offset }) => offset)).toEqual([5, 8]);
  expect(state.entriesFrom(8).map(({ rows }) => rows)).toEqual([[row("a", 2), row("b", 3)]]);
  expect(state.entriesFrom(9)).toEqual([]);
});

test("a truncation takes rows and journal back to what they were", () => {
  state.putAll(3, [row("a", 1)]);
  const { digest } = state;
  state.putAll(5, [row("a", 2)]);
  state.putAll(8, [row("a", null)]);
  state.truncate(5);
  expect(state.lastOffset).toBe(3);
  expect(state.digest).toBe(digest);
  expect(state.get("a", 100)?.value).toEqual(Uint8Array.of(1));
});

test("a truncation beyond the last offset changes nothing", () => {
  state.putAll(3, [row("a", 1)]);
  state.truncate(4);
  expect(state.lastOffset).toBe(3);
});

test("what was truncated can be written again, to the same digest", () => {
  const writes: [number, NewRow[]][] = [
    [3, [row("a", 1)]],
    [5, [row("b", 2)]],
    [8, [row("a", null)]],
  ];
  const written = stateWith(...writes);
  const { digest } = written;
  const removed = written.entriesFrom(5);
  written.truncate(5);
  for (const { offset, rows } of removed) written.putAll(offset, rows);
  expect(written.digest).toBe(digest);
});

test("states that were written alike have one digest, and all others their own", () => {
  const base: [number, NewRow[]][] = [
    [3, [row("a", 1)]],
    [5, [row("b", 2)]],
  ];
  const digest = stateWith(...base).digest;
  expect(stateWith(...base).digest).toBe(digest);
  const others = [
    stateWith([3, [row("a", 1)]]),
    stateWith([3, [row("a", 1)]], [6, [row("b", 2)]]),
    stateWith([3, [row("a", 1)]], [5, [row("b", 3)]]),
    stateWith([3, [row("a", 1)]], [5, [row("c", 2)]]),
    stateWith([3, [row("a", 1)]], [5, [row("b", null)]]),
    stateWith([3, [row("a", 9)]], [5, [row("b", 2)]]),
    stateWith([3, []], [5, [row("b", 2)]]),
    stateWith([3, [row("a", 1)]], [5, [row("b", 2)]], [6, []]),
  ];
  expect(new Set([digest, ...others.map((other) => other.digest)]).size).toBe(others.length + 1);
});
