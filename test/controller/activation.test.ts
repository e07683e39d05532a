/** Which records a controller writes when it becomes active, given what its log holds. */

import { describe, expect, it } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { controllerRegistrations, firstRecords } from "../../src/controller/activation.ts";
import type { FormatDocument } from "../../src/controller/api.ts";
import { controllerConfig } from "../../src/controller/controller-config.ts";
import type { Voter } from "../../src/raft/voter-set.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import { clusterState } from "../state/cluster-state.ts";
import { StateUnderTest } from "../state/records.ts";

const DOCUMENT: FormatDocument = {
  clusterId: "AAAAAAAAAAAAAAAAAAAAAA",
  controllers: [],
  metadataVersion: 26,
  features: { [ELR_FEATURE]: 1 },
  accessToken: null,
};

function voter(id: number, port = 9090 + id): Voter {
  const endpoints = [{ name: "CONTROLLER", host: "127.0.0.1", port }];
  return { id, directoryId: "AAAAAAAAAAAAAAAAAAAAAQ", endpoints };
}

describe("the first records", () => {
  it("are written once, with min.insync.replicas as the controller's properties have it", () => {
    const state = new StateUnderTest();
    const config = controllerConfig({ "min.insync.replicas": "2" });
    const records = firstRecords(state.view(), DOCUMENT, { config, nowMs: 1000 });
    expect(records.map(({ type, data }) => [type, data])).toEqual([
      ["beginTransaction", { name: "Bootstrap records" }],
      ["featureLevel", { name: "metadata.version", featureLevel: 26 }],
      ["featureLevel", { name: ELR_FEATURE, featureLevel: 1 }],
      ["config", { resourceType: 4, resourceName: "", name: "min.insync.replicas", value: "2" }],
      ["endTransaction", {}],
    ]);
    state.apply(...records);
    expect(firstRecords(state.view(), DOCUMENT, { config, nowMs: 1000 })).toEqual([]);
  });
});

describe("the access token that a cluster begins with", () => {
  it("is among the first records, within their transaction", () => {
    const state = new StateUnderTest();
    const secretHash = "0123456789abcdef".repeat(4);
    const accessToken = { tokenId: "first-token-", principal: "User:admin", secretHash };
    const context = { config: controllerConfig(), nowMs: 1000 };
    const records = firstRecords(state.view(), { ...DOCUMENT, accessToken }, context);
    expect(records.slice(-2).map(({ type }) => type)).toEqual(["accessToken", "endTransaction"]);
    state.apply(...records);
    expect(state.view().accessToken("first-token-")).toEqual({
      tokenId: "first-token-",
      principal: "User:admin",
      secretHash: Uint8Array.from(Buffer.from(secretHash, "hex")),
      description: "The token that the cluster was created with.",
      createdTimestampMs: 1000,
      expirationTimestampMs: -1,
      previousSecretHash: null,
      previousExpirationTimestampMs: -1,
    });
    expect(firstRecords(state.view(), { ...DOCUMENT, accessToken }, context)).toEqual([]);
  });
});

describe("a voter is registered", () => {
  const registered = (state: StateUnderTest, voters: readonly Voter[]): number[] => {
    const records = controllerRegistrations(state.view(), voters, Prng.fromNumber(1));
    if (records.length > 0) state.apply(...records);
    return records.map(({ data }) => (data as { controllerId: number }).controllerId);
  };

  it("once", () => {
    const state = clusterState([], { metadataVersion: 21 });
    expect(registered(state, [voter(1), voter(2)])).toEqual([1, 2]);
    expect(registered(state, [voter(1), voter(2), voter(3)])).toEqual([3]);
  });

  it("again when it is somewhere else", () => {
    const state = clusterState([]);
    registered(state, [voter(1), voter(2)]);
    expect(registered(state, [voter(1), voter(2, 9999)])).toEqual([2]);
  });

  it("again when this build supports other levels than the one that registered it", () => {
    const state = clusterState([]);
    registered(state, [voter(1), voter(2)]);
    const [record] = controllerRegistrations(state.view(), [voter(1, 9999)], Prng.fromNumber(1));
    if (record?.type !== "registerController") throw new Error("a registration is expected");
    const features = (record.data.features ?? []).map((range) =>
      range.name === "metadata.version" ? { ...range, maxSupportedVersion: 32 } : range,
    );
    const endPoints = [{ name: "CONTROLLER", host: "127.0.0.1", port: 9091, securityProtocol: 0 }];
    state.apply({ ...record, data: { ...record.data, features, endPoints } });
    expect(registered(state, [voter(1), voter(2)])).toEqual([1]);
    expect(registered(state, [voter(1), voter(2)])).toEqual([]);
  });
});
