/** The properties of a controller that are not in the log: what server.properties of an Apache controller says. */

import { brokerConfigType } from "../state/broker-config.ts";
import { topicDefaultsProblem } from "../state/topic-defaults.ts";

/**
 * Names and defaults are Kafka's, but for those of `quorate.` and `metadata.max.idle.interval.ms`: brokers hear of every
 * commit at once here.
 */
export interface ControllerConfig {
  /** authorizer.class.name: whether ACLs are enforced. */
  readonly authorizerEnabled: boolean;
  /** super.users, for example "User:admin". */
  readonly superUsers: ReadonlySet<string>;
  readonly allowEveryoneIfNoAclFound: boolean;
  readonly brokerSessionTimeoutMs: number;
  readonly numPartitions: number;
  readonly defaultReplicationFactor: number;
  readonly deleteTopicEnable: boolean;
  readonly autoLeaderRebalanceEnable: boolean;
  readonly leaderImbalanceCheckIntervalMs: number;
  readonly uncleanLeaderElectionIntervalMs: number;
  /** How often a NoOpRecord is written; 0 never. */
  readonly metadataMaxIdleIntervalMs: number;
  /** Null when delegation tokens are switched off. */
  readonly delegationTokenSecretKey: string | null;
  readonly delegationTokenMaxLifetimeMs: number;
  readonly delegationTokenExpiryTimeMs: number;
  readonly delegationTokenExpiryCheckIntervalMs: number;
  /** quorate.delegation.max.tokens: how many delegation tokens there are at most, a quarter of them of one owner. */
  readonly delegationMaxTokens: number;
  /** controller.quota.window.num and controller.quota.window.size.seconds (KIP-599). */
  readonly quotaWindowNum: number;
  readonly quotaWindowSizeMs: number;
  /** quorate.http.authentication.required: false lets everybody do everything over HTTP. */
  readonly httpAuthenticationRequired: boolean;
  /** quorate.http.requests.per.second, of each principal; 0 is no limit. */
  readonly httpRequestsPerSecond: number;
  /** quorate.idempotency.max.answers: how many answers to changes are remembered at most, a quarter of them for one principal. */
  readonly idempotencyMaxAnswers: number;
  /** quorate.idempotency.max.bytes: how large they are together when no more are taken on, a quarter of it for one principal. */
  readonly idempotencyMaxBytes: number;
  /** Every property as given, for the defaults of topics such as log.retention.ms. */
  readonly properties: ReadonlyMap<string, string>;
}

/** Which only the gateway looks at. */
const ADDRESS_HEADER = "quorate.http.client.address.header";
const STANDARD_AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

/** Settings by Kafka's names; throws RangeError that says which one is wrong and what is allowed. */
export function controllerConfig(given: Readonly<Record<string, string>> = {}): ControllerConfig {
  const properties = new Map(Object.entries(given).map(([name, value]) => [name, value.trim()]));
  const integer = (name: string, byDefault: number, min: number): number => {
    const text = properties.get(name);
    if (text === undefined) return byDefault;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && text !== "") return value;
    throw new RangeError(`${name}=${text} is not allowed: an integer of at least ${min} is`);
  };
  const flag = (name: string, byDefault: boolean): boolean => {
    const text = properties.get(name)?.toLowerCase() ?? String(byDefault);
    if (text === "true" || text === "false") return text === "true";
    throw new RangeError(`${name}=${text} is not allowed: true or false is`);
  };
  const header = properties.get(ADDRESS_HEADER) ?? "";
  if (!/^[\w-]*$/.test(header)) {
    throw new RangeError(`${ADDRESS_HEADER}=${header} is not allowed: the name of a header is`);
  }
  const problem = topicDefaultsProblem(properties);
  if (problem !== null) throw new RangeError(problem);
  const secret = properties.get("delegation.token.secret.key") ?? "";
  const week = 7 * 24 * 3_600_000;
  return {
    authorizerEnabled: authorizerEnabled(properties.get("authorizer.class.name") ?? ""),
    superUsers: principals(properties.get("super.users") ?? ""),
    allowEveryoneIfNoAclFound: flag("allow.everyone.if.no.acl.found", false),
    brokerSessionTimeoutMs: integer("broker.session.timeout.ms", 9000, 1000),
    numPartitions: integer("num.partitions", 1, 1),
    defaultReplicationFactor: integer("default.replication.factor", 1, 1),
    deleteTopicEnable: flag("delete.topic.enable", true),
    autoLeaderRebalanceEnable: flag("auto.leader.rebalance.enable", true),
    leaderImbalanceCheckIntervalMs:
      1000 * integer("leader.imbalance.check.interval.seconds", 300, 1),
    uncleanLeaderElectionIntervalMs: integer("unclean.leader.election.interval.ms", 300_000, 1),
    metadataMaxIdleIntervalMs: integer("metadata.max.idle.interval.ms", 0, 0),
    delegationTokenSecretKey: secret === "" ? null : secret,
    delegationTokenMaxLifetimeMs: integer("delegation.token.max.lifetime.ms", week, 1),
    delegationTokenExpiryTimeMs: integer("delegation.token.expiry.time.ms", week / 7, 1),
    delegationTokenExpiryCheckIntervalMs: integer(
      "delegation.token.expiry.check.interval.ms",
      3_600_000,
      1,
    ),
    delegationMaxTokens: integer("quorate.delegation.max.tokens", 10_000, 1),
    quotaWindowNum: integer("controller.quota.window.num", 11, 1),
    quotaWindowSizeMs: 1000 * integer("controller.quota.window.size.seconds", 1, 1),
    httpAuthenticationRequired: flag("quorate.http.authentication.required", true),
    httpRequestsPerSecond: integer("quorate.http.requests.per.second", 0, 0),
    idempotencyMaxAnswers: integer("quorate.idempotency.max.answers", 200_000, 1),
    idempotencyMaxBytes: integer("quorate.idempotency.max.bytes", 268_435_456, 1),
    properties,
  };
}

/** What the authorizer reads by itself, so that Kafka does not count it among its own. */
const AUTHORIZER_PROPERTIES = ["super.users", "allow.everyone.if.no.acl.found"];

/** What there is only here. */
const OWN_PROPERTIES = [
  "quorate.delegation.max.tokens",
  "quorate.http.authentication.required",
  ADDRESS_HEADER,
  "quorate.http.requests.per.second",
  "quorate.idempotency.max.answers",
  "quorate.idempotency.max.bytes",
];

/** False for a name that neither Kafka knows nor this controller, which is likely to be mistyped. */
export function isKnownProperty(name: string): boolean {
  const isKnownHere = AUTHORIZER_PROPERTIES.includes(name) || OWN_PROPERTIES.includes(name);
  return isKnownHere || brokerConfigType(name) !== null;
}

function authorizerEnabled(className: string): boolean {
  if (className === "") return false;
  if (className === STANDARD_AUTHORIZER) return true;
  const allowed = `only ${STANDARD_AUTHORIZER} or nothing is`;
  throw new RangeError(`authorizer.class.name=${className} is not allowed: ${allowed}`);
}

/** Principals are separated by semicolons, because a distinguished name has commas. */
function principals(text: string): ReadonlySet<string> {
  const names = text
    .split(";")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const wrong = names.find((name) => !/^[^:]+:./.test(name));
  if (wrong === undefined) return new Set(names);
  throw new RangeError(`super.users has ${wrong}: principals such as User:admin are allowed`);
}
