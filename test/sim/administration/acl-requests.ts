/**
 * Access control entries of the common users, in all forms (KIP-11, KIP-290). They cover no name that guests ask for, and
 * no filter chooses a guest's entry.
 */

import type { RequestInit } from "../../../src/protocol/apis.ts";
import {
  CLUSTER_NAME,
  Operation,
  PatternType,
  Permission,
  ResourceType,
} from "../../../src/state/authorizer.ts";
import { TOPIC_NAMES } from "../client.ts";
import { type AclText, aclKey, PRESENT } from "../setting.ts";
import type { Area } from "./area.ts";
import { COMMON_USERS, type Desk } from "./desk.ts";

type Creation = NonNullable<RequestInit<"createAcls">["creations"]>[number];
type Filter = NonNullable<RequestInit<"deleteAcls">["filters"]>[number];

const HOSTS = ["*", "*", "10.1.0.0", "10.1.0.1", "10.1.0.0/16", "10.1.0.0/33"];
const UNKNOWN = 99;

export class AclRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const { prng } = this.#desk;
    const drawn = prng.below(8);
    if (drawn < 3) this.#create();
    else if (drawn < 4) this.#createWrongly();
    else if (drawn < 7) this.#delete();
    else this.#describe();
  }

  #create(): void {
    const desk = this.#desk;
    const acls = Array.from({ length: 1 + desk.prng.below(3) }, () => this.#acl());
    // The same one twice in a request is made once.
    const [first] = acls;
    if (first !== undefined && desk.once(3)) acls.push(first);
    const since = desk.world.committedEndOffset;
    desk.ask(
      "createAcls",
      { creations: acls.map(creationOf) },
      { user: desk.someone() },
      ({ results }) => {
        for (const [i, acl] of acls.entries()) {
          const result = results[i];
          if (result === undefined) continue;
          desk.acknowledged(result, [{ key: aclKey(acl), value: PRESENT }], since);
        }
      },
    );
  }

  #createWrongly(): void {
    const desk = this.#desk;
    const right = creationOf(this.#acl());
    const wrongs: Creation[] = [
      { ...right, resourceType: ResourceType.CLUSTER, resourceName: "another" },
      { ...right, resourceName: "" },
      { ...right, resourcePatternType: PatternType.MATCH },
      { ...right, operation: Operation.ANY },
      { ...right, operation: UNKNOWN },
      { ...right, principal: "nobody" },
      { ...right, host: "" },
    ];
    desk.ask("createAcls", { creations: [right, desk.pick(wrongs)] }, { user: desk.someone() });
  }

  #delete(): void {
    const desk = this.#desk;
    const filters = Array.from({ length: 1 + desk.prng.below(2) }, () => this.#filter());
    const [first] = filters;
    // What two filters choose is removed once.
    if (first !== undefined && desk.once(3)) filters.push(first);
    if (desk.once(8)) filters.push({ ...this.#filter(), operation: UNKNOWN });
    const since = desk.world.committedEndOffset;
    desk.ask("deleteAcls", { filters }, { user: desk.someone() }, ({ filterResults }) => {
      for (const { errorCode, matchingAcls } of filterResults) {
        for (const acl of matchingAcls) {
          desk.acknowledged({ errorCode }, [{ key: aclKey(acl), value: null }], since);
        }
      }
    });
  }

  #describe(): void {
    const desk = this.#desk;
    const anybody = 1 + desk.prng.below(desk.world.plan.controllers);
    desk.ask("describeAcls", this.#filter(), { controllerId: anybody });
  }

  #acl(): AclText {
    const desk = this.#desk;
    const entry = {
      principal: desk.once(10) ? "User:*" : `User:${desk.pick(COMMON_USERS)}`,
      host: desk.pick(HOSTS),
      operation: desk.pick([
        Operation.ALL,
        Operation.READ,
        Operation.CREATE,
        Operation.ALTER,
        Operation.DESCRIBE,
        Operation.ALTER_CONFIGS,
      ]),
      permissionType: desk.once(3) ? Permission.DENY : Permission.ALLOW,
    };
    const { LITERAL, PREFIXED } = PatternType;
    const { TOPIC, CLUSTER, GROUP, USER } = ResourceType;
    const name = desk.pick(TOPIC_NAMES);
    const isForAll = entry.principal === "User:*";
    const kind = isForAll ? 0 : desk.prng.below(6);
    if (kind === 1 || kind === 2) {
      const resourceName = name.slice(0, 1 + desk.prng.below(name.length));
      return { ...entry, resourceType: TOPIC, patternType: PREFIXED, resourceName };
    }
    if (kind === 3) {
      return { ...entry, resourceType: CLUSTER, patternType: LITERAL, resourceName: CLUSTER_NAME };
    }
    if (kind === 4) {
      return {
        ...entry,
        resourceType: desk.pick([TOPIC, GROUP]),
        patternType: LITERAL,
        resourceName: "*",
      };
    }
    if (kind === 5) {
      const operation = desk.pick([Operation.CREATE_TOKENS, Operation.DESCRIBE_TOKENS]);
      const resourceName = `User:${desk.pick(COMMON_USERS)}`;
      return { ...entry, operation, resourceType: USER, patternType: LITERAL, resourceName };
    }
    return { ...entry, resourceType: TOPIC, patternType: LITERAL, resourceName: name };
  }

  /** Always names a common user, or exactly one name. */
  #filter(): Required<Filter> {
    const desk = this.#desk;
    const namesUser = desk.once(2);
    const { ANY, MATCH, LITERAL, PREFIXED } = PatternType;
    const patternTypeFilter = namesUser ? desk.pick([ANY, MATCH, LITERAL, PREFIXED]) : LITERAL;
    return {
      resourceTypeFilter: namesUser && desk.once(2) ? ResourceType.ANY : ResourceType.TOPIC,
      resourceNameFilter: namesUser && desk.once(2) ? null : desk.pick(TOPIC_NAMES),
      patternTypeFilter,
      principalFilter: namesUser ? `User:${desk.pick(COMMON_USERS)}` : null,
      hostFilter: desk.once(4) ? desk.pick(HOSTS) : null,
      operation: desk.once(3) ? desk.pick([Operation.ALL, Operation.READ]) : Operation.ANY,
      permissionType: desk.pick([
        Permission.ANY,
        Permission.ANY,
        Permission.DENY,
        Permission.ALLOW,
      ]),
    };
  }
}

export function creationOf({ patternType, ...acl }: AclText): Creation {
  return { ...acl, resourcePatternType: patternType };
}
