/** Who has led the quorum so far, as its log says. */
import { expect, test } from "vitest";
import { ElectionHistory } from "../../src/controller/election-history.ts";
import { encodeControlRecord } from "../../src/protocol/control-record.ts";
import { encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import { Cluster } from "./cluster.ts";

function elect(log: MemoryLog, leaderId: number, leaderEpoch: number): void {
  const record = encodeControlRecord({ type: "leaderChange", data: { version: 0, leaderId } });
  const baseOffset = log.endOffset;
  const timestampMs = 1000 * leaderEpoch;
  const batch = { baseOffset, leaderEpoch, timestampMs, control: true, records: [record] };
  const read = readBatch(encodeBatch(batch));
  if (read !== null) log.append(read);
}

test("elections are counted once, however often they are asked for, and the last ten are told", () => {
  const log = new MemoryLog();
  const history = new ElectionHistory();
  expect(history.upTo(0, log)).toEqual({ count: 0, newest: [] });
  elect(log, 1, 1);
  elect(log, 2, 3);
  // Only one of them is committed.
  const first = { leaderId: 1, epoch: 1, offset: 0, timestampMs: 1000 };
  expect(history.upTo(1, log)).toEqual({ count: 1, newest: [first] });
  expect(history.upTo(1, log)).toEqual({ count: 1, newest: [first] });
  const second = { leaderId: 2, epoch: 3, offset: 1, timestampMs: 3000 };
  expect(history.upTo(2, log)).toEqual({ count: 2, newest: [second, first] });
  for (let epoch = 4; epoch < 20; epoch += 1) elect(log, epoch, epoch);
  const { count, newest } = history.upTo(18, log);
  expect([count, newest.map(({ epoch }) => epoch)]).toEqual([
    18,
    [19, 18, 17, 16, 15, 14, 13, 12, 11, 10],
  ]);
});

test("a leader that takes over tells of the one before it", () => {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const first = cluster.leader();
  cluster.kill(first);
  const second = cluster.leader();
  const reply = cluster.api(second, { kind: "read", sender: null, read: { what: "quorum" } });
  const { elections } = (reply as never as { result: { quorum: { elections: object } } }).result
    .quorum;
  expect(elections).toMatchObject({
    count: 2,
    newest: [{ leaderId: second }, { leaderId: first, epoch: 1, offset: 0 }],
  });
});
