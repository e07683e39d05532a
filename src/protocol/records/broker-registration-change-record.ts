/** BrokerRegistrationChangeRecord (record type 17) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { array, type Decoded, int8, int32, int64, schema } from "../schema.ts";

export const brokerRegistrationChangeRecord = schema(
  "BrokerRegistrationChangeRecord",
  "0-3",
  "0+",
  {
    brokerId: int32("0+"),
    brokerEpoch: int64("0+"),
    fenced: int8("0+", { tag: 0 }),
    inControlledShutdown: int8("1+", { tag: 1 }),
    logDirs: array("2+", "uuid", { tag: 2 }),
    cordonedLogDirs: array("3+", "uuid", { nullable: "3+", tag: 3, default: null }),
  },
);

export type BrokerRegistrationChangeRecord = Decoded<typeof brokerRegistrationChangeRecord>;
