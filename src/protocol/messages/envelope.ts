/** Envelope (API key 58), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { bytes, type Decoded, int16, schema } from "../schema.ts";

export const envelopeRequest = schema("EnvelopeRequest", "0", "0+", {
  requestData: bytes("0+"),
  requestPrincipal: bytes("0+", { nullable: "0+" }),
  clientHostAddress: bytes("0+"),
});

export type EnvelopeRequest = Decoded<typeof envelopeRequest>;

export const envelopeResponse = schema("EnvelopeResponse", "0", "0+", {
  responseData: bytes("0+", { nullable: "0+", default: null }),
  errorCode: int16("0+"),
});

export type EnvelopeResponse = Decoded<typeof envelopeResponse>;
