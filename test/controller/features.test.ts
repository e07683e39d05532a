/** Feature levels, forgotten controllers and SASL over whole controllers. */

import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS, type ResponseOf } from "../../src/protocol/apis.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { joinBroker } from "./requests.ts";

/** Kafka's APIs that change the membership of the quorum, which is fixed here. */
const MEMBERSHIP_APIS: readonly number[] = [
  APIS.addRaftVoter.key,
  APIS.removeRaftVoter.key,
  APIS.updateRaftVoter.key,
];

let cluster: Cluster;
let leader: number;
let stream: Stream;

beforeEach(() => {
  begin(25);
});

function begin(metadataVersion: number): void {
  cluster = new Cluster({ seed: 11, metadataVersion });
  cluster.format();
  leader = cluster.leader();
  stream = cluster.connect(leader);
}

function update(
  feature: string,
  maxVersionLevel: number,
  { to = stream, upgradeType = 1, timeoutMs = 60_000 } = {},
): ResponseOf<"updateFeatures"> {
  const featureUpdates = [{ feature, maxVersionLevel, upgradeType }];
  return to.call("updateFeatures", { featureUpdates, timeoutMs });
}

function finalized(of: Stream): Map<string, number> {
  const { finalizedFeatures } = of.call("apiVersions", {
    clientSoftwareName: "test",
    clientSoftwareVersion: "1",
  });
  return new Map(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]));
}

function registered(): number[] {
  const { brokers } = stream.call("describeCluster", { endpointType: 2 });
  return brokers.map(({ brokerId }) => brokerId);
}

test("a level that is updated is finalized on every controller", () => {
  joinBroker(cluster, stream);
  expect(update("metadata.version", 33)).toMatchObject({ errorCode: 0, errorMessage: null });
  expect(update("group.version", 0, { upgradeType: 2 })).toMatchObject({ errorCode: 0 });
  cluster.run(1000);
  for (const id of cluster.ids) {
    expect(finalized(cluster.connect(id))).toEqual(
      new Map([
        ["kraft.version", 1],
        ["metadata.version", 33],
        ["transaction.version", 2],
      ]),
    );
  }
});

test("a level that a broker does not support is refused, and nothing changes", () => {
  joinBroker(cluster, stream);
  expect(update("share.version", 1)).toMatchObject({
    errorCode: ErrorCode.INVALID_UPDATE_VERSION,
    errorMessage:
      "The update failed for all features since the following feature had an error: Invalid update version 1 for feature share.version. Broker 101 does not support this feature.",
  });
  expect(finalized(stream).has("share.version")).toBe(false);
});

test("a timeout of zero does not matter to an update, and only the active controller takes one", () => {
  expect(update("share.version", 1, { timeoutMs: 0 })).toMatchObject({ errorCode: 0 });
  const follower = cluster.connect(cluster.ids.find((id) => id !== leader) ?? 0);
  expect(update("share.version", 0, { to: follower, upgradeType: 2 })).toMatchObject({
    errorCode: ErrorCode.NOT_CONTROLLER,
  });
});

test("a controller that is gone is forgotten until it is back; the active one never is", () => {
  begin(33);
  const [gone, other] = cluster.ids.filter((id) => id !== leader);
  if (gone === undefined || other === undefined) throw new Error("three controllers are needed");
  const unregister = (controllerId: number) =>
    stream.call("unregisterController", { controllerId }).errorCode;
  expect(unregister(leader)).toBe(ErrorCode.INVALID_REQUEST);
  cluster.kill(gone);
  cluster.run(10_000);
  expect(unregister(gone)).toBe(0);
  expect(unregister(gone)).toBe(ErrorCode.CONTROLLER_ID_NOT_REGISTERED);
  expect(unregister(other)).toBe(0);
  expect(registered()).toEqual([leader]);
  cluster.run(6000);
  expect(registered()).toEqual([leader, other].sort());
  cluster.start(gone);
  cluster.run(6000);
  expect(registered()).toEqual([1, 2, 3]);
});

test.each([0, 1, 2])("SaslAuthenticate of version %i is refused: there is no SASL", (version) => {
  const answer = stream.call("saslAuthenticate", { authBytes: Uint8Array.of(1) }, version);
  expect(answer).toEqual({
    errorCode: ErrorCode.ILLEGAL_SASL_STATE,
    errorMessage: "SaslAuthenticate request received after successful authentication",
    authBytes: new Uint8Array(0),
    sessionLifetimeMs: 0n,
  });
});

test.each([0, 1])("SaslHandshake of version %i is refused: there is no SASL", (version) => {
  expect(stream.call("saslHandshake", { mechanism: "PLAIN" }, version)).toEqual({
    errorCode: ErrorCode.ILLEGAL_SASL_STATE,
    mechanisms: [],
  });
});

interface RecordedVersions {
  readonly version: number;
  readonly answer: ResponseOf<"apiVersions"> & { readonly finalizedFeaturesEpoch: number };
}

const recordedVersions = readFileSync(
  new URL("../fixtures/kafka-4.4.0/api-versions.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedVersions);

test.each(recordedVersions)(
  "ApiVersions $version says what a 4.4.0 controller says, but for the quorum's membership",
  ({ version, answer }) => {
    const request = { clientSoftwareName: "a", clientSoftwareVersion: "1" };
    const ours = stream.call("apiVersions", request, version);
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(ours.apiKeys).toEqual(
      answer.apiKeys.filter(({ apiKey }) => !MEMBERSHIP_APIS.includes(apiKey)),
    );
    expect(ours.supportedFeatures.toSorted(byName)).toEqual(
      answer.supportedFeatures
        .toSorted(byName)
        .map((range) => (range.name === "metadata.version" ? { ...range, minVersion: 21 } : range)),
    );
    expect(ours.finalizedFeatures.toSorted(byName)).toEqual(
      answer.finalizedFeatures.toSorted(byName),
    );
    const { errorCode, throttleTimeMs, zkMigrationReady } = answer;
    expect(ours).toMatchObject({ errorCode, throttleTimeMs, zkMigrationReady });
  },
);
