/** The exported log in the hands of Kafka's own tools: they read every type of record that our APIs write. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BROKER_FEATURES } from "../support/broker-features.ts";
import {
  type Chosen,
  EVERY_RECORD_PROPERTIES,
  idOf,
  writeEveryRecord,
} from "../support/every-record.ts";
import { exportLog } from "../support/export-log.ts";
import { waitUntil } from "../support/kafka/deadline.ts";
import { runJava } from "../support/kafka/jvm.ts";
import { fetchRelease, TOOL_VERSION } from "../support/kafka/releases.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import { runToolOk, toolFlags } from "../support/kafka/tools.ts";
import { readMetadataLog } from "../support/metadata-log.ts";
import { Quorate } from "../support/quorate.ts";

/** A record as DumpLogSegments prints it. */
interface Printed {
  readonly type: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const ALICE = { owner: "User:alice", requester: "User:alice", renewers: ["User:bob"] };
const SCRAM = {
  mechanism: 1,
  salt: "AQID",
  storedKey: "GtLpyI6j6Ao7WJIybughIWcRlg4gdeLuD7KvRlS0+W4=",
  serverKey: "p7SKfng/8xN8+R0XmIh/Y+No1mzIJVIp0003IJMExn0=",
  iterations: 4096,
};
/** DirectoryId.UNASSIGNED: a broker with two directories puts the replica where it likes. */
const ANYWHERE = "AAAAAAAAAAAAAAAAAAAAAQ";
const OUR_FEATURES = [
  { name: "eligible.leader.replicas.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "group.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "metadata.version", minSupportedVersion: 21, maxSupportedVersion: 33 },
  { name: "share.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
  { name: "streams.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "transaction.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
];

const folder = makeTestFolder("exported-log");
let quorate: Quorate;
let chosen: Chosen;
let file = "";
let dump = "";
let printed: readonly Printed[] = [];

beforeAll(async () => {
  quorate = await Quorate.start({ release: "4.3", properties: EVERY_RECORD_PROPERTIES });
  const client = await quorate.connect();
  chosen = await writeEveryRecord(client, quorate.clusterId);
  client.close();
  file = await exportLog(quorate, folder.path);
  dump = await runToolOk("DumpLogSegments", ["--cluster-metadata-decoder", "--files", file]);
  printed = printedRecords(dump);
});

afterAll(async () => {
  await quorate?.close();
  folder.remove();
});

function printedRecords(text: string): Printed[] {
  return [...text.matchAll(/ payload: (\{"type":.*\})$/gm)].map(
    ([, json]) => JSON.parse(json ?? "") as Printed,
  );
}

/** The records of a type in the order of the log: version and data. */
function of(type: string): (readonly [version: number, data: Printed["data"]])[] {
  return printed
    .filter((record) => record.type === type)
    .map(({ version, data }) => [version, data]);
}

function epochOf(brokerId: number): number {
  return chosen.brokerEpochs.get(brokerId) ?? -1;
}

/** The data of an ACL, whose id the quorum chose. */
function withoutId([version, { id: _, ...rest }]: ReturnType<typeof of>[number]) {
  return [version, rest];
}

test("DumpLogSegments finds every batch valid and prints every record that is in the log", async () => {
  const ours = await readMetadataLog(quorate);
  const data = ours.filter(({ control }) => !control);
  expect(printed.map(({ type }) => type)).toEqual(data.map(({ type }) => type));
  expect(printed.map(({ version }) => version)).toEqual(data.map(({ version }) => version));
  const batches = dump.match(/^baseOffset: .*$/gm) ?? [];
  expect(batches.length).toBeGreaterThan(25);
  expect(batches.filter((line) => !line.endsWith("isvalid: true"))).toEqual([]);
  expect(dump).toContain('LeaderChange: {"version":0,"leaderId":');
  expect(dump).toContain('KRaftVersion {"version":0,"kRaftVersion":1}');
  expect(dump).toContain('KRaftVoters {"version":0,"voters":[{"voterId":1,');
});

test("DumpLogSegments prints the levels and the controllers that a cluster begins with", () => {
  const begin = printed.findIndex(({ type }) => type === "BEGIN_TRANSACTION_RECORD");
  const end = printed.findIndex(({ type }) => type === "END_TRANSACTION_RECORD");
  const level = (name: string, featureLevel: number) => [
    "FEATURE_LEVEL_RECORD",
    { name, featureLevel },
  ];
  expect(printed.slice(begin, end + 1).map(({ type, data }) => [type, data])).toEqual([
    ["BEGIN_TRANSACTION_RECORD", { name: "Bootstrap records" }],
    level("metadata.version", 30),
    level("eligible.leader.replicas.version", 1),
    level("group.version", 1),
    level("share.version", 1),
    level("streams.version", 1),
    level("transaction.version", 2),
    [
      "CONFIG_RECORD",
      { resourceType: 4, resourceName: "", name: "min.insync.replicas", value: "1" },
    ],
    ["END_TRANSACTION_RECORD", {}],
  ]);
  expect(of("FEATURE_LEVEL_RECORD").at(-1)).toEqual([
    0,
    { name: "share.version", featureLevel: 0 },
  ]);
  expect(of("NO_OP_RECORD")).toEqual([[0, {}]]);
  const registered = of("REGISTER_CONTROLLER_RECORD").map(
    ([version, { incarnationId: _, ...rest }]) => [version, rest],
  );
  expect(registered).toEqual(
    quorate.controllers.map(({ id, kafkaPort }) => [
      0,
      {
        controllerId: id,
        zkMigrationReady: false,
        endPoints: [
          { name: "CONTROLLER", host: "127.0.0.1", port: kafkaPort, securityProtocol: 0 },
        ],
        features: OUR_FEATURES,
      },
    ]),
  );
});

test("DumpLogSegments prints what became of the brokers", () => {
  expect(of("REGISTER_BROKER_RECORD")).toEqual(
    [11, 12, 13].map((brokerId) => [
      4,
      {
        brokerId,
        isMigratingZkBroker: false,
        incarnationId: idOf(brokerId, 3),
        brokerEpoch: epochOf(brokerId),
        endPoints: [
          { name: "PLAINTEXT", host: "127.0.0.1", port: 9000 + brokerId, securityProtocol: 0 },
        ],
        features: BROKER_FEATURES,
        rack: `rack-${brokerId}`,
        fenced: true,
        inControlledShutdown: false,
        logDirs: [idOf(brokerId, 1), idOf(brokerId, 2)],
      },
    ]),
  );
  const unfenced = (brokerId: number) => [
    0,
    { brokerId, brokerEpoch: epochOf(brokerId), fenced: -1 },
  ];
  const leaving = { brokerId: 13, brokerEpoch: epochOf(13) };
  expect(of("BROKER_REGISTRATION_CHANGE_RECORD")).toEqual([
    unfenced(11),
    unfenced(12),
    unfenced(13),
    [3, { ...leaving, cordonedLogDirs: [idOf(13, 2)] }],
    [2, { ...leaving, logDirs: [idOf(13, 1)] }],
    [1, { ...leaving, inControlledShutdown: 1 }],
  ]);
  expect(of("UNREGISTER_BROKER_RECORD")).toEqual([[0, leaving]]);
  expect(of("PRODUCER_IDS_RECORD")).toEqual([
    [0, { brokerId: 11, brokerEpoch: epochOf(11), nextProducerId: 1000 }],
  ]);
});

test("DumpLogSegments prints what became of the topics and their configs", () => {
  const { keptId, goneId } = chosen;
  expect(of("TOPIC_RECORD")).toEqual([
    [0, { name: "kept", topicId: keptId }],
    [0, { name: "gone", topicId: goneId }],
  ]);
  const partitions = of("PARTITION_RECORD");
  expect(partitions[0]).toEqual([
    2,
    {
      partitionId: 0,
      topicId: keptId,
      replicas: [11, 12],
      isr: [11, 12],
      removingReplicas: [],
      addingReplicas: [],
      leader: 11,
      leaderEpoch: 0,
      partitionEpoch: 0,
      directories: [ANYWHERE, ANYWHERE],
    },
  ]);
  expect(partitions.map(([, { topicId }]) => topicId)).toEqual([keptId, keptId, goneId]);
  expect(of("PARTITION_CHANGE_RECORD")).toEqual([
    [2, { partitionId: 0, topicId: keptId, isr: [11], eligibleLeaderReplicas: [12] }],
    [2, { partitionId: 1, topicId: keptId, isr: [11], leader: 11 }],
  ]);
  // One as the topic is created with a minimum of its own, one as that is changed.
  const cleared = [0, { topicName: "kept" }];
  expect(of("CLEAR_ELR_RECORD")).toEqual([cleared, cleared]);
  expect(of("REMOVE_TOPIC_RECORD")).toEqual([[0, { topicId: goneId }]]);
  const config = (resourceType: number, name: string, value: string | null) => [
    0,
    { resourceType, resourceName: resourceType === 2 ? "kept" : "", name, value },
  ];
  expect(of("CONFIG_RECORD")).toEqual([
    config(4, "min.insync.replicas", "1"),
    config(2, "min.insync.replicas", "2"),
    config(2, "retention.ms", "1000"),
    config(2, "retention.ms", null),
    config(2, "min.insync.replicas", "1"),
    config(4, "log.retention.ms", "1000"),
  ]);
});

test("DumpLogSegments prints quotas, ACLs, SCRAM credentials and delegation tokens", () => {
  const entity = [{ entityType: "user", entityName: "alice" }];
  expect(of("CLIENT_QUOTA_RECORD")).toEqual([
    [0, { entity, key: "request_percentage", value: 12.5, remove: false }],
  ]);
  const acl = { resourceType: 2, patternType: 3, principal: "User:alice", host: "*" };
  const acls = of("ACCESS_CONTROL_ENTRY_RECORD");
  expect(acls.map(withoutId)).toEqual([
    [0, { ...acl, resourceName: "kept", operation: 3, permissionType: 3 }],
    [0, { ...acl, resourceName: "gone", operation: 3, permissionType: 3 }],
  ]);
  expect(of("REMOVE_ACCESS_CONTROL_ENTRY_RECORD")).toEqual([[0, { id: acls[1]?.[1].id }]]);
  expect(of("USER_SCRAM_CREDENTIAL_RECORD")).toEqual([
    [0, { name: "alice", ...SCRAM }],
    [0, { name: "bob", ...SCRAM }],
  ]);
  expect(of("REMOVE_USER_SCRAM_CREDENTIAL_RECORD")).toEqual([[0, { name: "bob", mechanism: 1 }]]);
  const { token } = chosen;
  const tokens = of("DELEGATION_TOKEN_RECORD");
  expect(tokens[0]).toEqual([
    0,
    {
      ...ALICE,
      issueTimestamp: Number(token.issueTimestampMs),
      maxTimestamp: Number(token.maxTimestampMs),
      expirationTimestamp: Number(token.expiryTimestampMs),
      tokenId: token.tokenId,
    },
  ]);
  const { expiredTokenId: tokenId } = chosen;
  expect(tokens.map(([, data]) => data.tokenId)).toEqual([token.tokenId, tokenId]);
  expect(of("REMOVE_DELEGATION_TOKEN_RECORD")).toEqual([[0, { tokenId }]]);
});

test("all types of records have been printed that a cluster of 4.3 writes", () => {
  expect([...new Set(printed.map(({ type }) => type))].sort()).toEqual([
    "ACCESS_CONTROL_ENTRY_RECORD",
    "BEGIN_TRANSACTION_RECORD",
    "BROKER_REGISTRATION_CHANGE_RECORD",
    "CLEAR_ELR_RECORD",
    "CLIENT_QUOTA_RECORD",
    "CONFIG_RECORD",
    "DELEGATION_TOKEN_RECORD",
    "END_TRANSACTION_RECORD",
    "FEATURE_LEVEL_RECORD",
    "NO_OP_RECORD",
    "PARTITION_CHANGE_RECORD",
    "PARTITION_RECORD",
    "PRODUCER_IDS_RECORD",
    "REGISTER_BROKER_RECORD",
    "REGISTER_CONTROLLER_RECORD",
    "REMOVE_ACCESS_CONTROL_ENTRY_RECORD",
    "REMOVE_DELEGATION_TOKEN_RECORD",
    "REMOVE_TOPIC_RECORD",
    "REMOVE_USER_SCRAM_CREDENTIAL_RECORD",
    "TOPIC_RECORD",
    "UNREGISTER_BROKER_RECORD",
    "USER_SCRAM_CREDENTIAL_RECORD",
  ]);
});

/** Runs a command of MetadataShell. It may run before the shell has read the whole log; then it is run again. */
function shell(...command: readonly string[]): Promise<string> {
  return waitUntil(`MetadataShell ${command.join(" ")}`, 60_000, async () => {
    const output = await runToolOk("MetadataShell", ["--snapshot", file, ...command]);
    return output.includes("No such file or directory") ? undefined : output.trim();
  });
}

test("MetadataShell shows the state that the log comes to", async () => {
  const { keptId, token } = chosen;
  expect((await shell("find", "/image/topics/byName")).split("\n")).toEqual(
    ["", "/kept", "/kept/0", "/kept/1", "/kept/id", "/kept/name"].map(
      (path) => `/image/topics/byName${path}`,
    ),
  );
  const shown = await shell(
    "cat",
    "/image/features/metadataVersion",
    "/image/features/finalized_eligible.leader.replicas.version",
    "/image/topics/byName/kept/id",
    "/image/topics/byName/kept/0",
    "/image/cluster/brokers/12",
    "/image/configs/TOPIC:kept/min.insync.replicas",
    "/image/configs/BROKER/log.retention.ms",
    "/image/producerIds/nextProducerId",
    "/image/scram/SCRAM-SHA-256/alice",
    `/image/delegationToken/${token.tokenId}`,
  );
  const times = `issueTimestamp=${token.issueTimestampMs}, maxTimestamp=${token.maxTimestampMs})`;
  expect(shown.split("\n")).toEqual([
    "Optional[4.3-IV0]",
    "1",
    keptId,
    `PartitionRegistration(replicas=[11, 12], directories=[${ANYWHERE}, ${ANYWHERE}], isr=[11], removingReplicas=[], addingReplicas=[], elr=[], lastKnownElr=[], leader=11, leaderRecoveryState=RECOVERED, leaderEpoch=0, partitionEpoch=2)`,
    `BrokerRegistration(id=12, epoch=${epochOf(12)}, incarnationId=${idOf(12, 3)}, listeners=[Endpoint(listenerName='PLAINTEXT', securityProtocol=PLAINTEXT, host='127.0.0.1', port=9012)], supportedFeatures={eligible.leader.replicas.version: 0-1, group.version: 0-1, kraft.version: 0-1, metadata.version: 7-33, share.version: 0-2, streams.version: 0-1, transaction.version: 0-2}, rack=Optional[rack-12], fenced=false, inControlledShutdown=false, isMigratingZkBroker=false, directories=[${idOf(12, 1)}, ${idOf(12, 2)}], cordonedDirectories=null)`,
    "1",
    "1000",
    "1000",
    "ScramCredentialData(salt=010203, storedKey=1ad2e9c88ea3e80a3b5892326ee821216711960e2075e2ee0fb2af4654b4f96e, serverKey=a7b48a7e783ff3137cf91d1798887f63e368d66cc8255229d34d37209304c67d, iterations=4096)",
    `DelegationTokenDatatokenId=${token.tokenId}(owner=User:alice(tokenRequester=User:alice(renewers=User:bob, ${times}, expiryTimestamp=${token.expiryTimestampMs}`,
  ]);
});

test("the classes of 4.4.0 read that a controller was unregistered, which older ones know nothing of", async () => {
  const newest = await Quorate.start({ release: "4.4" });
  const records = makeTestFolder("exported-log-4.4");
  try {
    const client = await newest.connect();
    const activeId = await newest.activeId();
    const controllerId = newest.controllers.map(({ id }) => id).find((id) => id !== activeId) ?? -1;
    expect(await client.call("unregisterController", { controllerId })).toMatchObject({
      errorCode: 0,
    });
    client.close();
    const path = await exportLog(newest, records.path);
    // There are no tools of 4.4.0: the dump of the older release is run on the newer one's classes.
    const tools = await fetchRelease(TOOL_VERSION);
    const release = await fetchRelease("4.4.0");
    const tool = readdirSync(tools.libs).find((name) =>
      name.startsWith(`kafka-tools-${TOOL_VERSION}`),
    );
    const { stdout } = await runJava(
      {
        classpath: `${join(tools.libs, tool ?? "")}:${release.classpath}`,
        flags: await toolFlags(release),
        command: [
          "org.apache.kafka.tools.DumpLogSegments",
          "--cluster-metadata-decoder",
          "--files",
          path,
        ],
      },
      { timeoutMs: 60_000 },
    );
    expect(
      printedRecords(stdout).filter(({ type }) => type === "UNREGISTER_CONTROLLER_RECORD"),
    ).toEqual([{ type: "UNREGISTER_CONTROLLER_RECORD", version: 0, data: { controllerId } }]);
  } finally {
    await newest.close();
    records.remove();
  }
});
