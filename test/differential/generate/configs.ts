/** Configs are altered, one by one and as a whole, and described. */

import type { Random } from "../random.ts";
import type { Body } from "../step.ts";
import { type Context, type Draft, someBrokerId, someTopicName } from "./context.ts";
import { type NamedValue, someConfigName, someValueOf } from "./topic-configs.ts";

const TOPIC = 2;
const BROKER = 4;
const BROKER_LOGGER = 8;
const CLIENT_METRICS = 16;
const GROUP = 32;
const KNOWN_TYPES: readonly number[] = [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP];

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

/** All of them valid where a controller reads them: it does not check them, and an Apache controller then resigns. */
const BROKER_CONFIGS: readonly NamedValue[] = [
  { name: "min.insync.replicas", value: "2" },
  { name: "min.insync.replicas", value: "1" },
  { name: "min.insync.replicas", value: "0" },
  { name: "log.retention.ms", value: "1000" },
  { name: "log.retention.ms", value: "abc" },
  { name: "unclean.leader.election.enable", value: "true" },
  { name: "unclean.leader.election.enable", value: "false" },
  { name: "unclean.leader.election.enable", value: "maybe" },
  { name: "log.cleaner.threads", value: "2" },
  { name: "max.connections", value: "100" },
  { name: "leader.replication.throttled.rate", value: "1000" },
  { name: "no.such.broker.config", value: "1" },
  { name: "log.segment.bytes", value: "2097152" },
  { name: "log.cleanup.policy", value: "compact" },
  { name: "listener.security.protocol.map", value: "PLAINTEXT:PLAINTEXT" },
];
const METRICS_CONFIGS: readonly NamedValue[] = [
  { name: "metrics", value: "org.apache.kafka.producer." },
  { name: "metrics", value: "" },
  { name: "interval.ms", value: "100" },
  { name: "interval.ms", value: "99" },
  { name: "interval.ms", value: "3600001" },
  { name: "interval.ms", value: "x" },
  { name: "match", value: "client_software_name=x.*" },
  { name: "match", value: "client_id=[" },
  { name: "match", value: "no_such=a" },
  { name: "match", value: "client_id" },
  { name: "no.such", value: "1" },
];
const GROUP_CONFIGS: readonly NamedValue[] = [
  { name: "consumer.session.timeout.ms", value: "45000" },
  { name: "consumer.session.timeout.ms", value: "1" },
  { name: "consumer.session.timeout.ms", value: "5000" },
  { name: "consumer.heartbeat.interval.ms", value: "5000" },
  { name: "consumer.heartbeat.interval.ms", value: "100000000" },
  { name: "share.session.timeout.ms", value: "45000" },
  { name: "share.heartbeat.interval.ms", value: "1" },
  { name: "share.record.lock.duration.ms", value: "30000" },
  { name: "share.record.lock.duration.ms", value: "1" },
  { name: "share.auto.offset.reset", value: "earliest" },
  { name: "share.auto.offset.reset", value: "sometimes" },
  { name: "share.auto.offset.reset", value: "by_duration:PT1H" },
  { name: "share.isolation.level", value: "read_committed" },
  { name: "share.delivery.count.limit", value: "5" },
  { name: "streams.session.timeout.ms", value: "45000" },
  { name: "streams.heartbeat.interval.ms", value: "5000" },
  { name: "streams.num.standby.replicas", value: "1" },
  { name: "no.such.group.config", value: "1" },
];

function someResource(context: Context): Resource {
  const { random } = context;
  return random.oneOf<Resource>([
    [50, () => ({ resourceType: TOPIC, resourceName: someTopicName(context) })],
    [12, () => ({ resourceType: BROKER, resourceName: String(someBrokerId(context)) })],
    [8, () => ({ resourceType: BROKER, resourceName: "" })],
    [4, () => ({ resourceType: BROKER, resourceName: "99" })],
    [
      3,
      () => ({ resourceType: BROKER, resourceName: random.pick(["x", "-5", "1.5", "007", " 11"]) }),
    ],
    [8, () => ({ resourceType: CLIENT_METRICS, resourceName: random.pick(["m1", "m2", ""]) })],
    [12, () => ({ resourceType: GROUP, resourceName: random.pick(["g1", "g2", ""]) })],
    [2, () => ({ resourceType: BROKER_LOGGER, resourceName: random.pick(["11", "x", ""]) })],
    // Each but once: Kafka takes those of one name for one unknown resource, and then says nothing at all.
    [
      2,
      () => ({
        resourceType: random.pick([0, 1, 3, 64, -1, 127]),
        resourceName: `x${random.below(99)}`,
      }),
    ],
  ]);
}

function someConfig(context: Context, resourceType: number): NamedValue {
  const { random } = context;
  switch (resourceType) {
    case BROKER:
      return random.pick(BROKER_CONFIGS);
    case CLIENT_METRICS:
      return random.pick(METRICS_CONFIGS);
    case GROUP:
      return random.pick(GROUP_CONFIGS);
    default: {
      const name = someConfigName(context);
      return { name, value: someValueOf(context, name) };
    }
  }
}

function resources(context: Context, configsOf: (resource: Resource) => Body[]): Body[] {
  const { random } = context;
  const chosen = random.many(random.chance(0.03) ? 0 : 1, 2, () => someResource(context));
  const repeatable = chosen.filter(({ resourceType }) => KNOWN_TYPES.includes(resourceType));
  if (random.chance(0.04)) chosen.push(...repeatable.slice(0, 1));
  return chosen.map((resource) => ({ ...resource, configs: configsOf(resource) }));
}

/** Not among them: operations that Kafka does not know, and nothing to append or subtract. An Apache controller resigns over these. */
export function incrementalAlterConfigs(context: Context): Draft {
  const { random } = context;
  const someOperation = ({ resourceType }: Resource): Body => {
    const { name, value } = someConfig(context, resourceType);
    return random.oneOf<Body>([
      [60, () => ({ name, value, configOperation: 0 })],
      [18, () => ({ name, value: random.chance(0.8) ? null : value, configOperation: 1 })],
      [10, () => ({ ...someListChange(random), configOperation: random.pick([2, 3]) })],
      [5, () => ({ name, value: value ?? "x", configOperation: random.pick([2, 3]) })],
      [2, () => ({ name, value: null, configOperation: 0 })],
    ]);
  };
  const body = {
    resources: resources(context, (resource) => {
      const configs = random.many(random.chance(0.04) ? 0 : 1, 3, () => someOperation(resource));
      return random.chance(0.04) ? [...configs, ...configs.slice(0, 1)] : configs;
    }),
    validateOnly: random.chance(0.12),
  };
  return { body };
}

function someListChange(random: Random): NamedValue {
  return random.pick([
    { name: "cleanup.policy", value: "compact" },
    { name: "cleanup.policy", value: "delete" },
    { name: "cleanup.policy", value: "compact,delete" },
    { name: "cleanup.policy", value: "other" },
    { name: "cleanup.policy", value: "" },
    { name: "leader.replication.throttled.replicas", value: "0:11" },
    { name: "leader.replication.throttled.replicas", value: "1:12,0:11" },
    { name: "follower.replication.throttled.replicas", value: "*" },
    { name: "metrics", value: "a.b" },
    { name: "match", value: "client_id=x" },
  ]);
}

export function alterConfigs(context: Context): Draft {
  const { random } = context;
  const body = {
    resources: resources(context, ({ resourceType }) => {
      const configs = random.many(0, 3, () => ({ ...someConfig(context, resourceType) }));
      return random.chance(0.04) ? [...configs, ...configs.slice(0, 1)] : configs;
    }),
    validateOnly: random.chance(0.12),
  };
  return { body };
}

export function describeConfigs(context: Context): Draft {
  const { random } = context;
  // What a process says of itself and of its loggers is another matter.
  const chosen = random
    .many(random.chance(0.03) ? 0 : 1, 3, () => someResource(context))
    .filter(({ resourceType, resourceName }) => {
      return (
        resourceType !== BROKER_LOGGER && !(resourceType === BROKER && resourceName.trim() === "1")
      );
    });
  return {
    body: {
      resources: chosen.map((resource) => ({
        ...resource,
        configurationKeys: random.oneOf<string[] | null>([
          [4, () => null],
          [1, () => []],
          [3, () => random.many(1, 3, () => someConfig(context, resource.resourceType).name)],
        ]),
      })),
      includeSynonyms: random.chance(0.5),
      includeDocumentation: random.chance(0.3),
    },
  };
}
