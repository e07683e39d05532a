/**
 * What one seed stands for, as data: how large the world is, how often what goes wrong, and which faults strike when.
 * Every probability is itself drawn, so that some worlds lack a kind of fault and others drown in it.
 */

import { Prng } from "../../src/base/prng.ts";

/** Chances in thousandths. */
export interface Rates {
  /** A message between controllers, or a gateway's call, is lost: nobody is told. */
  readonly loss: number;
  readonly duplicate: number;
  /** A call was handled, and its caller is told that it failed. */
  readonly appliedButFailed: number;
  /** A Kafka connection breaks when bytes are sent on it. */
  readonly reset: number;
  /** A controller dies after a transaction that may or may not be on disk. */
  readonly crashAfterTransaction: number;
  /** A controller dies between two of the things that a transaction wanted done. */
  readonly crashBetweenSends: number;
  /** The bytes of a connection arrive in pieces. */
  readonly splitBytes: number;
  /** A controller dies right after it has acknowledged that a right is revoked, before another one knows of it. */
  readonly crashAfterRevocation: number;
}

export interface Speeds {
  /** The delay of a message: this much at least, up to `spreadMs` more, and rarely up to `tailMs` more. */
  readonly delayMs: number;
  readonly spreadMs: number;
  readonly tailPerMille: number;
  readonly tailMs: number;
  /** How long a transaction takes to be durable, at most. */
  readonly syncMs: number;
  /** How long a controller is busy with what it handles, at most. */
  readonly busyMs: number;
}

/** Which controller: its id, or whoever leads when the fault strikes. */
export type Who = number | "leader";

export type Fault =
  | { readonly kind: "crash"; readonly who: Who; readonly downMs: number }
  | { readonly kind: "crash-all"; readonly downMs: number }
  | { readonly kind: "evict"; readonly who: Who }
  | { readonly kind: "isolate"; readonly who: Who; readonly forMs: number }
  | { readonly kind: "split"; readonly side: readonly number[]; readonly forMs: number }
  | { readonly kind: "one-way"; readonly from: Who; readonly to: Who; readonly forMs: number }
  | { readonly kind: "bridge"; readonly who: Who; readonly forMs: number }
  | { readonly kind: "black-hole"; readonly from: Who; readonly to: Who; readonly forMs: number }
  | { readonly kind: "clog"; readonly from: Who; readonly to: Who; readonly forMs: number }
  | { readonly kind: "lag"; readonly who: Who; readonly lagMs: number; readonly forMs: number }
  | { readonly kind: "strangle"; readonly leaders: number; readonly forMs: number }
  | { readonly kind: "depose"; readonly gapsMs: readonly number[]; readonly forMs: number }
  | { readonly kind: "swizzle"; readonly order: readonly number[]; readonly gapMs: number }
  | { readonly kind: "pause"; readonly who: Who; readonly forMs: number }
  | {
      readonly kind: "slow-disk";
      readonly who: Who;
      readonly syncMs: number;
      readonly forMs: number;
    }
  | { readonly kind: "disk-failure"; readonly who: Who; readonly accesses: number }
  | { readonly kind: "clock-jump"; readonly who: Who; readonly byMs: number }
  | { readonly kind: "twin"; readonly who: Who; readonly forMs: number }
  | { readonly kind: "upgrade"; readonly who: Who }
  | { readonly kind: "lose-disk"; readonly who: Who }
  | {
      readonly kind: "broker-crash";
      readonly broker: number;
      readonly downMs: number;
      readonly wipe: boolean;
    }
  | { readonly kind: "broker-pause"; readonly broker: number; readonly forMs: number }
  | { readonly kind: "broker-shutdown"; readonly broker: number; readonly downMs: number };

export type FaultKind = Fault["kind"];

export type ScheduledFault = Fault & { readonly atMs: number };

/** How clients of gateways send changes under keys. */
export interface KeyUse {
  /** So many of a thousand changes. */
  readonly perMille: number;
  /** How long the answers are remembered whose keys are used again for something else. */
  readonly retentionMs: number;
}

/** When rows that are held back are written, and how much of the log is kept in memory. */
export interface HeldUse {
  readonly rows: number;
  readonly bytes: number;
  readonly records: number;
  readonly tailBytes: number;
}

export interface Plan {
  readonly seed: number;
  /** Events of the part in which faults strike, and how many there must be in all. */
  readonly faultyEvents: number;
  readonly totalEvents: number;
  readonly controllers: number;
  readonly brokers: number;
  readonly clients: number;
  readonly metadataVersion: number;
  readonly features: Readonly<Record<string, number>>;
  /** What server.properties of every controller says. */
  readonly properties: Readonly<Record<string, string>>;
  readonly administrators: number;
  /** Absent where no change has a key. */
  readonly keys?: KeyUse;
  /** Absent where all is written at once and nothing is kept in memory. */
  readonly held?: HeldUse;
  readonly rates: Rates;
  readonly speeds: Speeds;
  /** By controller: how far its clock is off at the start. */
  readonly skewMs: readonly number[];
  /** Controllers that begin with another version of the code. */
  readonly olderBuilds: readonly number[];
  readonly faults: readonly ScheduledFault[];
}

/** Brokers, whose connections tell no name, and those for whom the simulated clients are forwarded. */
export const SUPER_USERS: readonly string[] = ["User:ANONYMOUS", "User:simulated"];
export const FIRST_BROKER_ID = 101;
/** No run lasts longer in virtual time before it is healed. */
export const LONGEST_FAULTY_MS = 150_000;

export const FAULT_KINDS: readonly FaultKind[] = [
  "crash",
  "crash-all",
  "evict",
  "isolate",
  "split",
  "one-way",
  "bridge",
  "black-hole",
  "clog",
  "lag",
  "depose",
  "strangle",
  "swizzle",
  "pause",
  "slow-disk",
  "disk-failure",
  "clock-jump",
  "twin",
  "upgrade",
  "lose-disk",
  "broker-crash",
  "broker-pause",
  "broker-shutdown",
];

/** How many shares of the faults each kind has, where it occurs; the others have two. */
const WEIGHTS: Readonly<Partial<Record<FaultKind, number>>> = {
  crash: 6,
  "crash-all": 1,
  pause: 4,
  twin: 4,
  "lose-disk": 1,
};

/** The plan of a seed: always the same, until this function changes. */
export function drawPlan(seed: number): Plan {
  const prng = Prng.fromNumber(seed);
  const controllers = pick(prng, [3, 3, 3, 5, 5, 1]);
  const brokers = 3 + prng.below(3);
  const metadataVersion = pick(prng, [25, 25, 33, 21]);
  const elr = metadataVersion >= 26 || (metadataVersion >= 23 && prng.below(2) === 0) ? 1 : 0;
  const { crashAfterRevocation, ...administration } = drawAdministration(seed);
  const rates: Rates = {
    loss: swarm(prng, 30),
    duplicate: swarm(prng, 40),
    appliedButFailed: swarm(prng, 20),
    reset: swarm(prng, 4),
    crashAfterTransaction: swarm(prng, 4),
    crashBetweenSends: swarm(prng, 4),
    splitBytes: swarm(prng, 300),
    crashAfterRevocation,
  };
  const speeds: Speeds = {
    delayMs: pick(prng, [0.2, 1, 1, 5, 20]),
    spreadMs: pick(prng, [0.5, 2, 10, 40]),
    tailPerMille: swarm(prng, 20),
    tailMs: 50 + prng.below(2500),
    syncMs: pick(prng, [0, 0.5, 2, 12]),
    busyMs: pick(prng, [0, 0.1, 0.5, 3]),
  };
  return {
    seed,
    faultyEvents: 9000,
    totalEvents: 10_000,
    controllers,
    brokers,
    clients: 2 + prng.below(5),
    metadataVersion,
    features: {
      "group.version": 1,
      ...(metadataVersion >= 24 ? { "transaction.version": 2 } : {}),
      ...(elr > 0 ? { "eligible.leader.replicas.version": 1 } : {}),
    },
    ...administration,
    ...drawKeys(seed),
    ...drawHeld(seed),
    rates,
    speeds,
    skewMs: Array.from({ length: controllers }, () => prng.below(20_000) - 10_000),
    olderBuilds: prng.below(3) > 0 ? [] : [1 + prng.below(controllers)],
    faults: drawFaults(prng, controllers, brokers),
  };
}

/** Drawn apart from the rest, so that they do not change what the rest is drawn as. */
const ADMINISTRATION_STREAM = 7;
const KEYS_STREAM = 8;
const HELD_STREAM = 9;

function drawHeld(seed: number): Pick<Plan, "held"> {
  const prng = Prng.fromNumber(seed * 4096 + HELD_STREAM);
  if (prng.below(4) === 0) return {};
  return {
    held: {
      rows: 1 + prng.below(pick(prng, [4, 64, 64, 1024])),
      bytes: pick(prng, [1_000_000, 1_000_000, 1 + prng.below(4000)]),
      records: 1 + prng.below(pick(prng, [4, 64, 256])),
      tailBytes: pick(prng, [prng.below(600), prng.below(6000), 1_000_000]),
    },
  };
}

function drawKeys(seed: number): Pick<Plan, "keys"> {
  const prng = Prng.fromNumber(seed * 4096 + KEYS_STREAM);
  if (prng.below(2) === 0) return {};
  return {
    keys: { perMille: 1 + prng.below(1000), retentionMs: pick(prng, [1000, 3000, 12_000]) },
  };
}

function drawAdministration(
  seed: number,
): Pick<Plan, "properties" | "administrators"> & Pick<Rates, "crashAfterRevocation"> {
  const prng = Prng.fromNumber(seed * 4096 + ADMINISTRATION_STREAM);
  const authorizer: Record<string, string> = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": SUPER_USERS.join(";"),
    "allow.everyone.if.no.acl.found": pick(prng, ["false", "false", "true"]),
  };
  const tokens: Record<string, string> = {
    "delegation.token.secret.key": "simulated secret",
    "delegation.token.max.lifetime.ms": pick(prng, ["5000", "20000", "600000"]),
    "delegation.token.expiry.time.ms": pick(prng, ["1500", "10000"]),
    "delegation.token.expiry.check.interval.ms": pick(prng, ["300", "2000"]),
  };
  return {
    properties: {
      ...(prng.below(2) === 0 ? {} : authorizer),
      ...(prng.below(4) === 0 ? {} : tokens),
      "auto.leader.rebalance.enable": pick(prng, ["true", "true", "true", "false"]),
      "leader.imbalance.check.interval.seconds": pick(prng, ["1", "2", "30"]),
      "unclean.leader.election.interval.ms": pick(prng, ["500", "5000", "300000"]),
      "controller.quota.window.num": pick(prng, ["2", "11"]),
      "metadata.max.idle.interval.ms": pick(prng, ["0", "0", "0", "0", "0", "4000"]),
    },
    administrators: pick(prng, [0, 1, 1, 1, 2, 3]),
    crashAfterRevocation: swarm(prng, 900),
  };
}

/** The same world with no change under a key. */
export function withoutKeys({ keys: _, ...plan }: Plan): Plan {
  return plan;
}

/** The same world with stores that write all at once. */
export function withoutHeld({ held: _, ...plan }: Plan): Plan {
  return plan;
}

/** The same world without administrators, whose many requests crowd out what a rare interleaving needs. */
export function withoutAdministration(plan: Plan): Plan {
  const rates = { ...plan.rates, crashAfterRevocation: 0 };
  return { ...plan, rates, properties: {}, administrators: 0 };
}

function drawFaults(prng: Prng, controllers: number, brokers: number): ScheduledFault[] {
  const isStormy = prng.below(5) === 0;
  const kinds = FAULT_KINDS.filter(
    (kind) =>
      (isStormy ? STORM.has(kind) : prng.below(2) === 0) &&
      (controllers > 1 || !NEEDS_PEERS.has(kind)),
  );
  if (kinds.length === 0) return [];
  const bag = kinds.flatMap((kind) => Array<FaultKind>(WEIGHTS[kind] ?? 2).fill(kind));
  const meanGapMs = pick(prng, [150, 400, 400, 1000, 3000]);
  const faults: ScheduledFault[] = [];
  for (let atMs = 1500; ; ) {
    atMs += 10 + prng.below(2 * meanGapMs);
    if (atMs > LONGEST_FAULTY_MS) return faults;
    faults.push({ atMs, ...drawFault(prng, pick(prng, bag), controllers, brokers) });
  }
}

/** In some worlds leaders come and go all the time, each with a tail that it could not replicate. */
const STORM: ReadonlySet<FaultKind> = new Set(["depose", "strangle", "crash", "lag"]);

const NEEDS_PEERS: ReadonlySet<FaultKind> = new Set([
  "isolate",
  "split",
  "one-way",
  "bridge",
  "black-hole",
  "lag",
  "depose",
  "swizzle",
  "lose-disk",
]);

function drawFault(prng: Prng, kind: FaultKind, controllers: number, brokers: number): Fault {
  const anyone = (): number => 1 + prng.below(controllers);
  const who: Who = prng.below(2) === 0 ? "leader" : anyone();
  const other: Who = who === "leader" ? anyone() : pick<Who>(prng, ["leader", anyone()]);
  const forMs = pick(prng, [20, 100, 500, 2500, 6000]) + prng.below(500);
  const downMs = pick(prng, [0, 5, 50, 500, 3000, 9000]) + prng.below(100);
  const broker = FIRST_BROKER_ID + prng.below(brokers);
  const order = Array.from({ length: controllers }, (_, i) => i + 1);
  prng.shuffle(order);
  switch (kind) {
    case "crash":
      return { kind, who, downMs };
    case "crash-all":
      return { kind, downMs };
    case "evict":
    case "upgrade":
    case "lose-disk":
      return { kind, who };
    case "isolate":
    case "bridge":
    case "pause":
    case "twin":
      return { kind, who, forMs };
    case "split":
      return { kind, side: order.slice(0, 1 + prng.below(controllers - 1)), forMs };
    case "one-way":
    case "black-hole":
    case "clog":
      return { kind, from: who, to: other, forMs };
    case "lag":
      return { kind, who, lagMs: 1500 + prng.below(1600), forMs: 2000 + prng.below(2000) };
    case "strangle":
      return { kind, leaders: 2 + prng.below(5), forMs: 100 + prng.below(3000) };
    case "depose":
      return {
        kind,
        gapsMs: Array.from({ length: 2 + prng.below(6) }, () => 20 + prng.below(500)),
        forMs: 200 + prng.below(3500),
      };
    case "swizzle":
      return { kind, order, gapMs: 10 + prng.below(800) };
    case "slow-disk":
      return { kind, who, syncMs: 5 + prng.below(800), forMs };
    case "disk-failure":
      return { kind, who, accesses: 1 + prng.below(60) };
    case "clock-jump":
      return { kind, who, byMs: pick(prng, [-30_000, -3000, -200, 200, 3000, 30_000]) };
    case "broker-crash":
      return { kind, broker, downMs, wipe: prng.below(4) === 0 };
    case "broker-pause":
      return { kind, broker, forMs: forMs + pick(prng, [0, 0, 9000, 12_000]) };
    case "broker-shutdown":
      return { kind, broker, downMs };
  }
}

/** Zero in half of all worlds, else anything up to `most`. */
function swarm(prng: Prng, most: number): number {
  return prng.below(2) === 0 ? 0 : 1 + prng.below(most);
}

function pick<T>(prng: Prng, from: readonly T[]): T {
  return from[prng.below(from.length)] as T;
}
