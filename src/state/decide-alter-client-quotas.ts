/** AlterClientQuotas (KIP-546, KIP-612): sets and removes what users, client ids and addresses may use. */

import { ErrorCode, errorText } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, clipMessage, type Decision } from "./decision.ts";
import { stringHashCode } from "./hash-order.ts";
import { HashedMap } from "./hashed-map.ts";
import { isHostAddress } from "./host-address.ts";
import type { MetadataView, QuotaEntityPart } from "./metadata-view.ts";

type Request = RequestOf<"alterClientQuotas">;
type Response = ResponseInit<"alterClientQuotas">;
type Answer = NonNullable<Response["entries"]>[number];

const MAX_RECORDS = 10_000;
/** What a validated entity is collected in, by the controller that ours is like. */
const VALIDATED_CAPACITY = 3;

/** The largest value of a quota that is a whole number; null when it may have a fraction. */
type Kind = { readonly text: string; readonly max: number } | null;

const LONG: Kind = { text: "a LONG", max: 2 ** 63 };
const USER_QUOTAS: ReadonlyMap<string, Kind> = new Map([
  ["producer_byte_rate", LONG],
  ["consumer_byte_rate", LONG],
  ["request_percentage", null],
  ["controller_mutation_rate", null],
]);
const IP_QUOTAS: ReadonlyMap<string, Kind> = new Map([
  ["connection_creation_rate", { text: "an INT", max: 2 ** 31 - 1 }],
]);
const ENTITY_TYPES: ReadonlySet<string> = new Set(["user", "client-id", "ip"]);

/**
 * Every entity succeeds or fails as a whole, with INVALID_REQUEST; all fail with POLICY_VIOLATION when it is too much.
 * An entity that is named again fails, although what was asked of it first is done.
 */
export function decideAlterClientQuotas(request: Request, view: MetadataView): Decision<Response> {
  const records: NewRecord[] = [];
  const answers = new HashedMap<Answer>();
  for (const { entity: parts, ops } of request.entries) {
    const entity = new Entity(parts);
    const wanted = new HashedMap<number | null>(ops.length);
    let repeated = answers.has(entity.key);
    for (const { key, value, remove } of ops) {
      if (wanted.has(key)) repeated = true;
      else wanted.set(key, remove ? null : value);
    }
    const altered = repeated ? `Ignoring duplicate entity ${entity}` : alter(view, entity, wanted);
    if (typeof altered !== "string") records.push(...altered);
    const refusal =
      typeof altered !== "string"
        ? { errorCode: ErrorCode.NONE, errorMessage: null }
        : { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: clipMessage(altered) };
    answers.set(entity.key, { ...refusal, entity: entity.parts }, entity.hashCode);
    if (records.length > MAX_RECORDS) return answerOnly(tooMuch(request));
  }
  return {
    records: request.validateOnly ? [] : records,
    atomic: true,
    response: { entries: answers.values() },
  };
}

/** What quotas are for, as a map from types to names: of a type that is given twice the last name counts. */
class Entity {
  readonly parts: readonly QuotaEntityPart[];
  readonly names: ReadonlyMap<string, string | null>;

  constructor(given: readonly QuotaEntityPart[]) {
    const names = new HashedMap<string | null>(given.length);
    for (const { entityType, entityName } of given) names.set(entityType, entityName);
    this.names = new Map(names.entries());
    this.parts = [...this.names].map(([entityType, entityName]) => ({ entityType, entityName }));
  }

  /** Equal for equal entities. */
  get key(): string {
    return JSON.stringify([...this.names].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get hashCode(): number {
    let sum = 0;
    for (const [type, name] of this.names) {
      sum = (sum + (stringHashCode(type) ^ (name === null ? 0 : stringHashCode(name)))) | 0;
    }
    return (31 + sum) | 0;
  }

  toString(): string {
    const parts = [...this.names].map(([type, name]) => `${type}=${name}`);
    return `ClientQuotaEntity(entries={${parts.join(", ")}})`;
  }
}

/** The records that alter one entity, or why it is refused. */
function alter(
  view: MetadataView,
  entity: Entity,
  wanted: HashedMap<number | null>,
): NewRecord[] | string {
  const problem = typeProblem(entity) ?? combinationProblem(entity);
  if (problem !== null) return problem;
  const allowed = entity.names.has("ip") ? IP_QUOTAS : USER_QUOTAS;
  const current = view.clientQuotasOf(entity.parts);
  const records: NewRecord[] = [];
  for (const [key, value] of wanted.entries()) {
    if (value === null) {
      if (current.has(key)) records.push(quotaRecord(entity, { key, value: 0, remove: true }));
      continue;
    }
    const valueProblem = quotaProblem(allowed, key, value);
    if (valueProblem !== null) return valueProblem;
    if (current.get(key) !== value) {
      records.push(quotaRecord(entity, { key, value, remove: false }));
    }
  }
  return records;
}

function quotaRecord(
  { parts }: Entity,
  quota: { readonly key: string; readonly value: number; readonly remove: boolean },
): NewRecord {
  const validated = new HashedMap<QuotaEntityPart>(VALIDATED_CAPACITY);
  for (const part of parts) validated.set(part.entityType, part);
  return { type: "clientQuota", version: 0, data: { entity: validated.values(), ...quota } };
}

function typeProblem({ names }: Entity): string | null {
  if (names.size === 0) return "Invalid empty client quota entity";
  for (const [type, name] of names) {
    if (!ENTITY_TYPES.has(type)) return `Unhandled client quota entity type: ${type}`;
    if (name === "") return `Empty ${type} not supported`;
  }
  return null;
}

function combinationProblem({ names }: Entity): string | null {
  if (!names.has("ip")) return null;
  if (names.size > 1) {
    return "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId";
  }
  const address = names.get("ip") ?? null;
  if (address === null || isHostAddress(address)) return null;
  return `${address} is not a valid IP or resolvable host.`;
}

function quotaProblem(
  allowed: ReadonlyMap<string, Kind>,
  key: string,
  value: number,
): string | null {
  const kind = allowed.get(key);
  if (kind === undefined) return `Invalid configuration key ${key}`;
  if (!Number.isFinite(value)) return `Quota ${key} must be a finite number`;
  if (value <= 0) return `Quota ${key} must be greater than 0`;
  if (kind === null) return null;
  if (value > kind.max) return `Proposed value for ${key} is too large for ${kind.text}.`;
  return value % 1 > 1e-6 ? `${key} cannot be a fractional value.` : null;
}

/** Nothing is done; every entity is answered as it was asked for. */
function tooMuch({ entries }: Request): Response {
  const errorCode = ErrorCode.POLICY_VIOLATION;
  const errorMessage = errorText(errorCode);
  return { entries: entries.map(({ entity }) => ({ errorCode, errorMessage, entity })) };
}
