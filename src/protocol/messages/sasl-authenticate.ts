/** SaslAuthenticate (API key 36), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { bytes, type Decoded, int16, int64, schema, string } from "../schema.ts";

export const saslAuthenticateRequest = schema("SaslAuthenticateRequest", "0-2", "2+", {
  authBytes: bytes("0+"),
});

export type SaslAuthenticateRequest = Decoded<typeof saslAuthenticateRequest>;

export const saslAuthenticateResponse = schema("SaslAuthenticateResponse", "0-2", "2+", {
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
  authBytes: bytes("0+"),
  sessionLifetimeMs: int64("1+", { ignorable: true }),
});

export type SaslAuthenticateResponse = Decoded<typeof saslAuthenticateResponse>;
