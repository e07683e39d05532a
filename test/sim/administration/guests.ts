/**
 * Guests: users whose rules nobody else touches, so that after each change that was acknowledged it is known what they
 * may do. A guest whose change has an unknown outcome is not asked for any more; a new one comes.
 */

import type { RequestInit } from "../../../src/protocol/apis.ts";
import {
  CLUSTER_NAME,
  Operation,
  PatternType,
  Permission,
  ResourceType,
} from "../../../src/state/authorizer.ts";
import { MetadataVersion } from "../../../src/state/metadata-version.ts";
import { codesOf } from "../answer-codes.ts";
import type { ForwardedUser } from "../envelope-call.ts";
import type { Probe } from "../observation.ts";
import { type AclText, aclKey, PRESENT } from "../setting.ts";
import { creationOf } from "./acl-requests.ts";
import type { Area } from "./area.ts";
import type { Desk } from "./desk.ts";
import { PROBES, verdictOf } from "./probes.ts";

const AUTHORIZER = "authorizer.class.name";
/** With this, what no rule covers is open to everybody, and others' rules count too. */
const OPEN_BY_DEFAULT = "allow.everyone.if.no.acl.found";
const PROBES_PER_CHANGE = 3;
/** For so long a change may not have reached everybody. */
const RECENT_MS = 5000;

export class Guests implements Area {
  readonly #desk: Desk;
  readonly #mayAsk: boolean;
  #serial = 0;
  #address: readonly number[] = [];
  /** All rules that speak of the guest; null while a change is under way. */
  #rules: readonly AclText[] | null = [];
  /** Counts the changes that were asked for: what was asked before one says nothing once it may have been made. */
  #changes = 0;
  #changedAtMs = 0;
  /** The rules that came or went last. */
  #touched: readonly AclText[] = [];
  #probesLeft = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    const { properties } = desk.world.plan;
    this.#mayAsk = AUTHORIZER in properties && properties[OPEN_BY_DEFAULT] === "false";
    this.#comeAnew();
  }

  act(): void {
    if (!this.#mayAsk || this.#rules === null) return;
    if (this.#probesLeft > 0) {
      this.#probesLeft -= 1;
      this.#probe(this.#rules, this.#anybody());
    } else if (this.#rules.length >= 5) this.#comeAnew();
    else if (this.#rules.length > 0 && this.#desk.once(2)) this.#revoke(this.#rules);
    else this.#give(this.#rules);
  }

  /** Asks at once, while the new leader may not know yet what the one before has acknowledged last. */
  onNewLeader(controllerId: number): void {
    if (!this.#mayAsk || this.#rules === null) return;
    if (this.#desk.world.elapsedMs - this.#changedAtMs > RECENT_MS) return;
    for (const rule of this.#touched) this.#probe(this.#rules, controllerId, rule);
  }

  get #principal(): string {
    return `User:guest-${this.#serial}`;
  }

  /** The names it is about begin alike, and with nobody else's. */
  get #vault(): string {
    return `vault-${this.#serial}-`;
  }

  #comeAnew(): void {
    const { prng, world } = this.#desk;
    this.#serial = world.nextSerial();
    this.#address = [10, prng.below(2), 0, prng.below(3)];
    this.#rules = [];
    this.#changes += 1;
    this.#touched = [];
    this.#probesLeft = PROBES_PER_CHANGE;
  }

  #give(rules: readonly AclText[]): void {
    const desk = this.#desk;
    const added = Array.from({ length: 1 + desk.prng.below(2) }, () => this.#rule());
    const since = desk.world.committedEndOffset;
    this.#rules = null;
    this.#changes += 1;
    desk.ask(
      "createAcls",
      { creations: added.map(creationOf) },
      { controllerId: this.#leaderId },
      ({ results }) => {
        if (results.some(({ errorCode }) => errorCode !== 0)) {
          this.#comeAnew();
          return;
        }
        const changes = added.map((rule) => ({ key: aclKey(rule), value: PRESENT }));
        desk.acknowledged({ errorCode: 0 }, changes, since);
        this.#changedTo([...rules, ...added], added);
      },
      () => this.#comeAnew(),
    );
  }

  #revoke(rules: readonly AclText[]): void {
    const desk = this.#desk;
    const revoked = desk.once(3) ? null : desk.pick(rules);
    const filter: NonNullable<RequestInit<"deleteAcls">["filters"]>[number] = {
      resourceTypeFilter: revoked?.resourceType ?? ResourceType.ANY,
      resourceNameFilter: revoked?.resourceName ?? null,
      patternTypeFilter: revoked?.patternType ?? PatternType.ANY,
      principalFilter: this.#principal,
      hostFilter: revoked?.host ?? null,
      operation: revoked?.operation ?? Operation.ANY,
      permissionType: revoked?.permissionType ?? Permission.ANY,
    };
    const gone = rules.filter((rule) => revoked === null || aclKey(rule) === aclKey(revoked));
    const since = desk.world.committedEndOffset;
    this.#rules = null;
    this.#changes += 1;
    desk.ask(
      "deleteAcls",
      { filters: [filter] },
      { controllerId: this.#leaderId, isFatal: desk.world.strikes("crashAfterRevocation") },
      ({ filterResults }) => {
        if (filterResults[0]?.errorCode !== 0) {
          this.#comeAnew();
          return;
        }
        const changes = gone.map((rule) => ({ key: aclKey(rule), value: null }));
        desk.acknowledged({ errorCode: 0 }, changes, since);
        this.#changedTo(
          rules.filter((rule) => !gone.includes(rule)),
          gone,
        );
      },
      () => this.#comeAnew(),
    );
  }

  #changedTo(rules: readonly AclText[], touched: readonly AclText[]): void {
    this.#rules = rules;
    this.#touched = touched;
    this.#changedAtMs = this.#desk.world.elapsedMs;
    this.#probesLeft = PROBES_PER_CHANGE;
  }

  /** Its own name, or everybody's on a name that is its own. */
  #rule(): AclText {
    const desk = this.#desk;
    const { LITERAL, PREFIXED } = PatternType;
    const operations = PROBES.map(({ operation }) => operation);
    const entry = {
      principal: this.#principal,
      host: this.#host(),
      operation: desk.once(2) ? Operation.ALL : desk.pick(operations),
      permissionType: desk.once(5) ? Permission.DENY : Permission.ALLOW,
    };
    const topic = { ...entry, resourceType: ResourceType.TOPIC };
    switch (desk.prng.below(6)) {
      case 0:
        return { ...topic, patternType: LITERAL, resourceName: `${this.#vault}a` };
      case 1:
        return { ...topic, patternType: LITERAL, resourceName: "*" };
      case 2:
        // Whoever may create anything in the cluster may create every topic, so that is left out.
        return {
          ...entry,
          operation: desk.pick([Operation.ALTER, Operation.ALTER_CONFIGS, Operation.DESCRIBE]),
          resourceType: ResourceType.CLUSTER,
          patternType: LITERAL,
          resourceName: CLUSTER_NAME,
        };
      default: {
        // Shorter and longer prefixes of the same names, some of them others' too.
        const resourceName = `${this.#vault}a`.slice(0, desk.pick([1, 5, 6, -1, 99]));
        return { ...topic, patternType: PREFIXED, resourceName };
      }
    }
  }

  #host(): string {
    const desk = this.#desk;
    const hasBlocks = desk.world.plan.metadataVersion >= MetadataVersion.CIDR_ACLS;
    const own = this.#address.join(".");
    const [first, second] = this.#address;
    const block = hasBlocks ? `${first}.${second}.0.0/16` : own;
    return desk.pick(["*", "*", "*", "*", own, own, block, "10.9.9.9"]);
  }

  /** Whoever really leads, so that most changes are made. */
  get #leaderId(): number {
    return this.#desk.world.leader?.id ?? this.#desk.controllerId;
  }

  #anybody(): number {
    const desk = this.#desk;
    return desk.once(3) ? 1 + desk.prng.below(desk.world.plan.controllers) : desk.controllerId;
  }

  /** Asks for something, rather for what a rule is about. */
  #probe(rules: readonly AclText[], controllerId: number, about: AclText | null = null): void {
    const desk = this.#desk;
    const { world } = desk;
    const fitting = PROBES.filter((probe) => about === null || isAbout(about, probe));
    const { api, operation, onCluster, body } = desk.pick(fitting.length > 0 ? fitting : PROBES);
    const named = about === null ? desk.pick(["a", "a", "ab", "b"]) : "a";
    const name = onCluster ? CLUSTER_NAME : `${this.#vault}${named}`;
    const byLeader = world.isWorkingLeader(controllerId);
    const user: ForwardedUser = {
      name: `guest-${this.#serial}`,
      address: this.#address,
      withToken: false,
    };
    const probe: Omit<Probe, "allowed"> = {
      principal: this.#principal,
      host: this.#address.join("."),
      operation,
      resourceType: onCluster ? ResourceType.CLUSTER : ResourceType.TOPIC,
      resourceName: name,
      rules,
      byLeader,
    };
    const changes = this.#changes;
    desk.ask(api, body(name), { user, controllerId }, (response) => {
      const allowed = verdictOf(codesOf(response));
      if (allowed !== null && changes === this.#changes)
        world.witness.probed({ ...probe, allowed });
    });
  }
}

function isAbout(
  { resourceType, operation }: AclText,
  probe: Pick<(typeof PROBES)[number], "operation" | "onCluster">,
): boolean {
  if ((resourceType === ResourceType.CLUSTER) !== probe.onCluster) return false;
  return operation === Operation.ALL || operation === probe.operation;
}
