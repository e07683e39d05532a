/** One of each of the records that Kafka does not have, with every field set. */

import type { OwnRecord } from "../../src/protocol/own-record.ts";

export const OWN_RECORDS_OF_EACH_TYPE: readonly OwnRecord[] = [
  {
    type: "accessToken",
    version: 0,
    data: {
      tokenId: "AbCdEfGhIjK_",
      principal: "User:alice",
      secretHash: new Uint8Array(32).fill(1),
      description: "für die Sicherung",
      createdTimestamp: 1_700_000_000_000n,
      expirationTimestamp: 1_800_000_000_000n,
      previousSecretHash: new Uint8Array(32).fill(2),
      previousExpirationTimestamp: 1_700_000_600_000n,
    },
  },
  { type: "removeAccessToken", version: 0, data: { tokenId: "AbCdEfGhIjK_" } },
  {
    type: "rememberedAnswer",
    version: 0,
    data: {
      principal: "User:alice",
      key: "a key",
      fingerprint: new Uint8Array(32).fill(3),
      apiKey: 19,
      apiVersion: 7,
      answer: Uint8Array.of(0, 1, 2, 255),
      expirationTimestamp: 1_700_000_060_000n,
    },
  },
  {
    type: "forgetAnswers",
    version: 0,
    data: { throughTimestamp: 1_700_000_060_000n, maxAnswers: 1000 },
  },
];
