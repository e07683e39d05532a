/** ApiVersions (API key 18), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int16, int32, int64, schema, string } from "../schema.ts";

export const apiVersionsRequest = schema("ApiVersionsRequest", "0-5", "3+", {
  clientSoftwareName: string("3+", { ignorable: true }),
  clientSoftwareVersion: string("3+", { ignorable: true }),
  clusterId: string("5+", { nullable: "5+", default: null, ignorable: true }),
  nodeId: int32("5+", { default: -1, ignorable: true }),
});

export type ApiVersionsRequest = Decoded<typeof apiVersionsRequest>;

export const apiVersionsResponse = schema("ApiVersionsResponse", "0-5", "3+", {
  errorCode: int16("0+"),
  apiKeys: array("0+", {
    apiKey: int16("0+"),
    minVersion: int16("0+"),
    maxVersion: int16("0+"),
  }),
  throttleTimeMs: int32("1+", { ignorable: true }),
  supportedFeatures: array(
    "3+",
    {
      name: string("3+"),
      minVersion: int16("3+"),
      maxVersion: int16("3+"),
    },
    { tag: 0, ignorable: true },
  ),
  finalizedFeaturesEpoch: int64("3+", { tag: 1, default: -1n, ignorable: true }),
  finalizedFeatures: array(
    "3+",
    {
      name: string("3+"),
      maxVersionLevel: int16("3+"),
      minVersionLevel: int16("3+"),
    },
    { tag: 2, ignorable: true },
  ),
  zkMigrationReady: bool("3+", { tag: 3, ignorable: true }),
});

export type ApiVersionsResponse = Decoded<typeof apiVersionsResponse>;
