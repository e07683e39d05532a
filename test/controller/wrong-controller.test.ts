/** What a controller that is not active answers, API by API, as a 4.4.0 controller did. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { creation, joinBroker } from "./requests.ts";

const { NOT_CONTROLLER } = ErrorCode;
const NOBODY = "No controller appears to be active.";
const OF_THE_CODE = "This is not the correct controller for this cluster.";

function begin(): { cluster: Cluster; leader: number; follower: Stream } {
  const cluster = new Cluster({ seed: 7 });
  cluster.format();
  const leader = cluster.leader();
  const id = cluster.ids.find((other) => other !== leader) ?? 0;
  return { cluster, leader, follower: cluster.connect(id) };
}

function topicMessage(stream: Stream): string | null | undefined {
  const [topic] = stream.call("createTopics", creation("orders", 60_000)).topics;
  expect(topic?.errorCode).toBe(NOT_CONTROLLER);
  return topic?.errorMessage;
}

test("whoever asks another controller is told which node is the active one", () => {
  const { leader, follower } = begin();
  const message = `The active controller appears to be node ${leader}.`;
  expect(topicMessage(follower)).toBe(message);
  expect(follower.call("unregisterController", { controllerId: 9 })).toMatchObject({
    errorCode: NOT_CONTROLLER,
    errorMessage: message,
  });
  expect(follower.call("listPartitionReassignments", { topics: null })).toMatchObject({
    errorCode: NOT_CONTROLLER,
    errorMessage: message,
  });
});

test("where Kafka only says what the code says, so does a controller here", () => {
  const { follower } = begin();
  const registration = {
    controllerId: 9,
    incarnationId: "Y00ARqVlROmuhzXPU8PQCw",
    zkMigrationReady: false,
    listeners: [],
    features: [],
  };
  const refusal = { errorCode: NOT_CONTROLLER, errorMessage: OF_THE_CODE };
  expect(follower.call("controllerRegistration", registration)).toMatchObject(refusal);
  const entity = [{ entityType: "user", entityName: "alice" }];
  const quotas = { entries: [{ entity, ops: [] }], validateOnly: false };
  expect(follower.call("alterClientQuotas", quotas).entries).toEqual([{ ...refusal, entity }]);
});

test("a controller that knows of no leader says so", () => {
  const cluster = new Cluster({ seed: 7 });
  for (const id of [1, 2]) cluster.kill(id);
  cluster.api(3, { kind: "format", document: cluster.document });
  expect(topicMessage(cluster.connect(3))).toBe(NOBODY);
});

test("a leader that loses its majority names nobody to those who waited", () => {
  const { cluster, leader } = begin();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  expect(topicMessage(stream)).toBe(NOBODY);
});
