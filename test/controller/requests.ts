/** Requests that the tests of whole controllers send again and again. */

import { expect } from "vitest";
import type { Uuid } from "../../src/base/uuid.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { Cluster, type Stream } from "./cluster.ts";

/** A registration that any cluster of these tests accepts. */
export function registration(
  cluster: Cluster,
  brokerId: number,
  incarnationId: Uuid = `incarnation-${brokerId}-AAAAAAAA`.slice(0, 21).concat("A"),
): RequestInit<"brokerRegistration"> {
  return {
    brokerId,
    clusterId: cluster.document.clusterId,
    incarnationId,
    listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9000, securityProtocol: 0 }],
    features: [
      { name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 33 },
      { name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
      { name: "group.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
      { name: "transaction.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
    ],
    rack: null,
    logDirs: [`directory-${brokerId}-AAAAAAAAAAAA`.slice(0, 21).concat("A")],
    previousBrokerEpoch: -1n,
  };
}

/** Registers and unfences broker 101; returns its epoch. */
export function joinBroker(cluster: Cluster, stream: Stream, brokerId = 101): bigint {
  const { errorCode, brokerEpoch } = stream.call(
    "brokerRegistration",
    registration(cluster, brokerId),
  );
  expect(errorCode).toBe(0);
  const beat = stream.call("brokerHeartbeat", heartbeat(brokerId, brokerEpoch));
  expect(beat).toMatchObject({ errorCode: 0, isCaughtUp: true, isFenced: false });
  return brokerEpoch;
}

export function heartbeat(brokerId: number, brokerEpoch: bigint): RequestInit<"brokerHeartbeat"> {
  return {
    brokerId,
    brokerEpoch,
    currentMetadataOffset: brokerEpoch,
    wantFence: false,
    wantShutDown: false,
  };
}

export function creation(name: string, timeoutMs = 5000): RequestInit<"createTopics"> {
  return { topics: [{ name, numPartitions: 1, replicationFactor: 1 }], timeoutMs };
}

/** A formatted cluster of three with broker 101, and a connection to the active controller. */
export function clusterWithBroker(): { cluster: Cluster; leader: number; stream: Stream } {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  return { cluster, leader, stream };
}
