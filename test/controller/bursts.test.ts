/** What a controller makes of events that are handed to it together. */

import { expect, test } from "vitest";
import type { ApiRequest } from "../../src/controller/api.ts";
import type { NodeEvent } from "../../src/controller/node-event.ts";
import { Cluster } from "./cluster.ts";

const FIRST_CALL = 1_000_000;

function alteration(callId: number, value: number): NodeEvent {
  const config = { name: "log.retention.ms", configOperation: 0, value: String(value) };
  const resource = { resourceType: 4, resourceName: "", configs: [config] };
  const body = { resources: [resource], validateOnly: false };
  const request: ApiRequest = { kind: "write", sender: null, api: "incrementalAlterConfigs", body };
  return { kind: "api", callId, request };
}

test("changes that are asked for together reach a follower in one answer", () => {
  const cluster = new Cluster({ seed: 5 });
  cluster.format();
  const leader = cluster.leader();
  cluster.run(100);
  const follower = cluster.ids.find((id) => id !== leader) ?? -1;
  const { logEndOffset } = cluster.status(leader);
  const fetchesBefore = cluster.pendingCall(follower, leader);
  const changes = [1, 2, 3, 4, 5].map((value) => alteration(FIRST_CALL + value, value));
  cluster.deliver(leader, ...changes);
  cluster.runUntil(
    () => cluster.status(leader).highWatermark === logEndOffset + changes.length,
    "all changes are committed",
  );
  expect(cluster.status(follower).logEndOffset).toBe(logEndOffset + changes.length);
  expect(cluster.pendingCall(follower, leader)).toBe(fetchesBefore + 1);
});

test("a follower is sent a change before the leader has stored it, once, and never before it leads", () => {
  const cluster = new Cluster({ seed: 6 });
  const seen: { id: number; kinds: string[]; stored: number }[] = [];
  cluster.onDoneNow = (id, effects) => {
    const kinds = effects.map(({ kind }) => kind);
    seen.push({ id, kinds, stored: cluster.storedEndOffset(id) });
  };
  cluster.format();
  const leader = cluster.leader();
  cluster.run(100);
  for (const { id, stored } of seen) expect([id, stored > 0]).toEqual([leader, true]);
  seen.length = 0;
  const before = cluster.storedEndOffset(leader);
  cluster.deliver(leader, alteration(FIRST_CALL, 1), alteration(FIRST_CALL + 1, 2));
  expect(seen).toEqual([{ id: leader, kinds: ["peer-reply"], stored: before }]);
  expect(cluster.storedEndOffset(leader)).toBe(before + 2);
});
