/** UnregisterController (API key 94), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { type Decoded, int16, int32, schema, string } from "../schema.ts";

export const unregisterControllerRequest = schema("UnregisterControllerRequest", "0", "0+", {
  controllerId: int32("0+"),
});

export type UnregisterControllerRequest = Decoded<typeof unregisterControllerRequest>;

export const unregisterControllerResponse = schema("UnregisterControllerResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
});

export type UnregisterControllerResponse = Decoded<typeof unregisterControllerResponse>;
