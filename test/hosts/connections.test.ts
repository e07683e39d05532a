// A full table of connections gives up the one that was least useful, and only then.

import { expect, test } from "vitest";
import { Connections } from "../../workers/controller/connections.ts";

const quiet = { write: () => undefined, close: () => undefined };

test("a full table names the connection that was answered longest ago", () => {
  const table = new Connections();
  const ids = Array.from({ length: 1000 }, () => {
    const { connectionId, victimId } = table.add(quiet);
    expect(victimId).toBeNull();
    return connectionId;
  });
  for (const id of ids) table.write(id, new Uint8Array(1), 1000 + id);
  table.write(ids[0]!, new Uint8Array(1), 9000);
  const { connectionId, victimId } = table.add(quiet);
  expect(victimId).toBe(ids[1]);
  table.remove(ids[1]!);
  // The new one was never answered, so it is the next to go.
  expect(table.add(quiet).victimId).toBe(connectionId);
});

test("bytes for a connection that is gone are dropped", () => {
  const table = new Connections();
  const written: Uint8Array[] = [];
  const { connectionId } = table.add({ ...quiet, write: (bytes) => void written.push(bytes) });
  table.write(connectionId, new Uint8Array([1]), 0);
  expect(table.remove(connectionId)).not.toBeNull();
  expect(table.remove(connectionId)).toBeNull();
  table.write(connectionId, new Uint8Array([2]), 0);
  expect(written).toEqual([new Uint8Array([1])]);
});
