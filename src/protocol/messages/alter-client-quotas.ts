/** AlterClientQuotas (API key 49), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, float64, int16, int32, schema, string } from "../schema.ts";

export const alterClientQuotasRequest = schema("AlterClientQuotasRequest", "0-1", "1+", {
  entries: array("0+", {
    entity: array("0+", {
      entityType: string("0+"),
      entityName: string("0+", { nullable: "0+" }),
    }),
    ops: array("0+", {
      key: string("0+"),
      value: float64("0+"),
      remove: bool("0+"),
    }),
  }),
  validateOnly: bool("0+"),
});

export type AlterClientQuotasRequest = Decoded<typeof alterClientQuotasRequest>;

export const alterClientQuotasResponse = schema("AlterClientQuotasResponse", "0-1", "1+", {
  throttleTimeMs: int32("0+"),
  entries: array("0+", {
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    entity: array("0+", {
      entityType: string("0+"),
      entityName: string("0+", { nullable: "0+" }),
    }),
  }),
});

export type AlterClientQuotasResponse = Decoded<typeof alterClientQuotasResponse>;
