/** AlterUserScramCredentials (KIP-554): gives users SCRAM credentials and takes them away. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Decision } from "./decision.ts";
import { HashedMap } from "./hashed-map.ts";
import { recordVersion } from "./metadata-version.ts";
import type { MetadataView } from "./metadata-view.ts";
import { isMechanism, MAX_ITERATIONS, MIN_ITERATIONS, scramKeys } from "./scram-keys.ts";

type Request = RequestOf<"alterUserScramCredentials">;
type Deletion = Request["deletions"][number];
type Upsertion = Request["upsertions"][number];

interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const TWICE: Refusal = {
  errorCode: ErrorCode.DUPLICATE_RESOURCE,
  errorMessage: "A user credential cannot be altered twice in the same request",
};
const UNSUPPORTED: Refusal = {
  errorCode: ErrorCode.UNSUPPORTED_VERSION,
  errorMessage: "The current metadata.version does not support SCRAM",
};

/**
 * Error codes, for one user each: DUPLICATE_RESOURCE, UNSUPPORTED_VERSION, UNACCEPTABLE_CREDENTIAL,
 * UNSUPPORTED_SASL_MECHANISM, RESOURCE_NOT_FOUND, UNKNOWN_SERVER_ERROR for an empty salted password.
 */
export function decideAlterUserScramCredentials(
  request: Request,
  view: MetadataView,
): Decision<ResponseInit<"alterUserScramCredentials">> {
  const { deletions, upsertions, refusals } = sortOut(request, view);
  const records: NewRecord[] = [];
  const done: string[] = [];
  for (const { name, mechanism } of deletions.values()) {
    records.push({ type: "removeUserScramCredential", version: 0, data: { name, mechanism } });
    done.push(name);
  }
  for (const { saltedPassword, ...credential } of upsertions.values()) {
    const keys = scramKeys(credential.mechanism, saltedPassword);
    if (keys === null) {
      const refusal = { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null };
      refusals.set(credential.name, refusal);
    } else {
      records.push({ type: "userScramCredential", version: 0, data: { ...credential, ...keys } });
      done.push(credential.name);
    }
  }
  const results = [
    ...done.map((user) => ({ user, errorCode: ErrorCode.NONE, errorMessage: null })),
    ...refusals.entries().map(([user, refusal]) => ({ user, ...refusal })),
  ];
  return { records, atomic: true, response: { results } };
}

interface SortedOut {
  readonly deletions: HashedMap<Deletion>;
  readonly upsertions: HashedMap<Upsertion>;
  readonly refusals: HashedMap<Refusal>;
}

/** What is to be done, a user once, and whom it is refused. */
function sortOut(request: Request, view: MetadataView): SortedOut {
  const supported = recordVersion("userScramCredential", view.metadataVersion()) !== null;
  const deletions = new HashedMap<Deletion>();
  const upsertions = new HashedMap<Upsertion>();
  const refusals = new HashedMap<Refusal>();
  function sort<T extends Deletion>(
    asked: readonly T[],
    wanted: HashedMap<T>,
    refusalOf: (one: T) => Refusal | null,
  ): void {
    for (const one of asked) {
      if (refusals.has(one.name)) continue;
      const twice = deletions.delete(one.name) || upsertions.delete(one.name);
      const refusal = twice ? TWICE : refusalOf(one);
      if (refusal === null) wanted.set(one.name, one);
      else refusals.set(one.name, refusal);
    }
  }
  sort(request.deletions, deletions, (one) =>
    supported ? deletionRefusal(view, one) : UNSUPPORTED,
  );
  sort(request.upsertions, upsertions, (one) => (supported ? upsertionRefusal(one) : UNSUPPORTED));
  return { deletions, upsertions, refusals };
}

function deletionRefusal(view: MetadataView, deletion: Deletion): Refusal | null {
  const refusal = nameRefusal(deletion);
  if (refusal !== null) return refusal;
  if (view.scramCredential(deletion.name, deletion.mechanism) !== null) return null;
  return {
    errorCode: ErrorCode.RESOURCE_NOT_FOUND,
    errorMessage: "Attempt to delete a user credential that does not exist",
  };
}

function upsertionRefusal(upsertion: Upsertion): Refusal | null {
  const refusal = nameRefusal(upsertion);
  if (refusal !== null) return refusal;
  const errorCode = ErrorCode.UNACCEPTABLE_CREDENTIAL;
  if (upsertion.iterations < MIN_ITERATIONS) {
    return { errorCode, errorMessage: "Too few iterations" };
  }
  if (upsertion.iterations > MAX_ITERATIONS) {
    return { errorCode, errorMessage: "Too many iterations" };
  }
  return null;
}

function nameRefusal({ name, mechanism }: Deletion): Refusal | null {
  if (name === "") {
    return {
      errorCode: ErrorCode.UNACCEPTABLE_CREDENTIAL,
      errorMessage: "Username must not be empty",
    };
  }
  if (isMechanism(mechanism)) return null;
  return {
    errorCode: ErrorCode.UNSUPPORTED_SASL_MECHANISM,
    errorMessage: "Unknown SCRAM mechanism",
  };
}
