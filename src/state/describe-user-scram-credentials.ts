/** DescribeUserScramCredentials (KIP-554): which mechanisms users have credentials for, as brokers answer it. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { clipMessage } from "./decision.ts";
import { HashedMap } from "./hashed-map.ts";
import type { MetadataView, ScramCredentialState } from "./metadata-view.ts";

type Response = ResponseInit<"describeUserScramCredentials">;
type Result = NonNullable<Response["results"]>[number];

/**
 * Every user when none is named. Error codes for one user: RESOURCE_NOT_FOUND, DUPLICATE_RESOURCE when it is named
 * twice.
 */
export function describeUserScramCredentials(
  { users }: RequestOf<"describeUserScramCredentials">,
  view: MetadataView,
): Response {
  const asked = new HashedMap<{ repeated: boolean }>();
  const credentials = new Map<string, ScramCredentialState[]>();
  if (users === null || users.length === 0) {
    for (const credential of view.scramCredentials()) {
      const { name } = credential;
      asked.set(name, { repeated: false });
      credentials.set(name, [...(credentials.get(name) ?? []), credential]);
    }
  } else {
    for (const { name } of users) {
      asked.set(name, { repeated: asked.has(name) });
      credentials.set(name, credentialsOf(view, name));
    }
  }
  return {
    results: asked
      .entries()
      .map(([user, { repeated }]) => resultOf(user, repeated, credentials.get(user) ?? [])),
  };
}

function credentialsOf(view: MetadataView, user: string): ScramCredentialState[] {
  return [1, 2].flatMap((mechanism) => view.scramCredential(user, mechanism) ?? []);
}

function resultOf(
  user: string,
  repeated: boolean,
  credentials: readonly ScramCredentialState[],
): Result {
  if (repeated) {
    const message = `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`;
    return {
      user,
      errorCode: ErrorCode.DUPLICATE_RESOURCE,
      errorMessage: clipMessage(message),
    };
  }
  if (credentials.length === 0) {
    const message = `Attempt to describe a user credential that does not exist: ${user}`;
    return {
      user,
      errorCode: ErrorCode.RESOURCE_NOT_FOUND,
      errorMessage: clipMessage(message),
    };
  }
  return {
    user,
    credentialInfos: credentials.map(({ mechanism, iterations }) => ({ mechanism, iterations })),
  };
}
