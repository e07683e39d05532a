/** Rows that keep a metadata record as it was written: ACLs, quotas, SCRAM credentials, delegation tokens. */

import { assert } from "../../base/assert.ts";
import { decodeRecord, encodeRecord, type MetadataRecord } from "../../protocol/metadata-record.ts";
import type {
  AccessTokenState,
  AclState,
  ClientQuotaState,
  DelegationTokenState,
  RememberedAnswer,
  ScramCredentialState,
} from "../metadata-view.ts";
import type { RowFormat } from "./row-format.ts";

const FORMAT_VERSION = 0;

export const recordRow: RowFormat<MetadataRecord> = {
  encode(record) {
    const frame = encodeRecord(record);
    const value = new Uint8Array(1 + frame.length);
    value[0] = FORMAT_VERSION;
    value.set(frame, 1);
    return value;
  },
  decode(value) {
    assert(value[0] === FORMAT_VERSION, `Cannot read a record row of format ${value[0]}`);
    return decodeRecord(value.subarray(1));
  },
};

type DataOf<N extends MetadataRecord["type"]> = Extract<MetadataRecord, { type: N }>["data"];

function dataOf<N extends MetadataRecord["type"]>(record: MetadataRecord, type: N): DataOf<N> {
  assert(record.type === type, `Cannot read a row of ${type}: it holds ${record.type}`);
  return record.data as DataOf<N>;
}

export function aclOf(record: MetadataRecord): AclState {
  return dataOf(record, "accessControlEntry");
}

export function quotaOf(record: MetadataRecord): ClientQuotaState {
  const { entity, key, value } = dataOf(record, "clientQuota");
  return { entity, key, value };
}

export function credentialOf(record: MetadataRecord): ScramCredentialState {
  return dataOf(record, "userScramCredential");
}

export function tokenOf(record: MetadataRecord): DelegationTokenState {
  const { issueTimestamp, maxTimestamp, expirationTimestamp, ...token } = dataOf(
    record,
    "delegationToken",
  );
  return {
    ...token,
    issueTimestampMs: Number(issueTimestamp),
    maxTimestampMs: Number(maxTimestamp),
    expirationTimestampMs: Number(expirationTimestamp),
  };
}

export function accessTokenOf(record: MetadataRecord): AccessTokenState {
  const { createdTimestamp, expirationTimestamp, previousExpirationTimestamp, ...token } = dataOf(
    record,
    "accessToken",
  );
  return {
    ...token,
    createdTimestampMs: Number(createdTimestamp),
    expirationTimestampMs: Number(expirationTimestamp),
    previousExpirationTimestampMs: Number(previousExpirationTimestamp),
  };
}

/** What a record tells of an answer; the row's own offset is that of the change. */
export function answerOf(record: MetadataRecord): Omit<RememberedAnswer, "offset"> {
  const { expirationTimestamp, ...answer } = dataOf(record, "rememberedAnswer");
  return { ...answer, expirationTimestampMs: Number(expirationTimestamp) };
}
