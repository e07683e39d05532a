/** What the gateway answers when it does not do what it was asked: one table from Kafka's errors to HTTP. */

import { ErrorCode, type ErrorName, errorName } from "../../src/base/error-code.ts";

export type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 412
  | 413
  | 414
  | 415
  | 422
  | 426
  | 429
  | 500
  | 501
  | 503;

/** An answer other than success. The body is always `{error_code, message}`. */
export class HttpError extends Error {
  readonly status: ErrorStatus;
  readonly errorCode: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ErrorStatus,
    errorCode: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.headers = headers;
  }
}

/** The body that stands for an error. */
export function errorBody({ errorCode, message }: HttpError) {
  return { error_code: errorCode, message };
}

type Mapping = readonly [status: ErrorStatus, errorCode: number];

const BAD_REQUEST: Mapping = [400, 40002];
const NOT_FOUND: Mapping = [404, 40403];
const FORBIDDEN: Mapping = [403, 40301];
const RETRY: Mapping = [503, 50003];

const MAPPINGS: Partial<Record<ErrorName, Mapping>> = {
  TOPIC_ALREADY_EXISTS: BAD_REQUEST,
  INVALID_TOPIC_EXCEPTION: BAD_REQUEST,
  INVALID_PARTITIONS: BAD_REQUEST,
  INVALID_REPLICATION_FACTOR: BAD_REQUEST,
  INVALID_REPLICA_ASSIGNMENT: BAD_REQUEST,
  INVALID_CONFIG: BAD_REQUEST,
  INVALID_REQUEST: BAD_REQUEST,
  INVALID_REGISTRATION: BAD_REQUEST,
  INVALID_UPDATE_VERSION: BAD_REQUEST,
  INVALID_PRINCIPAL_TYPE: BAD_REQUEST,
  INCONSISTENT_CLUSTER_ID: BAD_REQUEST,
  MESSAGE_TOO_LARGE: BAD_REQUEST,
  POLICY_VIOLATION: BAD_REQUEST,
  UNSUPPORTED_VERSION: BAD_REQUEST,
  UNSUPPORTED_SASL_MECHANISM: BAD_REQUEST,
  UNACCEPTABLE_CREDENTIAL: BAD_REQUEST,
  DUPLICATE_RESOURCE: BAD_REQUEST,
  FEATURE_UPDATE_FAILED: BAD_REQUEST,
  SECURITY_DISABLED: BAD_REQUEST,
  TOPIC_DELETION_DISABLED: BAD_REQUEST,
  REASSIGNMENT_IN_PROGRESS: BAD_REQUEST,
  NO_REASSIGNMENT_IN_PROGRESS: [404, 404],
  ELECTION_NOT_NEEDED: [409, 409],
  PREFERRED_LEADER_NOT_AVAILABLE: [409, 409],
  ELIGIBLE_LEADERS_NOT_AVAILABLE: [409, 409],
  UNKNOWN_SERVER_ERROR: BAD_REQUEST,
  UNKNOWN_TOPIC_OR_PARTITION: NOT_FOUND,
  UNKNOWN_TOPIC_ID: NOT_FOUND,
  RESOURCE_NOT_FOUND: [404, 404],
  BROKER_ID_NOT_REGISTERED: [404, 404],
  CONTROLLER_ID_NOT_REGISTERED: [404, 404],
  CLUSTER_AUTHORIZATION_FAILED: FORBIDDEN,
  TOPIC_AUTHORIZATION_FAILED: FORBIDDEN,
  GROUP_AUTHORIZATION_FAILED: FORBIDDEN,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: FORBIDDEN,
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: FORBIDDEN,
  DELEGATION_TOKEN_NOT_FOUND: [404, 404],
  DELEGATION_TOKEN_EXPIRED: BAD_REQUEST,
  DELEGATION_TOKEN_AUTH_DISABLED: BAD_REQUEST,
  DELEGATION_TOKEN_OWNER_MISMATCH: FORBIDDEN,
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: FORBIDDEN,
  INVALID_TIMESTAMP: BAD_REQUEST,
  STALE_BROKER_EPOCH: [409, 40903],
  DUPLICATE_BROKER_REGISTRATION: [409, 40904],
  THROTTLING_QUOTA_EXCEEDED: [429, 42901],
  BROKER_NOT_AVAILABLE: [503, 50302],
  NOT_CONTROLLER: RETRY,
  REQUEST_TIMED_OUT: RETRY,
};

const OTHER: Mapping = [500, 50002];

/** The status, error code and message that stand for a Kafka error. */
export function errorFacts(name: ErrorName, message: string | null) {
  const [status, errorCode] = MAPPINGS[name] ?? OTHER;
  return { status, errorCode, message: message || describe(name) };
}

/** The answer to a Kafka error. */
export function kafkaError(name: ErrorName, message: string | null): HttpError {
  const { status, errorCode, message: text } = errorFacts(name, message);
  return new HttpError(status, errorCode, text, retryAfter(status));
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, 400, message);
}

export function notFound(message: string): HttpError {
  return new HttpError(404, 404, message);
}

/** Throws unless a response says that all went well. */
export function requireNoError(errorCode: number, message: string | null): void {
  if (errorCode !== ErrorCode.NONE) throw kafkaError(errorName(errorCode), message);
}

/** Not now: the same request may succeed in a moment. */
export function unavailable(message: string): HttpError {
  return new HttpError(503, 50003, message, retryAfter(503));
}

function retryAfter(status: ErrorStatus): Readonly<Record<string, string>> {
  return status === 503 || status === 429 ? { "Retry-After": "1" } : {};
}

const DESCRIPTIONS: Partial<Record<ErrorName, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: "This server does not host this topic-partition.",
  BROKER_ID_NOT_REGISTERED: "No broker with this id is registered.",
  STALE_BROKER_EPOCH: "The broker has another epoch: it registered again or was unregistered.",
  CONTROLLER_ID_NOT_REGISTERED: "No controller with this id is registered.",
  NO_REASSIGNMENT_IN_PROGRESS: "No partition reassignment is in progress.",
  CLUSTER_AUTHORIZATION_FAILED: "Request is not authorized",
  TOPIC_AUTHORIZATION_FAILED: "Request is not authorized",
  GROUP_AUTHORIZATION_FAILED: "Request is not authorized",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "Request is not authorized",
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: "Request is not authorized",
  DELEGATION_TOKEN_AUTH_DISABLED:
    "Delegation tokens are switched off: the controllers have no delegation.token.secret.key.",
  DELEGATION_TOKEN_OWNER_MISMATCH: "Only its owner and its renewers may change a delegation token.",
  DELEGATION_TOKEN_NOT_FOUND: "The delegation token cannot be found.",
  DELEGATION_TOKEN_EXPIRED: "The delegation token has expired. It can only be removed.",
  SECURITY_DISABLED: "No Authorizer is configured.",
  DUPLICATE_BROKER_REGISTRATION:
    "Another process with this broker id is alive, or is still being taken out of its partitions.",
  INVALID_REGISTRATION: "The registration lacks metadata.version or has invalid log directories.",
  UNSUPPORTED_VERSION: "A finalized feature level is outside the range that was given.",
};

function describe(name: ErrorName): string {
  return DESCRIPTIONS[name] ?? `Kafka error: ${name}`;
}
