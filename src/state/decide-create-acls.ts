/** CreateAcls (KIP-140, KIP-290): adds entries that are valid and not there yet. */

import { ErrorCode } from "../base/error-code.ts";
import type { Prng } from "../base/prng.ts";
import { randomUuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  CLUSTER_NAME,
  nameOf,
  Operation,
  PatternType,
  Permission,
  ResourceType,
  WILDCARD,
} from "./authorizer.ts";
import { cidrProblem } from "./cidr.ts";
import {
  answerOnly,
  clipMessage,
  type Decision,
  MAX_RECORDS_PER_USER_OP,
  TOO_LARGE,
} from "./decision.ts";
import { levelName, MetadataVersion } from "./metadata-version.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

type Response = ResponseInit<"createAcls">;
type Creation = RequestOf<"createAcls">["creations"][number];

export interface CreateAclsContext {
  readonly prng: Prng;
  readonly authorizerEnabled: boolean;
}

interface Refusal {
  readonly errorCode: number;
  readonly errorMessage: string;
}

const NO_REFUSAL = {};

/**
 * Error codes for one entry: INVALID_REQUEST, UNSUPPORTED_VERSION; for all of them SECURITY_DISABLED,
 * UNKNOWN_SERVER_ERROR when one is no entry but a filter; POLICY_VIOLATION for all that are valid.
 */
export function decideCreateAcls(
  { creations }: RequestOf<"createAcls">,
  view: MetadataView,
  { prng, authorizerEnabled }: CreateAclsContext,
): Decision<Response> {
  if (!authorizerEnabled) {
    const errorMessage = "No Authorizer is configured.";
    const disabled = { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage };
    return answerOnly({ results: creations.map(() => disabled) });
  }
  if (creations.some(isFilter)) {
    const failed = { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null };
    return answerOnly({ results: creations.map(() => failed) });
  }
  const known = new KnownAcls(view);
  const records: NewRecord[] = [];
  const asked = creations.map((creation) => ({ creation, refusal: resourceRefusal(creation) }));
  const results = asked.map(({ creation, refusal }) => {
    const found = refusal ?? refusalOf(creation, view);
    if (found === null && known.add(creation)) records.push(recordOf(creation, prng));
    return found ?? NO_REFUSAL;
  });
  if (records.length <= MAX_RECORDS_PER_USER_OP) {
    return { records, atomic: true, response: { results } };
  }
  const tooMany = { errorCode: ErrorCode.POLICY_VIOLATION, errorMessage: TOO_LARGE };
  return answerOnly({ results: asked.map(({ refusal }) => refusal ?? tooMany) });
}

/** ANY and MATCH choose entries; they cannot be in one. */
function isFilter(creation: Creation): boolean {
  const { ANY, MATCH } = PatternType;
  return (
    creation.resourceType === ResourceType.ANY ||
    creation.resourcePatternType === ANY ||
    creation.resourcePatternType === MATCH ||
    creation.operation === Operation.ANY ||
    creation.permissionType === Permission.ANY
  );
}

/** What is looked at first of all entries of a request. */
function resourceRefusal({ resourceType, resourceName }: Creation): Refusal | null {
  if (resourceType === ResourceType.CLUSTER && resourceName !== CLUSTER_NAME) {
    return invalid(`The only valid name for the CLUSTER resource is ${CLUSTER_NAME}`);
  }
  return resourceName === "" ? invalid("Invalid empty resource name") : null;
}

function refusalOf(creation: Creation, view: MetadataView): Refusal | null {
  const unknown = [
    ["resourceType", nameOf(ResourceType, creation.resourceType)],
    ["patternType", nameOf(PatternType, creation.resourcePatternType)],
    ["operation", nameOf(Operation, creation.operation)],
    ["permissionType", nameOf(Permission, creation.permissionType)],
  ].find(([, name]) => name === "UNKNOWN");
  if (unknown !== undefined) return invalid(`Invalid ${unknown.join(" ")}`);
  const { principal, host } = creation;
  if (!principal.includes(":")) {
    const reason = "no colon is present separating the principal type from the principal name";
    return invalid(`Could not parse principal from \`${principal}\` (${reason})`);
  }
  return hostRefusal(host, view);
}

function hostRefusal(host: string, view: MetadataView): Refusal | null {
  if (host === "") return invalid("Host pattern cannot be null or empty");
  if (host === WILDCARD || !host.includes("/")) return null;
  if (view.metadataVersion() < MetadataVersion.CIDR_ACLS) {
    const level = levelName(MetadataVersion.CIDR_ACLS);
    return {
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      errorMessage: `CIDR-based ACL host patterns require metadata version ${level} or higher.`,
    };
  }
  const problem = cidrProblem(host);
  return problem === null ? null : invalid(`Invalid CIDR notation '${host}': ${problem}`);
}

function invalid(message: string): Refusal {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: clipMessage(message) };
}

/** The entries of the state and of the request so far. Of each pattern those of the state are read once. */
class KnownAcls {
  readonly #view: MetadataView;
  readonly #byPattern = new Map<string, Set<string>>();

  constructor(view: MetadataView) {
    this.#view = view;
  }

  /** True when it was not there yet. */
  add(creation: Creation): boolean {
    const { resourceType, resourcePatternType: patternType, resourceName } = creation;
    const pattern = [resourceType, patternType, resourceName].join("/");
    let known = this.#byPattern.get(pattern);
    if (known === undefined) {
      const acls = this.#view.aclsOn(resourceType, patternType, resourceName);
      known = new Set(acls.map(entryText));
      this.#byPattern.set(pattern, known);
    }
    const entry = entryText(creation);
    if (known.has(entry)) return false;
    known.add(entry);
    return true;
  }
}

/** What tells entries on one pattern apart. */
function entryText({
  principal,
  host,
  operation,
  permissionType,
}: Pick<AclState, "principal" | "host" | "operation" | "permissionType">): string {
  return JSON.stringify([principal, host, operation, permissionType]);
}

function recordOf({ resourcePatternType, ...entry }: Creation, prng: Prng): NewRecord {
  const data = { ...entry, id: randomUuid(prng), patternType: resourcePatternType };
  return { type: "accessControlEntry", version: 0, data };
}
