/** SaslHandshake (API key 17), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int16, schema, string } from "../schema.ts";

export const saslHandshakeRequest = schema("SaslHandshakeRequest", "0-1", "none", {
  mechanism: string("0+"),
});

export type SaslHandshakeRequest = Decoded<typeof saslHandshakeRequest>;

export const saslHandshakeResponse = schema("SaslHandshakeResponse", "0-1", "none", {
  errorCode: int16("0+"),
  mechanisms: array("0+", "string"),
});

export type SaslHandshakeResponse = Decoded<typeof saslHandshakeResponse>;
