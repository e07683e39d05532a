/**
 * The records of the metadata log, by name and Kafka's 27 by key, and their frame: version, type, type's version, body.
 */

import { ByteReader } from "../base/byte-reader.ts";
import { bytesPacked } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { decodeFrom, encodeInto } from "./codec.ts";
import {
  carrierRecord,
  decodeOwnRecord,
  encodeOwnRecord,
  isOwnRecord,
  type NewOwnRecord,
  OWN_RECORDS,
  type OwnRecord,
  type OwnRecordName,
} from "./own-record.ts";
import { abortTransactionRecord } from "./records/abort-transaction-record.ts";
import { accessControlEntryRecord } from "./records/access-control-entry-record.ts";
import { beginTransactionRecord } from "./records/begin-transaction-record.ts";
import { brokerRegistrationChangeRecord } from "./records/broker-registration-change-record.ts";
import { clearElrRecord } from "./records/clear-elr-record.ts";
import { clientQuotaRecord } from "./records/client-quota-record.ts";
import { configRecord } from "./records/config-record.ts";
import { delegationTokenRecord } from "./records/delegation-token-record.ts";
import { endTransactionRecord } from "./records/end-transaction-record.ts";
import { featureLevelRecord } from "./records/feature-level-record.ts";
import { fenceBrokerRecord } from "./records/fence-broker-record.ts";
import { noOpRecord } from "./records/no-op-record.ts";
import { partitionChangeRecord } from "./records/partition-change-record.ts";
import { partitionRecord } from "./records/partition-record.ts";
import { producerIdsRecord } from "./records/producer-ids-record.ts";
import { registerBrokerRecord } from "./records/register-broker-record.ts";
import { registerControllerRecord } from "./records/register-controller-record.ts";
import { removeAccessControlEntryRecord } from "./records/remove-access-control-entry-record.ts";
import { removeDelegationTokenRecord } from "./records/remove-delegation-token-record.ts";
import { removeTopicRecord } from "./records/remove-topic-record.ts";
import { removeUserScramCredentialRecord } from "./records/remove-user-scram-credential-record.ts";
import { topicRecord } from "./records/topic-record.ts";
import { unfenceBrokerRecord } from "./records/unfence-broker-record.ts";
import { unregisterBrokerRecord } from "./records/unregister-broker-record.ts";
import { unregisterControllerRecord } from "./records/unregister-controller-record.ts";
import { userScramCredentialRecord } from "./records/user-scram-credential-record.ts";
import { zkMigrationStateRecord } from "./records/zk-migration-state-record.ts";
import type { Decoded, Init, Schema } from "./schema.ts";

export const RECORDS = {
  registerBroker: { key: 0, schema: registerBrokerRecord },
  unregisterBroker: { key: 1, schema: unregisterBrokerRecord },
  topic: { key: 2, schema: topicRecord },
  partition: { key: 3, schema: partitionRecord },
  config: { key: 4, schema: configRecord },
  partitionChange: { key: 5, schema: partitionChangeRecord },
  fenceBroker: { key: 7, schema: fenceBrokerRecord },
  unfenceBroker: { key: 8, schema: unfenceBrokerRecord },
  removeTopic: { key: 9, schema: removeTopicRecord },
  delegationToken: { key: 10, schema: delegationTokenRecord },
  userScramCredential: { key: 11, schema: userScramCredentialRecord },
  featureLevel: { key: 12, schema: featureLevelRecord },
  clientQuota: { key: 14, schema: clientQuotaRecord },
  producerIds: { key: 15, schema: producerIdsRecord },
  brokerRegistrationChange: { key: 17, schema: brokerRegistrationChangeRecord },
  accessControlEntry: { key: 18, schema: accessControlEntryRecord },
  removeAccessControlEntry: { key: 19, schema: removeAccessControlEntryRecord },
  noOp: { key: 20, schema: noOpRecord },
  zkMigrationState: { key: 21, schema: zkMigrationStateRecord },
  removeUserScramCredential: { key: 22, schema: removeUserScramCredentialRecord },
  beginTransaction: { key: 23, schema: beginTransactionRecord },
  endTransaction: { key: 24, schema: endTransactionRecord },
  abortTransaction: { key: 25, schema: abortTransactionRecord },
  removeDelegationToken: { key: 26, schema: removeDelegationTokenRecord },
  registerController: { key: 27, schema: registerControllerRecord },
  clearElr: { key: 28, schema: clearElrRecord },
  unregisterController: { key: 29, schema: unregisterControllerRecord },
} as const;

type KafkaRecordName = keyof typeof RECORDS;
export type RecordName = KafkaRecordName | OwnRecordName;

type NewKafkaRecord = {
  [N in KafkaRecordName]: {
    readonly type: N;
    readonly version: number;
    readonly data: Init<(typeof RECORDS)[N]["schema"]>;
  };
}[KafkaRecordName];

type KafkaRecord = {
  [N in KafkaRecordName]: {
    readonly type: N;
    readonly version: number;
    readonly data: Decoded<(typeof RECORDS)[N]["schema"]>;
  };
}[KafkaRecordName];

/** A record as a decision produces it: its type, the version to write and its fields. */
export type NewRecord = NewKafkaRecord | NewOwnRecord;

/** A record as the log yields it: every field is there. */
export type MetadataRecord = KafkaRecord | OwnRecord;

const BY_KEY: ReadonlyMap<number, KafkaRecordName> = new Map(
  Object.entries(RECORDS).map(([name, { key }]) => [key, name as KafkaRecordName]),
);

const FRAME_VERSION = 1;
const CARRIER_VERSION = 0;

/** What the fields of a record are, Kafka's or ours. */
export function recordSchema(type: RecordName): Schema {
  return { ...RECORDS, ...OWN_RECORDS }[type].schema;
}

/** The value of a log record that carries `record`. */
export function encodeRecord(record: NewRecord): Uint8Array {
  return bytesPacked((writer) => {
    writer.uvarint(FRAME_VERSION);
    if (isOwnRecord(record)) {
      writer.uvarint(RECORDS.noOp.key);
      writer.uvarint(CARRIER_VERSION);
      encodeInto(writer, carrierRecord, CARRIER_VERSION, { own: encodeOwnRecord(record) });
      return;
    }
    writer.uvarint(RECORDS[record.type].key);
    writer.uvarint(record.version);
    encodeInto(writer, RECORDS[record.type].schema, record.version, record.data);
  });
}

/** Reads the value of a log record. Throws MalformedError for anything Kafka could not have written. */
export function decodeRecord(value: Uint8Array): MetadataRecord {
  const reader = new ByteReader(value);
  const frameVersion = reader.uvarint();
  if (frameVersion !== FRAME_VERSION) {
    throw new MalformedError(`record frame version ${frameVersion} is not ${FRAME_VERSION}`);
  }
  const key = reader.uvarint();
  const type = BY_KEY.get(key);
  if (type === undefined) throw new MalformedError(`no metadata record has type ${key}`);
  const version = reader.uvarint();
  const schema = type === "noOp" ? carrierRecord : RECORDS[type].schema;
  const data = decodeFrom(reader, schema, version);
  if (reader.remaining > 0) {
    throw new MalformedError(`${reader.remaining} bytes follow a ${type} record`);
  }
  if (type !== "noOp") return { type, version, data } as MetadataRecord;
  const { own } = data as Decoded<typeof carrierRecord>;
  return own === null ? { type, version, data: {} } : decodeOwnRecord(own);
}
