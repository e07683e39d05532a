/** UpdateFeatures (API key 57), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const updateFeaturesRequest = schema("UpdateFeaturesRequest", "0-2", "0+", {
  timeoutMs: int32("0+", { default: 60000 }),
  featureUpdates: array("0+", {
    feature: string("0+"),
    maxVersionLevel: int16("0+"),
    allowDowngrade: bool("0"),
    upgradeType: int8("1+", { default: 1 }),
  }),
  validateOnly: bool("1+"),
});

export type UpdateFeaturesRequest = Decoded<typeof updateFeaturesRequest>;

export const updateFeaturesResponse = schema("UpdateFeaturesResponse", "0-2", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
  results: array(
    "0-1",
    {
      feature: string("0+"),
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
    },
    { ignorable: true },
  ),
});

export type UpdateFeaturesResponse = Decoded<typeof updateFeaturesResponse>;
