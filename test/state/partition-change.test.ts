/** Changes of a partition: as Kafka's own builder made them, and what holds for all of them. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Uuid, uuidFromBytes } from "../../src/base/uuid.ts";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import type { ElectionMode } from "../../src/state/leader-election.ts";
import type { PartitionState } from "../../src/state/metadata-view.ts";
import { partitionAfter } from "../../src/state/partition-after.ts";
import {
  type ChangeRules,
  type PartitionTarget,
  partitionChange,
} from "../../src/state/partition-change.ts";
import { reassignmentRevert, reassignmentTo } from "../../src/state/partition-reassignment.ts";

const AT = { topicId: "AAAAAAAAAAEAAAAAAAAAAg", partitionIndex: 3 };
const DIR = (broker: number) => `AAAAAAAAAAcAAAAAAAAA${"ABCDEFGH"[broker]}A`;

const AT_RECORD = { topicId: AT.topicId, partitionId: AT.partitionIndex };
const NOTHING: Change["data"] = { topicId: "", partitionId: -1 };

interface Case {
  readonly partition: PartitionState;
  readonly mode: ElectionMode;
  readonly elrEnabled: boolean;
  readonly minInsyncReplicas: number;
  readonly acceptable: readonly number[];
  readonly target: Omit<PartitionTarget, "topicId" | "partitionIndex">;
  /** The fields that Kafka set; null when it wrote no record. */
  readonly written: object | null;
}

type Change = Extract<NewRecord, { type: "partitionChange" }>;

function changeOf({ partition, target, acceptable, ...rules }: Omit<Case, "written">) {
  return partitionChange(
    partition,
    { ...AT, ...target },
    { ...rules, recordVersion: 2, isAcceptable: (id) => acceptable.includes(id) },
  ) as Change | null;
}

function partition(state: Partial<PartitionState> & Pick<PartitionState, "replicas">) {
  return {
    directories: state.replicas.map(DIR),
    isr: state.replicas,
    elr: [],
    lastKnownElr: [],
    removingReplicas: [],
    addingReplicas: [],
    leader: state.replicas[0] ?? -1,
    leaderRecoveryState: 0,
    leaderEpoch: 5,
    partitionEpoch: 9,
    ...state,
  };
}

it("writes the records that Kafka 4.3.1 wrote for the same partitions", () => {
  const path = new URL("../fixtures/kafka-4.3.1/partition-changes.jsonl", import.meta.url);
  const cases = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
  expect(cases).toHaveLength(400);
  for (const each of cases) {
    const { topicId: _, partitionId: __, ...written } = changeOf(each)?.data ?? NOTHING;
    expect({ ...each, written: Object.keys(written).length > 0 ? written : null }).toEqual(each);
  }
});

/** A row of the fixture of 4.4.0; partitions, targets and records in short. */
type Row = readonly [
  replicas: readonly number[],
  places: readonly number[],
  isr: readonly number[],
  elr: readonly number[],
  lastKnownElr: readonly number[],
  removing: readonly number[],
  adding: readonly number[],
  leader: number,
  leaderRecoveryState: number,
  mode: number,
  elrEnabled: number,
  minInsyncReplicas: number,
  acceptable: readonly number[],
  target: readonly [kind: string, what?: unknown, where?: number],
  written: Readonly<Record<string, unknown>> | 0,
];

/** Reserved ids are below 1000; any other directory is named by its number. */
function place(n: number): Uuid {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  if (n >= 1000) view.setBigInt64(0, 7n);
  view.setBigInt64(8, BigInt(n % 1000));
  return uuidFromBytes(bytes);
}

function targetOf(state: PartitionState, [kind, what, where]: Row[13]): Case["target"] {
  const without = state.isr.filter((id) => id !== what);
  switch (kind) {
    case "stay":
      return {};
    case "without":
      return { isr: without };
    case "unclean":
      return { isr: without, uncleanShutdown: [what as number] };
    case "isr":
      return { isr: what as number[], leaderRecoveryState: 0 };
    case "dir": {
      const moved = (id: number | undefined, dir: Uuid) => (id === what ? place(where ?? 0) : dir);
      return { directories: state.directories.map((dir, i) => moved(state.replicas[i], dir)) };
    }
    case "reassign":
      return reassignmentTo(state, what as number[]);
    default: {
      const revert = reassignmentRevert(state);
      expect(revert?.unclean).toBe(what);
      return revert?.target ?? {};
    }
  }
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  removing: "removingReplicas",
  adding: "addingReplicas",
  recovery: "leaderRecoveryState",
  dirs: "directories",
  elr: "eligibleLeaderReplicas",
  last: "lastKnownElr",
};

function written(record: Row[14]): object | null {
  if (record === 0) return null;
  const fields = Object.entries(record).map(([name, value]) => [
    SHORT_NAMES[name] ?? name,
    name === "dirs" ? (value as number[]).map(place) : value,
  ]);
  return { ...AT_RECORD, ...Object.fromEntries(fields) };
}

/** Kafka's default directory in the fixture: broker by broker known, or not. */
function directoryOf(replica: number): Uuid {
  return replica % 2 === 0 ? place(1) : place(1100 + replica);
}

it("writes the records that Kafka 4.4.0 wrote, of reassignments, ELR and directories too", () => {
  const path = new URL("../fixtures/kafka-4.4.0/partition-changes.jsonl", import.meta.url);
  const rows = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  expect(rows).toHaveLength(3000);
  for (const row of rows) {
    const state: PartitionState = {
      replicas: row[0],
      directories: row[1].map(place),
      isr: row[2],
      elr: row[3],
      lastKnownElr: row[4],
      removingReplicas: row[5],
      addingReplicas: row[6],
      leader: row[7],
      leaderRecoveryState: row[8],
      leaderEpoch: 5,
      partitionEpoch: 9,
    };
    const made = partitionChange(
      state,
      { ...AT, ...targetOf(state, row[13]), directoryOf },
      {
        mode: (["preferred", "online", "unclean"] as const)[row[9]] ?? "online",
        elrEnabled: row[10] === 1,
        minInsyncReplicas: row[11],
        recordVersion: 2,
        isAcceptable: (id) => row[12].includes(id),
      },
    );
    expect({ row, made: made?.data ?? null }).toEqual({ row, made: written(row[14]) });
  }
});

describe("by hand", () => {
  const rules: ChangeRules = {
    mode: "online",
    elrEnabled: false,
    minInsyncReplicas: 2,
    recordVersion: 2,
    isAcceptable: (id) => id !== 1,
  };
  const data = (state: PartitionState, target: object, change: Partial<ChangeRules> = {}) =>
    partitionChange(state, { ...AT, ...target }, { ...rules, ...change })?.data ?? null;
  const named = AT_RECORD;

  it("leaves the last member in the ISR when there are no eligible leader replicas", () => {
    const alone = partition({ replicas: [1, 2], isr: [1] });
    expect(data(alone, { isr: [] })).toEqual({ ...named, leader: -1 });
    expect(data({ ...alone, leader: -1 }, { isr: [] })).toBeNull();
  });

  it("takes anyone who lives in an unclean election, and says that it must recover", () => {
    const alone = partition({ replicas: [1, 2], isr: [1] });
    expect(data(alone, { isr: [] }, { mode: "unclean" })).toEqual({
      ...named,
      isr: [2],
      leader: 2,
      leaderRecoveryState: 1,
    });
  });

  it("keeps who leaves a too small ISR eligible, and the last leader known (KIP-966)", () => {
    const elr = { elrEnabled: true };
    const full = partition({ replicas: [1, 2] });
    expect(data(full, { isr: [2] }, elr)).toEqual({
      ...named,
      isr: [2],
      leader: 2,
      eligibleLeaderReplicas: [1],
    });
    const alone = partition({ replicas: [1, 2], isr: [1], elr: [2] });
    expect(data(alone, { isr: [] }, { ...elr, isAcceptable: () => false })).toEqual({
      ...named,
      isr: [],
      leader: -1,
      eligibleLeaderReplicas: [1, 2],
      lastKnownElr: [1],
    });
    const down = partition({ ...alone, isr: [], elr: [1, 2], lastKnownElr: [1], leader: -1 });
    expect(data(down, {}, elr)).toEqual({
      ...named,
      isr: [2],
      leader: 2,
      eligibleLeaderReplicas: [1],
      lastKnownElr: [],
    });
    const lost = partition({ ...down, elr: [], lastKnownElr: [2] });
    expect(data(lost, {}, elr)).toEqual({
      ...named,
      isr: [2],
      leader: 2,
      leaderRecoveryState: 1,
      lastKnownElr: [],
    });
  });

  it("keeps a replica in the ELR that a reassignment removed, as long as the ISR is too small", () => {
    const shrinking = partition({ replicas: [2, 3, 1], removingReplicas: [1, 3], leader: 2 });
    expect(data(shrinking, {}, { elrEnabled: true })).toEqual({
      ...named,
      isr: [2],
      replicas: [2],
      directories: [DIR(2)],
      removingReplicas: [],
      leader: 2,
      eligibleLeaderReplicas: [1, 3],
    });
  });

  it("prefers the first replica when asked to, and otherwise leaves who leads", () => {
    const moved = partition({ replicas: [2, 3], leader: 3 });
    expect(data(moved, {})).toBeNull();
    expect(data(moved, {}, { mode: "preferred" })).toEqual({ ...named, leader: 2 });
  });
});

/** Partitions as they can be: a leader is in the ISR; ISR and ELR are apart; an empty ISR only with ELR. */
const anyCase = fc
  .record({
    all: fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }),
    inIsr: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    inElr: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    moving: fc.array(fc.constantFrom("stays", "stays", "removed", "added"), {
      minLength: 5,
      maxLength: 5,
    }),
    wantedIsr: fc.option(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })),
    led: fc.boolean(),
    mode: fc.constantFrom<ElectionMode>("preferred", "online", "unclean"),
    elrEnabled: fc.boolean(),
    minInsyncReplicas: fc.integer({ min: 1, max: 3 }),
    acceptable: fc.subarray([1, 2, 3, 4, 5]),
    leaderRecoveryState: fc.constantFrom(0, 1),
  })
  .map(({ all, inIsr, inElr, moving, wantedIsr, led, leaderRecoveryState, ...given }) => {
    const { acceptable: living, ...rules } = given;
    const picked = all.filter((_, i) => inIsr[i]);
    const isr = picked.length > 0 || rules.elrEnabled ? picked : all.slice(0, 1);
    const elr = rules.elrEnabled ? all.filter((id, i) => inElr[i] && !isr.includes(id)) : [];
    const state = partition({
      replicas: all,
      isr,
      elr: elr.sort(),
      leader: led ? (isr[0] ?? -1) : -1,
      leaderRecoveryState,
      removingReplicas: all.filter((_, i) => i > 0 && moving[i] === "removed").sort(),
      addingReplicas: all.filter((_, i) => i > 0 && moving[i] === "added").sort(),
    });
    const wanted = isr.filter((_, i) => wantedIsr?.[i] ?? true);
    // A leader may take followers out of the ISR that live; who else is taken out is on its way down.
    const acceptable = living.filter(
      (id) => wanted.includes(state.leader) || !isr.includes(id) || wanted.includes(id),
    );
    return { partition: state, target: { isr: wanted }, acceptable, ...rules };
  });

function merged(state: PartitionState, record: NewRecord): PartitionState {
  const decoded = decodeRecord(encodeRecord(record));
  if (decoded.type !== "partitionChange") throw new Error("not a change");
  return partitionAfter(state, decoded.data);
}

describe("any change", () => {
  it("leaves a possible partition behind", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const record = changeOf(each);
        if (record === null) return;
        const { replicas, isr, elr, leader, directories, ...rest } = merged(each.partition, record);
        expect(new Set(replicas).size).toBe(replicas.length);
        expect(directories).toEqual(replicas.map(DIR));
        expect(replicas).toEqual(expect.arrayContaining([...isr]));
        const known = [...each.partition.replicas, ...each.partition.elr];
        expect(known).toEqual(expect.arrayContaining([...elr]));
        expect(elr.filter((id) => isr.includes(id))).toEqual([]);
        if (leader >= 0) expect(isr).toContain(leader);
        if (!each.elrEnabled) expect(isr).not.toEqual([]);
        if (leader >= 0 && rest.leaderEpoch > each.partition.leaderEpoch) {
          const bumpedOnly = leader === each.partition.leader;
          expect(bumpedOnly || each.acceptable.includes(leader)).toBe(true);
        }
        expect(rest.partitionEpoch).toBe(each.partition.partitionEpoch + 1);
        expect(rest.leaderEpoch - each.partition.leaderEpoch).toBe("leader" in record.data ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves the same before it is written as once it is read", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const record = changeOf(each);
        if (record === null) return;
        const left = partitionAfter(each.partition, record.data);
        expect(left).toEqual(merged(each.partition, record));
      }),
      { numRuns: 500 },
    );
  });

  it("leaves nothing to do, but for an ELR that is not needed any more", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { addingReplicas, removingReplicas } = each.partition;
        fc.pre(addingReplicas.length + removingReplicas.length === 0);
        const record = changeOf(each);
        if (record === null) return;
        const changed = merged(each.partition, record);
        const again = changeOf({ ...each, partition: changed, target: {} });
        if (!each.elrEnabled) expect(again).toBeNull();
        else if (again !== null)
          expect(again.data).toEqual({ ...AT_RECORD, eligibleLeaderReplicas: [] });
      }),
      { numRuns: 500 },
    );
  });
});
