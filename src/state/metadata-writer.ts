/**
 * Replay: makes the rows of a batch of metadata records. A batch becomes visible as a whole, at its last offset. A
 * record that does not fit the state is a mistake of whoever wrote it, and stops the object.
 */

import { assert, present } from "../base/assert.ts";
import { shapeKeeper } from "../base/kept-shape.ts";
import type { MetadataRecord, RecordName } from "../protocol/metadata-record.ts";
import { putAccessToken, removeAccessToken } from "./access-token-writer.ts";
import { forgetAnswers, rememberAnswer } from "./answer-writer.ts";
import {
  changeBroker,
  registerBroker,
  registerController,
  setFenced,
  unregisterBroker,
  unregisterController,
} from "./broker-writer.ts";
import type { CountChanges } from "./cluster-counts.ts";
import { putDelegationToken, removeDelegationToken } from "./delegation-token-writer.ts";
import type { AclState } from "./metadata-view.ts";
import { PartitionWriter } from "./partition-writer.ts";
import { RowEdits } from "./row-edits.ts";
import { RowKeys } from "./row-key.ts";
import { aclOf, recordRow } from "./rows/record-row.ts";
import { configRow, featureRow, producerIdsRow } from "./rows/small-rows.ts";
import type { VersionedStore } from "./versioned-store.ts";

export interface MetadataBatch {
  /** Inclusive; the offset at which all of it becomes visible. */
  readonly lastOffset: number;
  readonly records: readonly MetadataRecord[];
}

interface Application {
  readonly batch: MetadataBatch;
  readonly edits: RowEdits;
  readonly partitions: PartitionWriter;
}

const kept = shapeKeeper<PartitionWriter>();

/**
 * Applies a whole batch to the state of everything below it. Asserts that each record fits, and that a metadata
 * transaction begins and ends within the batch: nothing here hides the records of an open one. Returns what it adds to
 * what is counted.
 */
export function applyBatch(store: VersionedStore, batch: MetadataBatch): CountChanges {
  const edits = new RowEdits(store, batch.lastOffset);
  const application = { batch, edits, partitions: kept(new PartitionWriter(edits)) };
  for (const record of withoutTransactions(batch.records)) apply(application, record);
  application.partitions.flush();
  edits.flush();
  return application.partitions.counts;
}

/** The records that count: a transaction's own are dropped, and so is what an aborted one holds. */
function withoutTransactions(records: readonly MetadataRecord[]): readonly MetadataRecord[] {
  if (!records.some(({ type }) => type.endsWith("Transaction"))) return records;
  const kept: MetadataRecord[] = [];
  /** How many records were kept when the transaction began; null outside of one. */
  let begin: number | null = null;
  for (const record of records) {
    if (record.type === "beginTransaction") {
      assert(begin === null, "Cannot begin a metadata transaction: one is open");
      begin = kept.length;
    } else if (record.type === "endTransaction" || record.type === "abortTransaction") {
      assert(begin !== null, `Cannot apply ${record.type}: no metadata transaction is open`);
      if (record.type === "abortTransaction") kept.length = begin;
      begin = null;
    } else {
      kept.push(record);
    }
  }
  assert(begin === null, "Cannot apply a batch: its metadata transaction does not end in it");
  return kept;
}

type RecordOf<N extends RecordName> = Extract<MetadataRecord, { type: N }>;

type Appliers = {
  readonly [N in Exclude<RecordName, "beginTransaction" | "endTransaction" | "abortTransaction">]: (
    application: Application,
    data: RecordOf<N>["data"],
    record: RecordOf<N>,
  ) => void;
};

/** How each record changes the rows. */
const APPLIERS: Appliers = {
  topic: ({ partitions }, { topicId, name }) => partitions.addTopic(topicId, name),
  removeTopic: ({ partitions }, { topicId }) => partitions.removeTopic(topicId),
  partition: ({ partitions }, data) => partitions.putPartition(data),
  partitionChange: ({ partitions }, data) => partitions.changePartition(data),
  clearElr: ({ partitions }, { topicName }) => partitions.clearElr(topicName),
  registerBroker: ({ edits, batch }, data, record) =>
    registerBroker(edits, data, offsetOf(record, batch)),
  unregisterBroker: ({ edits }, { brokerId, brokerEpoch }) =>
    unregisterBroker(edits, brokerId, brokerEpoch),
  brokerRegistrationChange: ({ edits }, data) => changeBroker(edits, data),
  fenceBroker: ({ edits }, { id, epoch }) => setFenced(edits, id, epoch, true),
  unfenceBroker: ({ edits }, { id, epoch }) => setFenced(edits, id, epoch, false),
  registerController: ({ edits }, data) => registerController(edits, data),
  unregisterController: ({ edits }, { controllerId }) => unregisterController(edits, controllerId),
  featureLevel: ({ edits }, { name, featureLevel }) => {
    const feature = featureLevel === 0 ? null : { name, level: featureLevel };
    edits.set(RowKeys.feature(name), featureRow, feature);
  },
  config: ({ edits }, { resourceType, resourceName, name, value }) => {
    const entry = value === null ? null : { name, value };
    edits.set(RowKeys.config(resourceType, resourceName, name), configRow, entry);
  },
  producerIds: ({ edits }, { nextProducerId }) =>
    edits.set(RowKeys.producerIds, producerIdsRow, nextProducerId),
  clientQuota: ({ edits }, { entity, key, remove: removed }, record) =>
    edits.set(RowKeys.clientQuota(entity, key), recordRow, removed ? null : record),
  accessControlEntry: ({ edits }, data, record) => {
    edits.set(RowKeys.acl(data.id), recordRow, record);
    edits.set(aclIndexKey(data), recordRow, record);
  },
  removeAccessControlEntry: ({ edits }, { id }) => {
    const record = edits.get(RowKeys.acl(id), recordRow);
    const known = present(record, `Cannot remove ACL ${id}: unknown`);
    edits.set(aclIndexKey(aclOf(known)), recordRow, null);
    edits.set(RowKeys.acl(id), recordRow, null);
  },
  userScramCredential: ({ edits }, { name, mechanism }, record) =>
    edits.set(RowKeys.scramCredential(name, mechanism), recordRow, record),
  removeUserScramCredential: ({ edits }, { name, mechanism }) =>
    remove(edits, RowKeys.scramCredential(name, mechanism)),
  delegationToken: ({ edits }, _data, record) => putDelegationToken(edits, record),
  removeDelegationToken: ({ edits }, { tokenId }) => removeDelegationToken(edits, tokenId),
  zkMigrationState: ({ edits }, _data, record) => edits.set(RowKeys.zkMigration, recordRow, record),
  noOp: () => {},
  accessToken: ({ edits }, _data, record) => putAccessToken(edits, record),
  removeAccessToken: ({ edits }, { tokenId }) => removeAccessToken(edits, tokenId),
  rememberedAnswer: ({ edits }, _data, record) => rememberAnswer(edits, record),
  forgetAnswers: ({ edits }, data) => forgetAnswers(edits, data),
};

function apply(application: Application, record: MetadataRecord): void {
  const { type } = record;
  assert(type in APPLIERS, `Cannot apply ${type}: it belongs to a metadata transaction`);
  const applier = APPLIERS[type as keyof Appliers];
  applier(application, record.data as never, record as never);
}

function offsetOf(record: MetadataRecord, { lastOffset, records }: MetadataBatch): number {
  return lastOffset + 1 - records.length + records.indexOf(record);
}

function aclIndexKey({ resourceType, patternType, resourceName, id }: AclState): string {
  return RowKeys.aclOn(resourceType, patternType, resourceName, id);
}

function remove(edits: RowEdits, key: string): void {
  const known = edits.get(key, recordRow) !== null;
  assert(known, `Cannot remove ${key}: unknown`);
  edits.set(key, recordRow, null);
}
