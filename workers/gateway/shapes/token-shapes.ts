/** The shapes of access tokens and of whom they let in. */

import * as v from "valibot";
import { int, item, list } from "./shape.ts";

const facts = {
  token_id: v.string(),
  principal: v.string(),
  description: v.string(),
  created_timestamp_ms: int,
  expiration_timestamp_ms: v.pipe(v.nullable(int), v.description("Null when it does not expire.")),
  previous_expiration_timestamp_ms: v.pipe(
    v.nullable(int),
    v.description("Until when the secret before the last rotation is good; null when it is not."),
  ),
};
const KafkaAccessToken = item("KafkaAccessToken", facts);

export const TOKEN_SHAPES = {
  KafkaAccessToken,
  KafkaAccessTokenList: list("KafkaAccessTokenList", KafkaAccessToken),
  KafkaAccessTokenShown: item("KafkaAccessToken", {
    ...facts,
    access_token: v.pipe(
      v.string(),
      v.description("What goes into the header Authorization. It is shown here only."),
    ),
  }),
  KafkaCaller: item("KafkaCaller", {
    principal: v.string(),
    token_id: v.pipe(v.nullable(v.string()), v.description("Null when no token is needed.")),
  }),
};
