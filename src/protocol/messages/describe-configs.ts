/** DescribeConfigs (API key 32), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const describeConfigsRequest = schema("DescribeConfigsRequest", "1-4", "4+", {
  resources: array("0+", {
    resourceType: int8("0+"),
    resourceName: string("0+"),
    configurationKeys: array("0+", "string", { nullable: "0+" }),
  }),
  includeSynonyms: bool("1+"),
  includeDocumentation: bool("3+"),
});

export type DescribeConfigsRequest = Decoded<typeof describeConfigsRequest>;

export const describeConfigsResponse = schema("DescribeConfigsResponse", "1-4", "4+", {
  throttleTimeMs: int32("0+"),
  results: array("0+", {
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    resourceType: int8("0+"),
    resourceName: string("0+"),
    configs: array("0+", {
      name: string("0+"),
      value: string("0+", { nullable: "0+" }),
      readOnly: bool("0+"),
      configSource: int8("1+", { default: -1, ignorable: true }),
      isSensitive: bool("0+"),
      synonyms: array(
        "1+",
        {
          name: string("1+"),
          value: string("1+", { nullable: "0+" }),
          source: int8("1+"),
        },
        { ignorable: true },
      ),
      configType: int8("3+", { ignorable: true }),
      documentation: string("3+", { nullable: "0+", ignorable: true }),
    }),
  }),
});

export type DescribeConfigsResponse = Decoded<typeof describeConfigsResponse>;
