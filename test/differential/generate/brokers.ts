/** Registrations, heartbeats and the rest of what brokers and controllers say of themselves. */

import { BROKER_FEATURES } from "../../support/broker-features.ts";
import type { BrokerState } from "../model.ts";
import type { Random } from "../random.ts";
import type { Body } from "../step.ts";
import { symbol } from "../symbols.ts";
import {
  BROKER_IDS,
  brokersOf,
  type Context,
  type Draft,
  LOST_DIR,
  MIGRATING_DIR,
  RACKS,
  someBrokerId,
  someEpoch,
  UNASSIGNED_DIR,
} from "./context.ts";

const LISTENER = { name: "PLAINTEXT", host: "127.0.0.1", port: 9092, securityProtocol: 0 };

/** A registration as it should be, of a broker that is new or comes back with a new incarnation. */
export function newRegistration(context: Context, brokerId: number): Record<string, unknown> {
  const { random, model } = context;
  const known = model.brokers.get(brokerId);
  return {
    brokerId,
    clusterId: symbol("cluster"),
    incarnationId: random.uuid(),
    listeners: [{ ...LISTENER, port: 9000 + (brokerId % 1000) }],
    features: BROKER_FEATURES,
    rack: RACKS[brokerId] ?? null,
    isMigratingZkBroker: false,
    logDirs:
      known !== undefined && random.chance(0.5)
        ? known.logDirs
        : random.many(1, 2, () => random.uuid()),
    previousBrokerEpoch: random.chance(0.6) && known !== undefined ? known.epoch : -1n,
  };
}

export function brokerRegistration(context: Context): Draft | null {
  const { random, model } = context;
  const unregistered = BROKER_IDS.filter((id) => !model.brokers.has(id));
  const fenced = brokersOf(context).filter(({ fenced }) => fenced);
  const amendable = brokersOf(context).filter((broker) => !broker.inControlledShutdown);
  const body = random.oneOf<Body>([
    [unregistered.length === 0 ? 0 : 40, () => newRegistration(context, random.pick(unregistered))],
    [fenced.length === 0 ? 0 : 20, () => newRegistration(context, random.pick(fenced).id)],
    [amendable.length === 0 ? 0 : 15, () => sameIncarnation(context, amendable)],
    [4, () => newRegistration(context, random.pick(BROKER_IDS))],
    [30, () => wrongRegistration(context)],
  ]);
  return { body };
}

/** Not in controlled shutdown: an Apache controller forgets that it is, until it is told again. */
function sameIncarnation(context: Context, brokers: readonly BrokerState[]): Body {
  const { random } = context;
  const broker = random.pick(brokers);
  const given = newRegistration(context, broker.id);
  const logDirs = random.chance(0.8)
    ? broker.logDirs
    : [...broker.logDirs.slice(0, 1), random.uuid()];
  const rack = random.chance(0.8) ? (RACKS[broker.id] ?? null) : random.pick(["a", "z", "", null]);
  return { ...given, incarnationId: broker.incarnationId, logDirs, rack };
}

/**
 * Not among them: a security protocol or a listener name that Kafka does not know, over which an Apache controller
 * resigns or ends, the broker -1, which it takes for no broker, and the largest id, of which no replica can be moved.
 */
function wrongRegistration(context: Context): Body {
  const { random, model } = context;
  const id = random.pick(BROKER_IDS);
  const given = newRegistration(context, id);
  // A registration of a live broker fails for its incarnation before anything else.
  const known = model.brokers.get(id);
  const amended = known?.inControlledShutdown === false ? known.incarnationId : null;
  const same = { ...given, incarnationId: amended ?? random.uuid() };
  const others = brokersOf(context).filter(
    (broker) => broker.id !== id && broker.logDirs.length > 0,
  );
  return random.oneOf<Body>([
    [4, () => ({ ...same, clusterId: "another-cluster" })],
    [3, () => ({ ...same, isMigratingZkBroker: true })],
    [2, () => ({ ...same, logDirs: [] })],
    [3, () => ({ ...same, logDirs: [random.pick([LOST_DIR, UNASSIGNED_DIR, MIGRATING_DIR])] })],
    [2, () => ({ ...same, logDirs: [random.uuid(), LOST_DIR] })],
    [2, () => ({ ...same, logDirs: twice(random.uuid()) })],
    [others.length === 0 ? 0 : 3, () => ({ ...same, logDirs: random.pick(others).logDirs })],
    [8, () => ({ ...same, features: wrongFeatures(random) })],
    [1, () => ({ ...same, listeners: [] })],
    [2, () => ({ ...newRegistration(context, random.pick([0, 5])) })],
  ]);
}

function twice<T>(item: T): T[] {
  return [item, item];
}

function wrongFeatures(random: Random): Body[] {
  const index = random.below(BROKER_FEATURES.length);
  const feature = BROKER_FEATURES[index] ?? { name: "" };
  const without = BROKER_FEATURES.filter((_, at) => at !== index);
  return random.oneOf<Body[]>([
    [2, () => []],
    [4, () => without],
    [3, () => [...without, { ...feature, minSupportedVersion: 30, maxSupportedVersion: 40 }]],
    [3, () => [...without, { ...feature, minSupportedVersion: 0, maxSupportedVersion: 0 }]],
    [2, () => [...without, { ...feature, minSupportedVersion: 3, maxSupportedVersion: 2 }]],
    [
      2,
      () => [
        ...BROKER_FEATURES,
        { name: "no.such", minSupportedVersion: 1, maxSupportedVersion: 2 },
      ],
    ],
    [
      1,
      () => [
        ...BROKER_FEATURES,
        { name: "no.such", minSupportedVersion: 0, maxSupportedVersion: 2 },
      ],
    ],
    [1, () => [...BROKER_FEATURES, { name: "", minSupportedVersion: 0, maxSupportedVersion: 2 }]],
  ]);
}

/** What a broker in good order says. */
export function plainHeartbeat({ id, epoch }: BrokerState): Record<string, unknown> {
  return {
    brokerId: id,
    brokerEpoch: epoch,
    currentMetadataOffset: symbol("end"),
    wantFence: false,
    wantShutDown: false,
  };
}

export function brokerHeartbeat(context: Context): Draft | null {
  const { random, model } = context;
  if (random.chance(0.04)) return { body: heartbeatOfNobody(context) };
  const broker = random.pickOrNull(brokersOf(context));
  if (broker === null) return null;
  const live = [...model.brokers.values()].filter(({ fenced }) => !fenced).length;
  const plain = { ...plainHeartbeat(broker), brokerEpoch: someEpoch(context, broker.id) };
  // Enough brokers stay to hold replicas: most of what is fenced comes back.
  if (broker.inControlledShutdown) return { body: leaving(context, broker, plain) };
  if (broker.fenced) return { body: { ...plain, ...fencedIntent(context, broker) } };
  const body = random.oneOf<Body>([
    [20, () => plain],
    [live > 3 ? 18 : 3, () => ({ ...plain, wantFence: true })],
    [live > 3 ? 14 : 3, () => ({ ...plain, wantShutDown: true })],
    [live > 3 ? 3 : 0, () => ({ ...plain, wantFence: true, wantShutDown: true })],
    [10, () => ({ ...plain, offlineLogDirs: someDirs(context, broker) })],
    [8, () => ({ ...plain, currentMetadataOffset: random.pick([-1n, 0n, symbol("end", -3)]) })],
    [12, () => ({ ...plain, cordonedLogDirs: someCordoned(context, broker) })],
  ]);
  return { body };
}

/**
 * A broker that shuts down does not come back in the same life. An Apache controller would take it for an unfenced
 * broker again, because that it shuts down is soft state which a fence ends.
 */
function leaving({ random }: Context, { fenced }: BrokerState, plain: Body): Body {
  if (fenced && random.chance(0.5)) return { ...plain, wantFence: true };
  const isBehind = random.chance(0.2);
  return { ...plain, wantShutDown: true, ...(isBehind && { currentMetadataOffset: 0n }) };
}

function fencedIntent(context: Context, broker: BrokerState): Body {
  const { random } = context;
  return random.oneOf<Body>([
    [12, () => ({})],
    [3, () => ({ wantFence: true })],
    [2, () => ({ wantShutDown: true })],
    [
      2,
      () => ({ currentMetadataOffset: random.pick([0n, -1n, `${broker.epoch}+-1`, broker.epoch]) }),
    ],
    [1, () => ({ wantFence: true, wantShutDown: true })],
    [1, () => ({ offlineLogDirs: someDirs(context, broker) })],
    [1, () => ({ cordonedLogDirs: someCordoned(context, broker) })],
  ]);
}

function someDirs({ random }: Context, { logDirs }: BrokerState): string[] {
  return random.oneOf<string[]>([
    [4, () => random.sample(logDirs, 1)],
    [1, () => [...logDirs]],
    [2, () => [random.uuid()]],
    [1, () => [...random.sample(logDirs, 1), random.uuid()]],
    [1, () => []],
    [1, () => [LOST_DIR]],
    [1, () => twice(logDirs[0] ?? random.uuid())],
  ]);
}

function someCordoned(context: Context, broker: BrokerState): string[] | null {
  const { random } = context;
  return random.chance(0.25) ? random.pick([null, []]) : someDirs(context, broker);
}

function heartbeatOfNobody(context: Context): Body {
  const brokerId = context.random.pick([99, -1, 0, 5]);
  return {
    brokerId,
    brokerEpoch: context.random.pick([0n, -1n, 5n]),
    currentMetadataOffset: 0n,
    wantFence: context.random.chance(0.5),
    wantShutDown: context.random.chance(0.5),
  };
}

export function unregisterBroker(context: Context): Draft | null {
  const { random, model } = context;
  const fenced = brokersOf(context).filter(({ fenced }) => fenced);
  const brokerId = random.oneOf([
    [fenced.length === 0 ? 0 : 10, () => random.pick(fenced).id],
    [model.brokers.size > 3 ? 3 : 0, () => someBrokerId(context)],
    [8, () => random.pick([99, -1, 0, 1, 2, 2_147_483_647])],
  ]);
  return { body: { brokerId } };
}

export function allocateProducerIds(context: Context): Draft {
  const brokerId = someBrokerId(context);
  return { body: { brokerId, brokerEpoch: someEpoch(context, brokerId) } };
}

export function controllerRegistration(context: Context): Draft {
  const { random } = context;
  return {
    body: {
      // The ids of the real controllers are left alone.
      controllerId: random.pick([7, 8, 9]),
      incarnationId: random.uuid(),
      zkMigrationReady: random.chance(0.1),
      listeners: [{ ...LISTENER, name: random.chance(0.9) ? "CONTROLLER" : "" }],
      features: random.chance(0.9) ? BROKER_FEATURES : random.sample(BROKER_FEATURES, 2),
    },
  };
}

export function unregisterController(context: Context): Draft {
  return { body: { controllerId: context.random.pick([7, 8, 9, 99, -1, symbol("controller")]) } };
}

export function assignReplicasToDirs(context: Context): Draft | null {
  const { random } = context;
  const broker = random.pickOrNull(brokersOf(context));
  if (broker === null) return null;
  const topics = [...context.model.topics.values()];
  const directories = random.many(0, 3, () => ({
    id: random.oneOf<string>([
      [broker.logDirs.length === 0 ? 0 : 12, () => random.pick(broker.logDirs)],
      [2, () => random.uuid()],
      [1, () => random.pick([LOST_DIR, UNASSIGNED_DIR, MIGRATING_DIR])],
    ]),
    topics: random.many(0, 2, () => ({
      topicId: random.chance(0.92) && topics.length > 0 ? random.pick(topics).id : random.uuid(),
      partitions: random.many(0, 3, () => ({
        partitionIndex: random.pick([0, 0, 1, 2, 3, 9, -1]),
      })),
    })),
  }));
  return {
    body: { brokerId: broker.id, brokerEpoch: someEpoch(context, broker.id), directories },
  };
}
