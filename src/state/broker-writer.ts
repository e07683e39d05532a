/** Applies what batches say of brokers and controllers. */

import { assert, present } from "../base/assert.ts";
import { type Uuid, uuidToBytes } from "../base/uuid.ts";
import type { BrokerRegistrationChangeRecord } from "../protocol/records/broker-registration-change-record.ts";
import type { RegisterBrokerRecord } from "../protocol/records/register-broker-record.ts";
import type { RegisterControllerRecord } from "../protocol/records/register-controller-record.ts";
import type { BrokerState, FeatureRange } from "./metadata-view.ts";
import type { RowEdits } from "./row-edits.ts";
import { RowKeys } from "./row-key.ts";
import { brokerRow } from "./rows/broker-row.ts";
import { controllerRow } from "./rows/controller-row.ts";

/** BrokerRegistrationChangeRecord.Fenced */
export const FENCE = 1;
export const UNFENCE = -1;

export function registerBroker(
  edits: RowEdits,
  record: RegisterBrokerRecord,
  registrationOffset: number,
): void {
  edits.set(RowKeys.broker(record.brokerId), brokerRow, {
    brokerId: record.brokerId,
    epoch: Number(record.brokerEpoch),
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: featureRanges(record.features),
    rack: record.rack,
    fenced: record.fenced,
    inControlledShutdown: record.inControlledShutdown,
    logDirs: record.logDirs.toSorted(compareUuids),
    cordonedLogDirs: record.cordonedLogDirs,
    registrationOffset,
  });
}

export function unregisterBroker(edits: RowEdits, brokerId: number, epoch: bigint): void {
  registeredBroker(edits, brokerId, epoch);
  edits.set(RowKeys.broker(brokerId), brokerRow, null);
}

/** Empty or null fields of the record leave the broker as it is. */
export function changeBroker(edits: RowEdits, record: BrokerRegistrationChangeRecord): void {
  const broker = registeredBroker(edits, record.brokerId, record.brokerEpoch);
  edits.set(RowKeys.broker(record.brokerId), brokerRow, {
    ...broker,
    fenced: record.fenced === 0 ? broker.fenced : record.fenced === FENCE,
    inControlledShutdown: broker.inControlledShutdown || record.inControlledShutdown === 1,
    logDirs: record.logDirs.length === 0 ? broker.logDirs : record.logDirs.toSorted(compareUuids),
    cordonedLogDirs: record.cordonedLogDirs ?? broker.cordonedLogDirs,
  });
}

/** FenceBrokerRecord and UnfenceBrokerRecord, which only logs of old releases hold. */
export function setFenced(edits: RowEdits, id: number, epoch: bigint, fenced: boolean): void {
  const broker = registeredBroker(edits, id, epoch);
  edits.set(RowKeys.broker(id), brokerRow, { ...broker, fenced });
}

export function registerController(edits: RowEdits, record: RegisterControllerRecord): void {
  edits.set(RowKeys.controller(record.controllerId), controllerRow, {
    controllerId: record.controllerId,
    incarnationId: record.incarnationId,
    endpoints: record.endPoints,
    features: featureRanges(record.features),
  });
}

export function unregisterController(edits: RowEdits, controllerId: number): void {
  const key = RowKeys.controller(controllerId);
  const known = edits.get(key, controllerRow) !== null;
  assert(known, `Cannot unregister controller ${controllerId}: unknown`);
  edits.set(key, controllerRow, null);
}

function registeredBroker(edits: RowEdits, brokerId: number, epoch: bigint): BrokerState {
  const broker = present(
    edits.get(RowKeys.broker(brokerId), brokerRow),
    `Cannot change broker ${brokerId}: unknown`,
  );
  assert(
    BigInt(broker.epoch) === epoch,
    `Cannot change broker ${brokerId} of epoch ${epoch}: its epoch is ${broker.epoch}`,
  );
  return broker;
}

/** In name order: they come in that of a hash table. */
function featureRanges(
  features: readonly {
    readonly name: string;
    readonly minSupportedVersion: number;
    readonly maxSupportedVersion: number;
  }[],
): FeatureRange[] {
  return features
    .map(({ name, minSupportedVersion, maxSupportedVersion }) => ({
      name,
      minVersion: minSupportedVersion,
      maxVersion: maxSupportedVersion,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Kafka's order of UUIDs: as two signed numbers of 64 bits. */
function compareUuids(a: Uuid, b: Uuid): number {
  const [highA, lowA] = halves(a);
  const [highB, lowB] = halves(b);
  if (highA !== highB) return highA < highB ? -1 : 1;
  if (lowA === lowB) return 0;
  return lowA < lowB ? -1 : 1;
}

function halves(uuid: Uuid): readonly [bigint, bigint] {
  const bytes = new Uint8Array(16);
  uuidToBytes(uuid, bytes);
  const view = new DataView(bytes.buffer);
  return [view.getBigInt64(0), view.getBigInt64(8)];
}
