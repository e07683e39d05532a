/** Every code and message here is one that Apache Kafka 4.4.0 answered. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { Operation, PatternType, Permission, ResourceType } from "../../src/state/authorizer.ts";
import { decideCreateAcls } from "../../src/state/decide-create-acls.ts";
import { acl, type Creation, stateWithAcls } from "./acls.ts";

const { INVALID_REQUEST, POLICY_VIOLATION, SECURITY_DISABLED, UNKNOWN_SERVER_ERROR } = ErrorCode;

function decide(creations: readonly Creation[], state = stateWithAcls(), authorizerEnabled = true) {
  const context = { prng: Prng.fromNumber(1), authorizerEnabled };
  return decideCreateAcls({ creations: [...creations] }, state.view(), context);
}

/** The answers as [error code, message]; empty when the entry is accepted. */
function answers(creations: readonly Creation[], state = stateWithAcls()) {
  return (decide(creations, state).response.results ?? []).map(({ errorCode, errorMessage }) =>
    errorCode === undefined ? [] : [errorCode, errorMessage],
  );
}

describe("an entry is added", () => {
  it("with a record that says all of it", () => {
    const creation = acl({ resourcePatternType: PatternType.PREFIXED, host: "10.0.0.1" });
    const { records, response, atomic } = decide([creation]);
    const { resourcePatternType: _, ...entry } = creation;
    expect(records).toEqual([
      {
        type: "accessControlEntry",
        version: 0,
        data: { ...entry, patternType: PatternType.PREFIXED, id: expect.any(String) },
      },
    ]);
    expect(response).toEqual({ results: [{}] });
    expect(atomic).toBe(true);
  });

  it("once, however often the request has it and whether it is there already", () => {
    const there = acl({ resourceName: "there" });
    const other = acl({ resourceName: "there", operation: Operation.WRITE });
    const { records, response } = decide([acl(), there, acl(), other], stateWithAcls([there]));
    expect(records.map(({ data }) => data)).toMatchObject([
      { resourceName: "orders" },
      { resourceName: "there", operation: Operation.WRITE },
    ]);
    expect(response).toEqual({ results: [{}, {}, {}, {}] });
  });

  it("when any part of it is another than that of an entry that is there", () => {
    const others = [
      acl({ resourceType: ResourceType.GROUP }),
      acl({ resourceName: "order" }),
      acl({ resourcePatternType: PatternType.PREFIXED }),
      acl({ principal: "User:alic" }),
      acl({ host: "10.0.0.1" }),
      acl({ operation: Operation.ALL }),
      acl({ permissionType: Permission.DENY }),
    ];
    expect(decide(others, stateWithAcls([acl()])).records).toHaveLength(others.length);
  });

  it("for operations that its kind of resource does not have, and for names that mean nothing", () => {
    const odd = [
      acl({ operation: Operation.TWO_PHASE_COMMIT }),
      acl({ principal: ":" }),
      acl({ host: "nowhere" }),
      acl({ resourceName: "*", resourcePatternType: PatternType.PREFIXED }),
      acl({
        resourceType: ResourceType.CLUSTER,
        resourceName: "kafka-cluster",
        resourcePatternType: PatternType.PREFIXED,
      }),
    ];
    expect(answers(odd)).toEqual(odd.map(() => []));
    expect(decide(odd).records).toHaveLength(odd.length);
  });
});

describe("an entry is refused, and the others are not", () => {
  it.each<[string, Partial<Creation>, string]>([
    ["a resource type", { resourceType: 99 }, "Invalid resourceType UNKNOWN"],
    ["a pattern type", { resourcePatternType: 99 }, "Invalid patternType UNKNOWN"],
    ["an operation", { operation: 99 }, "Invalid operation UNKNOWN"],
    ["a permission", { permissionType: 99 }, "Invalid permissionType UNKNOWN"],
  ])("when it has %s that there is not", (_what, changes, message) => {
    const creations = [acl(changes), acl()];
    expect(answers(creations)).toEqual([[INVALID_REQUEST, message], []]);
    expect(decide(creations).records).toHaveLength(1);
  });

  it("when its resource has no name, or is another cluster", () => {
    const { CLUSTER } = ResourceType;
    const message = "The only valid name for the CLUSTER resource is kafka-cluster";
    expect(
      answers([
        acl({ resourceType: CLUSTER, resourceName: "kafka" }),
        acl({ resourceType: CLUSTER, resourceName: "" }),
        acl({ resourceName: "", operation: 99 }),
        acl({ resourceType: CLUSTER, resourceName: "kafka-cluster" }),
      ]),
    ).toEqual([
      [INVALID_REQUEST, message],
      [INVALID_REQUEST, message],
      [INVALID_REQUEST, "Invalid empty resource name"],
      [],
    ]);
  });

  it("when its principal has no type", () => {
    const reason = "no colon is present separating the principal type from the principal name";
    expect(answers([acl({ principal: "alice" }), acl({ principal: "", host: "" })])).toEqual([
      [INVALID_REQUEST, `Could not parse principal from \`alice\` (${reason})`],
      [INVALID_REQUEST, `Could not parse principal from \`\` (${reason})`],
    ]);
  });

  it("when its host is empty or no range of addresses", () => {
    expect(answers([acl({ host: "" }), acl({ host: "10.0.0.1/33" })])).toEqual([
      [INVALID_REQUEST, "Host pattern cannot be null or empty"],
      [INVALID_REQUEST, "Invalid CIDR notation '10.0.0.1/33': Value [33] not in range [0,32]"],
    ]);
  });

  it("when its host is a range below metadata.version 4.4-IV1", () => {
    const creations = [acl({ host: "10.0.0.0/8" }), acl({ host: "a/b" }), acl()];
    const message = "CIDR-based ACL host patterns require metadata version 4.4-IV1 or higher.";
    const unsupported = [ErrorCode.UNSUPPORTED_VERSION, message];
    const before = stateWithAcls([], { metadataVersion: 31 });
    expect(answers(creations, before)).toEqual([unsupported, unsupported, []]);
    const since = stateWithAcls([], { metadataVersion: 32 });
    const invalid = "Invalid CIDR notation 'a/b': Could not parse [a/b]";
    expect(answers(creations, since)).toEqual([[], [INVALID_REQUEST, invalid], []]);
  });

  it("with a message that is not longer for a longer mistake", () => {
    const [answer] = answers([acl({ principal: "x".repeat(30_000) })]);
    expect(answer?.[1]).toHaveLength(1003);
  });
});

describe("a whole request is refused", () => {
  it.each<[string, Partial<Creation>]>([
    ["any resource type", { resourceType: ResourceType.ANY }],
    ["any pattern type", { resourcePatternType: PatternType.ANY }],
    ["whatever matches", { resourcePatternType: PatternType.MATCH }],
    ["any operation", { operation: Operation.ANY }],
    ["any permission", { permissionType: Permission.ANY }],
  ])("when one entry is a filter: %s", (_what, changes) => {
    const { records, response } = decide([acl(), acl({ resourceName: "", ...changes })]);
    expect(records).toEqual([]);
    const failed = { errorCode: UNKNOWN_SERVER_ERROR, errorMessage: null };
    expect(response).toEqual({ results: [failed, failed] });
  });

  it("when ACLs are not enforced", () => {
    const creations = [acl(), acl({ resourceType: ResourceType.ANY })];
    const { records, response } = decide(creations, stateWithAcls(), false);
    expect(records).toEqual([]);
    const errorMessage = "No Authorizer is configured.";
    const disabled = { errorCode: SECURITY_DISABLED, errorMessage };
    expect(response).toEqual({ results: [disabled, disabled] });
  });

  it("when it would add more than 10,000 entries", () => {
    const many = Array.from({ length: 10_001 }, (_, i) => acl({ resourceName: `t${i}` }));
    const unnamed = acl({ resourceName: "" });
    const untyped = acl({ principal: "x" });
    const { records, response } = decide([...many, unnamed, untyped]);
    expect(records).toEqual([]);
    const errorMessage = "Unable to perform excessively large batch operation.";
    const tooMany = { errorCode: POLICY_VIOLATION, errorMessage };
    expect(response.results?.slice(0, 10_001)).toEqual(many.map(() => tooMany));
    expect(response.results?.slice(10_001)).toEqual([
      { errorCode: INVALID_REQUEST, errorMessage: "Invalid empty resource name" },
      tooMany,
    ]);
    expect(decide([...many.slice(1), unnamed, untyped]).records).toHaveLength(10_000);
  });
});
