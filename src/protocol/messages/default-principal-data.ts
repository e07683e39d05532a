/** DefaultPrincipalData, as Apache Kafka 4.4.0 defines it. */

import { bool, type Decoded, schema, string } from "../schema.ts";

export const defaultPrincipalData = schema("DefaultPrincipalData", "0", "0+", {
  type: string("0+"),
  name: string("0+"),
  tokenAuthenticated: bool("0+"),
});

export type DefaultPrincipalData = Decoded<typeof defaultPrincipalData>;
