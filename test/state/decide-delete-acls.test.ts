/** Every code and message here is one that Apache Kafka 4.4.0 answered. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Operation, PatternType, ResourceType } from "../../src/state/authorizer.ts";
import { decideDeleteAcls } from "../../src/state/decide-delete-acls.ts";
import { acl, aclFilter, type Filter, stateWithAcls } from "./acls.ts";

const { INVALID_REQUEST, SECURITY_DISABLED } = ErrorCode;

function decide(filters: readonly Filter[], state = stateWithAcls(), authorizerEnabled = true) {
  return decideDeleteAcls({ filters: [...filters] }, state.view(), { authorizerEnabled });
}

describe("entries are removed", () => {
  it("by their ids, and told as they were", () => {
    const state = stateWithAcls([acl(), acl({ resourceName: "other" })]);
    const [chosen] = state.view().aclsOn(ResourceType.TOPIC, PatternType.LITERAL, "orders");
    const { records, response, atomic } = decide(
      [aclFilter({ resourceNameFilter: "orders" })],
      state,
    );
    expect(records).toEqual([
      { type: "removeAccessControlEntry", version: 0, data: { id: chosen?.id } },
    ]);
    expect(atomic).toBe(true);
    const { id: _, ...entry } = chosen ?? { id: "" };
    expect(response).toEqual({
      filterResults: [{ errorMessage: null, matchingAcls: [{ ...entry, errorMessage: null }] }],
    });
    state.apply(...records);
    expect([...state.view().acls()].map(({ resourceName }) => resourceName)).toEqual(["other"]);
  });

  it("once, also when two filters choose them; both filters are answered", () => {
    const state = stateWithAcls([acl()]);
    const none = aclFilter({ resourceNameFilter: "none" });
    const { records, response } = decide([aclFilter(), aclFilter(), none], state);
    expect(records).toHaveLength(1);
    expect(response.filterResults?.map(({ matchingAcls }) => matchingAcls?.length)).toEqual([
      1, 1, 0,
    ]);
  });
});

describe("a filter is refused, and the others are not", () => {
  it("when it has a kind that there is not", () => {
    const { records, response } = decide(
      [
        aclFilter({ resourceTypeFilter: 99, operation: 99 }),
        aclFilter({ patternTypeFilter: 99 }),
        aclFilter({ operation: 99 }),
        aclFilter({ permissionType: 99 }),
        aclFilter({ operation: Operation.READ }),
      ],
      stateWithAcls([acl()]),
    );
    const pattern = { errorCode: INVALID_REQUEST, errorMessage: "Unknown patternFilter." };
    const entry = { errorCode: INVALID_REQUEST, errorMessage: "Unknown entryFilter." };
    expect(response.filterResults?.slice(0, 4)).toEqual([pattern, pattern, entry, entry]);
    expect(response.filterResults?.[4]?.matchingAcls).toHaveLength(1);
    expect(records).toHaveLength(1);
  });
});

describe("all filters are refused", () => {
  it("when ACLs are not enforced", () => {
    const filters = [aclFilter(), aclFilter({ resourceTypeFilter: 99 })];
    const { records, response } = decide(filters, stateWithAcls([acl()]), false);
    expect(records).toEqual([]);
    const errorMessage = "No Authorizer is configured.";
    const disabled = { errorCode: SECURITY_DISABLED, errorMessage };
    expect(response).toEqual({ filterResults: [disabled, disabled] });
  });

  it("when they choose more than 10,000 entries, counted again for each filter", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => acl({ resourceName: `t${i}` }));
    const state = stateWithAcls(many);
    expect(decide([aclFilter()], state).records).toHaveLength(10_000);
    const again = aclFilter({ resourceNameFilter: "t1" });
    const { records, response } = decide([aclFilter(), again], state);
    expect(records).toEqual([]);
    const errorMessage = "Cannot remove more than 10000 acls in a single delete operation.";
    const tooMany = { errorCode: INVALID_REQUEST, errorMessage };
    expect(response).toEqual({ filterResults: [tooMany, tooMany] });
  });

  it("when the answer would list more than 100,000, which few entries and many filters come to", () => {
    const state = stateWithAcls(
      Array.from({ length: 100 }, (_, i) => acl({ principal: `U:${i}` })),
    );
    const filters = Array.from({ length: 1001 }, () => aclFilter());
    const [one, another] = decide(filters, state).response.filterResults ?? [];
    expect([one?.errorCode, another?.matchingAcls]).toEqual([INVALID_REQUEST, undefined]);
    const { records, response } = decide(filters.slice(1), state);
    expect(records).toHaveLength(100);
    expect(response.filterResults?.at(-1)?.matchingAcls).toHaveLength(100);
  });
});
