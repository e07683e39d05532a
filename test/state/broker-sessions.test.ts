/** What the active controller remembers of brokers between their heartbeats. */

import { expect, it } from "vitest";
import { BrokerSessions } from "../../src/state/broker-sessions.ts";
import type { BrokerState } from "../../src/state/metadata-view.ts";

function broker(brokerId: number, changes: Partial<BrokerState> = {}): BrokerState {
  return {
    brokerId,
    epoch: 10 + brokerId,
    incarnationId: "AAAAAAAAAAAAAAAAAAAAAg",
    endpoints: [],
    features: [],
    rack: null,
    fenced: false,
    inControlledShutdown: false,
    logDirs: [],
    cordonedLogDirs: [],
    registrationOffset: 0,
    ...changes,
  };
}

it("holds a session until a whole timeout has passed without contact", () => {
  const sessions = new BrokerSessions(9000);
  expect(sessions.hasValidSession(1, 11, 0)).toBe(false);
  sessions.touch(1, 11, 1000);
  expect(sessions.hasValidSession(1, 11, 9999)).toBe(true);
  expect(sessions.hasValidSession(1, 11, 10_000)).toBe(false);
  expect(sessions.hasValidSession(1, 12, 1000)).toBe(false);
});

it("grants every broker that is not fenced a full session on activation", () => {
  const sessions = new BrokerSessions(9000);
  sessions.activate([broker(1), broker(2, { fenced: true })], 50_000);
  expect(sessions.hasValidSession(1, 11, 58_999)).toBe(true);
  expect(sessions.hasValidSession(2, 12, 50_000)).toBe(false);
});

it("lists stale brokers, the longest silent first", () => {
  const sessions = new BrokerSessions(9000);
  sessions.touch(1, 11, 2000);
  sessions.touch(2, 12, 1000);
  sessions.touch(3, 13, 3000);
  const brokers = [broker(1), broker(2), broker(3)];
  const stale = (nowMs: number) =>
    sessions.staleBrokers(brokers, nowMs).map(({ brokerId }) => brokerId);
  expect(stale(9999)).toEqual([]);
  expect(stale(11_000)).toEqual([2, 1]);
  sessions.touch(2, 12, 11_000);
  expect(stale(12_000)).toEqual([1, 3]);
});

it("knows how far the active brokers have read, as far as they have said", () => {
  const sessions = new BrokerSessions(9000);
  const shuttingDown = broker(3, { inControlledShutdown: true });
  expect(sessions.lowestActiveOffset([shuttingDown, broker(4, { fenced: true })])).toBe(
    Number.POSITIVE_INFINITY,
  );
  sessions.heartbeat(1, 11, 500, 0);
  sessions.heartbeat(2, 12, 400, 0);
  sessions.heartbeat(3, 13, 100, 0);
  sessions.noteControlledShutdown(3, 13, 0, 0);
  expect(sessions.lowestActiveOffset([broker(1), broker(2), shuttingDown])).toBe(400);
  sessions.touch(2, 12, 1);
  expect(sessions.lowestActiveOffset([broker(1), broker(2)])).toBe(400);
  expect(sessions.lowestActiveOffset([broker(1), broker(2, { epoch: 99 })])).toBe(-1);
});

it("waits for what a broker says next when its registration has changed", () => {
  const sessions = new BrokerSessions(9000);
  sessions.heartbeat(1, 11, 500, 0);
  sessions.forgetOffset(1, 10);
  expect(sessions.lowestActiveOffset([broker(1)])).toBe(500);
  sessions.forgetOffset(1, 11);
  expect(sessions.lowestActiveOffset([broker(1)])).toBe(-1);
  expect(sessions.hasValidSession(1, 11, 8999)).toBe(true);
  sessions.heartbeat(1, 11, 501, 1);
  expect(sessions.lowestActiveOffset([broker(1)])).toBe(501);
});

it("notes the offset of a shutdown once, and forgets it with that life of the broker", () => {
  const sessions = new BrokerSessions(9000);
  expect(sessions.noteControlledShutdown(1, 11, 519, 0)).toBe(519);
  expect(sessions.noteControlledShutdown(1, 11, 600, 0)).toBe(519);
  expect(sessions.noteControlledShutdown(1, 700, 701, 0)).toBe(701);
  sessions.clear();
  expect(sessions.noteControlledShutdown(1, 700, 900, 0)).toBe(900);
});

it("knows who is shutting down from the registration until it knows better", () => {
  const sessions = new BrokerSessions(9000);
  const leaving = broker(1, { inControlledShutdown: true });
  expect(sessions.isShuttingDown(leaving)).toBe(true);
  sessions.activate([leaving, broker(2)], 0);
  expect(sessions.isShuttingDown(leaving)).toBe(true);
  expect(sessions.isShuttingDown(broker(2))).toBe(false);
  expect(sessions.noteControlledShutdown(1, 11, 100, 0)).toBe(100);
  sessions.raiseControlledShutdown(1, 11, 200, 0);
  expect(sessions.noteControlledShutdown(1, 11, 300, 0)).toBe(200);
  sessions.endShutdown(1, 12);
  expect(sessions.isShuttingDown(leaving)).toBe(true);
  sessions.endShutdown(1, 11);
  expect(sessions.isShuttingDown(leaving)).toBe(false);
  expect(sessions.noteControlledShutdown(1, 11, 300, 0)).toBe(300);
});
