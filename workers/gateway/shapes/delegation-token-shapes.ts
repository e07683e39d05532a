/** The shapes of delegation tokens. */

import * as v from "valibot";
import { int, item, list } from "./shape.ts";

const KafkaDelegationToken = item("KafkaDelegationToken", {
  token_id: v.string(),
  owner_principal: v.string(),
  requester_principal: v.string(),
  renewers: v.array(v.string()),
  issue_timestamp_ms: int,
  expiration_timestamp_ms: v.pipe(int, v.description("Until when it is good, unless renewed.")),
  max_timestamp_ms: v.pipe(int, v.description("Beyond this it cannot be renewed.")),
  hmac: v.pipe(
    v.string(),
    v.description(
      "Its secret, as base64: the password with which its owner logs in to a broker by SASL/SCRAM. The user name is the token_id.",
    ),
  ),
});

export const DELEGATION_TOKEN_SHAPES = {
  KafkaDelegationToken,
  KafkaDelegationTokenList: list("KafkaDelegationTokenList", KafkaDelegationToken),
  KafkaDelegationTokenExpiration: item("KafkaDelegationTokenExpiration", {
    token_id: v.string(),
    expiration_timestamp_ms: int,
  }),
};
