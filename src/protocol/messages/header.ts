/** RequestHeader and ResponseHeader, as Apache Kafka 4.4.0 defines them. */

import { type Decoded, int16, int32, schema, string } from "../schema.ts";

export const requestHeader = schema("RequestHeader", "1-2", "2+", {
  requestApiKey: int16("0+"),
  requestApiVersion: int16("0+"),
  correlationId: int32("0+"),
  clientId: string("1+", { nullable: "1+", neverFlexible: true }),
});

export type RequestHeader = Decoded<typeof requestHeader>;

export const responseHeader = schema("ResponseHeader", "0-1", "1+", {
  correlationId: int32("0+"),
});

export type ResponseHeader = Decoded<typeof responseHeader>;
