/** HTTP clients and subscribers get through the loss of one active controller after another. The long form: main.ts. */

import { expect, test } from "vitest";
import { FAILOVER_KINDS } from "./failovers.ts";
import { runFailovers } from "./run.ts";

const CLIENTS = 32;
const SUBSCRIBERS = 20;
/** A run with fewer has hardly tried anything. */
const MIN_ACKNOWLEDGED_WRITES = 30;

test(`${CLIENTS} clients and ${SUBSCRIBERS} subscribers lose nothing in ${FAILOVER_KINDS.length} failovers, and nothing is done twice`, async () => {
  const report = await runFailovers({
    seed: 20261127,
    failovers: FAILOVER_KINDS.length,
    kinds: FAILOVER_KINDS,
    clients: CLIENTS,
    subscribers: SUBSCRIBERS,
    restMs: 150,
  });
  expect(report.violations, `everything is kept in ${report.evidence}`).toEqual([]);
  expect(report.failovers.map(({ kind }) => kind)).toEqual(FAILOVER_KINDS);
  expect(report.acknowledgedWrites).toBeGreaterThanOrEqual(MIN_ACKNOWLEDGED_WRITES);
  expect(Math.max(...report.events)).toBeGreaterThan(report.acknowledgedWrites);
  expect(report.streams).toBeGreaterThan(SUBSCRIBERS);
}, 120_000);
