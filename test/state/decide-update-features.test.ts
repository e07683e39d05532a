/** UpdateFeatures, told by its rules; what a 4.4.0 controller says to many requests is in features-recorded.test.ts. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { decideUpdateFeatures } from "../../src/state/decide-update-features.ts";
import { clusterState } from "./cluster-state.ts";
import type { StateUnderTest } from "./records.ts";
import { record } from "./records.ts";

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;
const PREFIX = "The update failed for all features since the following feature had an error: ";

type Update = readonly [feature: string, level: number, upgradeType?: number];

/** A controller with a range for metadata.version, and ELR from 0 to `elr`. */
function registerController(state: StateUnderTest, controllerId: number, max: number, elr = 1) {
  const features = [
    { name: "metadata.version", minSupportedVersion: 21, maxSupportedVersion: max },
    { name: "eligible.leader.replicas.version", minSupportedVersion: 0, maxSupportedVersion: elr },
  ];
  const incarnationId = "AAAAAAAAAAAAAAAAAAAAAA";
  const data = { controllerId, incarnationId, zkMigrationReady: false, endPoints: [], features };
  state.apply(record("registerController", data));
}

function update(
  state: StateUnderTest,
  updates: readonly Update[],
  { version = 2, validateOnly = false } = {},
) {
  const featureUpdates = updates.map(([feature, maxVersionLevel, upgradeType = UPGRADE]) => ({
    feature,
    maxVersionLevel,
    upgradeType,
    allowDowngrade: false,
  }));
  return decideUpdateFeatures({ featureUpdates, validateOnly, timeoutMs: 1000 }, state.view(), {
    version,
    controllerId: 1,
    minInsyncReplicas: "3",
  });
}

function levels({ records }: ReturnType<typeof update>) {
  return records.map(({ data }) => {
    const { name, featureLevel } = data as { name: string; featureLevel: number };
    return [name, featureLevel];
  });
}

describe("an update is refused as a whole", () => {
  const refused = (state: StateUnderTest, ...updates: readonly Update[]) => {
    const { records, response } = update(state, updates);
    expect(records).toEqual([]);
    expect(response.errorCode).toBe(ErrorCode.INVALID_UPDATE_VERSION);
    return response.errorMessage?.replace(PREFIX, "");
  };

  it("when one of its features cannot be updated", () => {
    expect(refused(clusterState([]), ["group.version", 1], ["share.version", 3])).toBe(
      "Invalid update version 3 for feature share.version. Local controller 1 only supports versions 0-2",
    );
  });

  it("when a fenced broker does not support the level", () => {
    const state = clusterState([{ id: 5, fenced: true }], { metadataVersion: 29 });
    expect(refused(state, ["metadata.version", 30])).toBe(
      "Invalid update version 30 for feature metadata.version. Broker 5 does not support this feature.",
    );
  });

  it("when another controller does not support the level", () => {
    const state = clusterState([], { metadataVersion: 29 });
    registerController(state, 1, 21);
    registerController(state, 2, 30);
    expect(refused(state, ["metadata.version", 31])).toBe(
      "Invalid update version 31 for feature metadata.version. Controller 2 only supports versions 21-30",
    );
    expect(levels(update(state, [["metadata.version", 30]]))).toEqual([["metadata.version", 30]]);
  });

  it("below the lowest level that is supported", () => {
    const state = clusterState([], { metadataVersion: 22 });
    expect(refused(state, ["metadata.version", 20, SAFE_DOWNGRADE])).toBe(
      "Invalid update version 20 for feature metadata.version. Local controller 1 only supports versions 21-33",
    );
  });

  it("when metadata would be lost on the way down, whatever is asked for", () => {
    const state = clusterState([], { metadataVersion: 31 });
    const down = "Unsupported metadata.version downgrade from 31 to 29.";
    expect(refused(state, ["metadata.version", 29, SAFE_DOWNGRADE])).toBe(
      `${down} Refusing to perform the requested downgrade because it might delete metadata information.`,
    );
    expect(refused(state, ["metadata.version", 29, UNSAFE_DOWNGRADE])).toBe(
      `${down} Unsafe metadata downgrade is not supported in this version.`,
    );
    expect(levels(update(state, [["metadata.version", 30, SAFE_DOWNGRADE]]))).toEqual([
      ["metadata.version", 30],
    ]);
  });

  it("with a message that can be sent, however long the feature's name is", () => {
    const message = refused(clusterState([]), ["x".repeat(32_000), 1]) ?? "";
    expect(message.length).toBeLessThan(1100);
    expect(message.endsWith("...")).toBe(true);
  });
});

describe("a feature that depends on metadata.version", () => {
  const elr = "eligible.leader.replicas.version";

  it("can be enabled together with the level that it needs, not before", () => {
    const state = clusterState([], { metadataVersion: 22 });
    const { response } = update(state, [[elr, 1]]);
    expect(response.errorMessage).toBe(
      `${PREFIX}Invalid update version 1 for feature ${elr}. ${elr} could not be set to 1 because it depends on metadata.version level 23`,
    );
    const both = update(state, [
      [elr, 1],
      ["metadata.version", 23],
    ]);
    expect(both.response.errorCode).toBe(0);
    expect(both.atomic).toBe(true);
  });

  it("is not enabled on the level that the same request goes down to", () => {
    const state = clusterState([], { metadataVersion: 22 });
    expect(
      update(state, [
        [elr, 1],
        ["metadata.version", 21, SAFE_DOWNGRADE],
      ]).response.errorCode,
    ).toBe(ErrorCode.INVALID_UPDATE_VERSION);
  });
});

it("looks and changes nothing when it is only to validate", () => {
  const state = clusterState([]);
  const good = update(state, [["share.version", 2]], { version: 1, validateOnly: true });
  expect(good.records).toEqual([]);
  expect(good.response).toEqual({
    errorCode: 0,
    errorMessage: null,
    results: [{ feature: "share.version", errorCode: 0, errorMessage: "NONE" }],
  });
  const bad = update(state, [["share.version", 9]], { validateOnly: true });
  expect(bad.response.errorCode).toBe(ErrorCode.INVALID_UPDATE_VERSION);
});

it("removes a feature at level 0", () => {
  const state = clusterState([]);
  state.apply(...update(state, [["share.version", 1]]).records);
  expect(state.view().features().get("share.version")).toBe(1);
  state.apply(...update(state, [["share.version", 0, UNSAFE_DOWNGRADE]]).records);
  expect(state.view().features().has("share.version")).toBe(false);
});
