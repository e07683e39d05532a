/** What the simulator found, each told again as a short story. */
import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { ApiReply } from "../../src/controller/api.ts";
import { createNodeOnStores, type OpenNode } from "../../src/controller/controller-node.ts";
import type { NodeEvent } from "../../src/controller/node-event.ts";
import { readBatch } from "../../src/protocol/record-batch.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { Cluster } from "../controller/cluster.ts";
import { creation, heartbeat, joinBroker } from "../controller/requests.ts";
import { beginEpoch, dataBatch, fetchAnswer, LoneReplica } from "../raft/lone-replica.ts";
import { Disk, StaleTwin } from "../sim/disk.ts";
import { ownedStores } from "../sim/owned-stores.ts";
import { acl, aclFilter } from "../state/acls.ts";

test("a follower whose tail is of an epoch that the leader never saw cuts it off batch by batch", () => {
  const lone = new LoneReplica(1, 3);
  for (const offset of [0, 1, 2]) lone.log.append(readBatch(dataBatch(offset, 1))!);
  // What it wrote as leader of epoch 2 and could not replicate, before it led epoch 4 as well.
  lone.log.append(readBatch(dataBatch(3, 2, 6))!);
  lone.log.append(readBatch(dataBatch(9, 4, 2))!);
  lone.restart();
  lone.sent();
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 5));
  const diverge = (epoch: number, endOffset: bigint) => {
    const [asked] = lone.sent().slice(-1);
    const answer = fetchAnswer({ id: 3, epoch: 5 }, { divergingEpoch: { epoch, endOffset } });
    lone.respond<"fetch">(asked!, answer);
  };
  // The leader's epoch 3 ends at 5, which lies inside this log's batch of epoch 2.
  diverge(3, 5n);
  expect(lone.log.endOffset).toBe(9);
  diverge(1, 3n);
  expect(lone.log.endOffset).toBe(3);
});

test("a voter whose last leader is gone asks for votes each time before it tries that leader again", () => {
  const lone = new LoneReplica(1, 3);
  lone.ask("beginQuorumEpoch", 1, beginEpoch(3, 5));
  let [fetching] = lone.sent().slice(-1);
  for (let campaign = 0; campaign < 40; campaign++) {
    lone.fail(fetching!);
    const asked: string[] = [];
    for (let waited = 0; waited < 500 && asked.at(-1) !== "fetch"; waited++) {
      lone.pass(10);
      for (const send of lone.sent()) {
        asked.push(send.api);
        if (send.api === "fetch") fetching = send;
        else lone.fail(send);
      }
    }
    expect(asked.slice(0, 2)).toEqual(["vote", "vote"]);
    expect(asked.at(-1)).toBe("fetch");
  }
});

test("a controller without a majority does not say that a topic is not there", () => {
  const cluster = new Cluster({ seed: 5 });
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  const { responses } = stream.call("deleteTopics", { topics: [{ name: "orders" }], timeoutMs: 1 });
  expect(responses[0]?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
});

test("a controller without a majority does not say that a topic is there already", () => {
  const cluster = new Cluster({ seed: 6 });
  cluster.format();
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  joinBroker(cluster, stream);
  expect(stream.call("createTopics", creation("orders")).topics[0]?.errorCode).toBe(0);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  const { topics } = stream.call("createTopics", creation("orders", 60_000));
  expect(topics[0]?.errorCode).toBe(ErrorCode.NOT_CONTROLLER);
});

test("a sole controller whose object exists a second time answers no read from memory", () => {
  const disk = new Disk();
  const { document } = new Cluster({ seed: 7, controllers: 1 });
  const start = (life: number): OpenNode => {
    disk.begin();
    const options = { controllerId: 1, seed: new Uint8Array(16).fill(life), nowMs: 1000 };
    const node = createNodeOnStores(ownedStores(disk, life), options);
    disk.commit();
    return node;
  };
  const handle = (node: OpenNode, event: NodeEvent): ApiReply | undefined => {
    disk.begin();
    const [effect] = node.handle([event], 2000);
    disk.commit();
    return effect?.kind === "api-reply" ? (effect.reply as ApiReply) : undefined;
  };
  const read: NodeEvent = {
    kind: "api",
    callId: 2,
    request: { kind: "read", sender: null, read: { what: "cluster" } },
  };
  const first = start(1);
  handle(first, { kind: "api", callId: 1, request: { kind: "format", document } });
  expect(handle(first, read)?.kind).toBe("result");
  const second = start(2);
  handle(second, { kind: "tick" });
  expect(() => handle(first, read)).toThrow(StaleTwin);
  expect(handle(second, read)?.kind).toBe("result");
});

test("a gateway is told that nothing was changed when a refusal could not be proven", () => {
  const cluster = new Cluster({ seed: 8 });
  cluster.format();
  const leader = cluster.leader();
  joinBroker(cluster, cluster.connect(leader));
  const { epoch } = cluster.status(leader);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  const body = { topics: [{ name: "bad name", numPartitions: 1, replicationFactor: 1 }] };
  const reply = cluster.api(leader, { kind: "write", sender: null, api: "createTopics", body });
  expect(reply).toEqual({ kind: "not-controller", leaderId: -1, epoch });
});

test("a refusal that waits for proof holds up nobody else", () => {
  const cluster = new Cluster({ seed: 9 });
  cluster.format();
  const leader = cluster.leader();
  const brokers = cluster.connect(leader);
  const brokerEpoch = joinBroker(cluster, brokers);
  cluster.run(1000);
  for (const id of cluster.ids) if (id !== leader) cluster.kill(id);
  cluster.connect(leader).post("deleteTopics", { topics: [{ name: "orders" }], timeoutMs: 5000 });
  const askedMs = cluster.nowMs;
  const beat = brokers.call("brokerHeartbeat", heartbeat(101, brokerEpoch));
  expect([beat.errorCode, cluster.nowMs - askedMs]).toEqual([ErrorCode.NONE, 0]);
});

test("a new leader does not honour a right whose revocation it does not know to be committed yet", () => {
  const authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
  const properties = { "authorizer.class.name": authorizer };
  const cluster = new Cluster({ seed: 10, properties });
  cluster.format();
  const before = cluster.leader();
  const right = acl({ principal: "User:ANONYMOUS", operation: Operation.ALTER });
  cluster.askAsPeer(before, "createAcls", { creations: [right] });
  // All know of that one, so that the revocation is the only thing they may not know of.
  cluster.run(1000);
  cluster.askAsPeer(before, "deleteAcls", { filters: [aclFilter()] });
  cluster.kill(before);
  const leads = (id: number): boolean => id !== before && cluster.status(id).role === "leader";
  cluster.runUntil(() => cluster.ids.some(leads), "another one leads");
  const after = cluster.ids.find(leads)!;
  const { highWatermark, logEndOffset } = cluster.status(after);
  expect(highWatermark).toBeLessThan(logEndOffset - 1);
  const stream = cluster.connect(after);
  const topics = [{ name: "orders", count: 2, assignments: null }];
  const { results } = stream.call("createPartitions", { topics, timeoutMs: 5000 });
  expect(results[0]?.errorCode).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
});

test("a controller that knows nothing committed yet describes configs as far as it can", () => {
  const cluster = new Cluster({ seed: 11 });
  cluster.format();
  for (const id of cluster.ids) cluster.kill(id);
  cluster.start(1);
  expect(cluster.status(1).highWatermark).toBe(-1);
  const stream = cluster.connect(1);
  for (const resourceType of [2, 4, 16, 32]) {
    const resources = [{ resourceType, resourceName: "1", configurationKeys: null }];
    expect(stream.call("describeConfigs", { resources }).results).toHaveLength(1);
  }
});
