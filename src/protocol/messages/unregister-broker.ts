/** UnregisterBroker (API key 64), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { type Decoded, int16, int32, schema, string } from "../schema.ts";

export const unregisterBrokerRequest = schema("UnregisterBrokerRequest", "0", "0+", {
  brokerId: int32("0+"),
});

export type UnregisterBrokerRequest = Decoded<typeof unregisterBrokerRequest>;

export const unregisterBrokerResponse = schema("UnregisterBrokerResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
});

export type UnregisterBrokerResponse = Decoded<typeof unregisterBrokerResponse>;
