/** The shapes of ACLs, SCRAM users and quotas. */

import * as v from "valibot";
import { int, item, list } from "./shape.ts";

const KafkaAcl = v.strictObject({
  kind: v.literal("KafkaAcl"),
  metadata: v.strictObject({ self: v.string() }),
  cluster_id: v.string(),
  resource_type: v.string(),
  resource_name: v.string(),
  pattern_type: v.string(),
  principal: v.string(),
  host: v.string(),
  operation: v.string(),
  permission: v.string(),
});
const KafkaScramCredential = item("KafkaScramCredential", {
  user_name: v.string(),
  mechanism: v.picklist(["SCRAM-SHA-256", "SCRAM-SHA-512"]),
  iterations: int,
});
const entity = v.strictObject({
  user: v.optional(v.nullable(v.string())),
  "client-id": v.optional(v.nullable(v.string())),
  ip: v.optional(v.nullable(v.string())),
});

export const SECURITY_SHAPES = {
  KafkaAcl,
  KafkaAclList: list("KafkaAclList", KafkaAcl),
  KafkaAclsDeleted: v.strictObject({ data: v.array(KafkaAcl) }),
  AclFailures: v.strictObject({
    failures: v.array(
      v.strictObject({
        index: v.pipe(int, v.description("Which entry of the request.")),
        error_code: int,
        message: v.string(),
      }),
    ),
  }),
  KafkaScramCredential,
  KafkaScramCredentialList: list("KafkaScramCredentialList", KafkaScramCredential),
  KafkaClientQuotaList: list(
    "KafkaClientQuotaList",
    v.strictObject({
      kind: v.literal("KafkaClientQuota"),
      cluster_id: v.string(),
      entity: v.pipe(entity, v.description("A null name is the default of its type.")),
      quota_name: v.string(),
      value: v.number(),
    }),
  ),
};
