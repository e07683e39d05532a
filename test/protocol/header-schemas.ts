/** RequestHeader and ResponseHeader, as Apache Kafka 4.4.0 defines them: what headers are by hand has to be this. */

import { int16, int32, schema, string } from "../../src/protocol/schema.ts";

export const requestHeader = schema("RequestHeader", "1-2", "2+", {
  requestApiKey: int16("0+"),
  requestApiVersion: int16("0+"),
  correlationId: int32("0+"),
  clientId: string("1+", { nullable: "1+", neverFlexible: true }),
});

export const responseHeader = schema("ResponseHeader", "0-1", "1+", {
  correlationId: int32("0+"),
});
