/**
 * An operator with all kinds of tools: looks at the quorum over every door, unregisters brokers, asks for what must be
 * refused, and now and then sends what no tool would send.
 */

import { METADATA_TOPIC } from "../../src/base/metadata-topic.ts";
import type { Prng } from "../../src/base/prng.ts";
import { randomUuid, ZERO_UUID } from "../../src/base/uuid.ts";
import type { ApiName, RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import { codesOf } from "./answer-codes.ts";
import { ControllerDirectory } from "./controller-directory.ts";
import { callInEnvelope } from "./envelope-call.ts";
import { KafkaLink } from "./kafka-link.ts";
import { FIRST_BROKER_ID } from "./plan.ts";
import type { World } from "./world.ts";

const PAUSE_MS = 150;
const GIVE_UP_MS = 5000;
const OPERATOR_ID = 2000;
const PARTITION = { partitionIndex: 0 };

export class Operator {
  readonly #world: World;
  readonly #prng: Prng;
  readonly #directory: ControllerDirectory;
  #link: KafkaLink | null = null;

  constructor(world: World, prng: Prng) {
    this.#world = world;
    this.#prng = prng;
    this.#directory = new ControllerDirectory(world.plan.controllers, prng);
  }

  start(): void {
    this.#world.scheduler.after(this.#prng.below(2 * PAUSE_MS), () => {
      if (this.#world.isOver) return;
      // Any controller is asked, whoever leads.
      if (this.#prng.below(3) === 0) this.#directory.failed(this.#directory.current);
      const deeds = [this.#look, this.#administer, this.#ask, this.#disturb];
      deeds[this.#prng.below(deeds.length)]?.call(this);
      this.start();
    });
  }

  /** What every tool asks first. */
  #look(): void {
    const version = this.#prng.below(6);
    const software = { clientSoftwareName: "sim", clientSoftwareVersion: "1" };
    const metadata = { topics: [{ topicName: METADATA_TOPIC, partitions: [PARTITION] }] };
    switch (this.#prng.below(4)) {
      case 0:
        this.#call("apiVersions", version < 3 ? {} : software, version);
        return;
      case 1:
        this.#call("describeCluster", { endpointType: 2 });
        return;
      case 2:
        this.#call("describeQuorum", metadata, this.#prng.below(3));
        return;
      default:
        callInEnvelope(this.#open(), {
          api: "describeQuorum",
          body: metadata,
          onEnd: (body) => this.#note("describeQuorum in an envelope", body),
        });
    }
  }

  #administer(): void {
    const { document, plan, isQuiet } = this.#world;
    switch (this.#prng.below(4)) {
      case 0:
        // A broker that lives notices and registers again.
        if (!isQuiet) {
          this.#call("unregisterBroker", {
            brokerId: FIRST_BROKER_ID + this.#prng.below(plan.brokers + 1),
          });
        }
        return;
      case 1:
        this.#call("controllerRegistration", {
          controllerId: 1,
          incarnationId: randomUuid(this.#prng),
          listeners: [{ name: "CONTROLLER", host: "sim", port: 9, securityProtocol: 0 }],
          features: [],
        });
        return;
      case 2:
        this.#call("fetchSnapshot", {
          clusterId: document.clusterId,
          topics: [
            {
              name: METADATA_TOPIC,
              partitions: [
                { partition: 0, currentLeaderEpoch: 1, snapshotId: { endOffset: 1n, epoch: 1 } },
              ],
            },
          ],
        });
        return;
      default:
        this.#call("brokerHeartbeat", {
          brokerId: FIRST_BROKER_ID,
          brokerEpoch: 1n,
          currentMetadataOffset: 1n,
        });
    }
  }

  /** Changes of topics that are refused, or only tried. */
  #ask(): void {
    const name = `never-${this.#prng.below(4)}`;
    const timeoutMs = 3000;
    switch (this.#prng.below(6)) {
      case 0:
        this.#call("createTopics", {
          topics: [{ name, numPartitions: 2, replicationFactor: 1 }],
          validateOnly: true,
          timeoutMs,
        });
        return;
      case 1:
        this.#call("createTopics", {
          topics: [
            { name, numPartitions: 0, replicationFactor: 1 },
            { name: "bad name", numPartitions: 1, replicationFactor: 1 },
            {
              name: `${name}-configured`,
              numPartitions: 1,
              replicationFactor: 1,
              configs: [{ name: "retention.ms", value: "soon" }],
            },
          ],
          timeoutMs,
        });
        return;
      case 2:
        this.#call("createTopics", {
          topics: [
            {
              name,
              numPartitions: -1,
              replicationFactor: -1,
              assignments: [{ partitionIndex: 0, brokerIds: [9999] }],
            },
          ],
          timeoutMs,
        });
        return;
      case 3:
        this.#call("deleteTopics", {
          topics: [{ name: null, topicId: randomUuid(this.#prng) }, { name }, { name }],
          timeoutMs,
        });
        return;
      case 4:
        this.#call("createPartitions", {
          topics: [{ name: "orders", count: 3, assignments: [{ brokerIds: [1] }] }],
          timeoutMs,
          validateOnly: true,
        });
        return;
      default:
        this.#call("assignReplicasToDirs", { brokerId: 9999, brokerEpoch: 1n, directories: [] });
    }
  }

  /** What only a mistaken or a hostile client sends: nothing may come of it. */
  #disturb(): void {
    const { document } = this.#world;
    const { clusterId } = document;
    const epoch = 1_000_000;
    const topics = [
      {
        topicName: METADATA_TOPIC,
        partitions: [{ ...PARTITION, leaderId: 1, leaderEpoch: epoch }],
      },
    ];
    switch (this.#prng.below(5)) {
      case 0:
        this.#call("beginQuorumEpoch", { clusterId, voterId: 1, topics });
        return;
      case 1:
        this.#call("endQuorumEpoch", { clusterId, topics });
        return;
      case 2:
        this.#call("vote", {
          clusterId,
          voterId: 1,
          topics: [
            {
              topicName: METADATA_TOPIC,
              partitions: [
                {
                  ...PARTITION,
                  replicaEpoch: epoch,
                  replicaId: 2,
                  replicaDirectoryId: document.controllers[0]?.directoryId ?? ZERO_UUID,
                  lastOffsetEpoch: 1,
                  lastOffset: 1_000_000n,
                },
              ],
            },
          ],
        });
        return;
      case 3:
        this.#call("brokerRegistration", {
          brokerId: FIRST_BROKER_ID,
          clusterId: "AnotherClusterAltogether",
          incarnationId: randomUuid(this.#prng),
          rack: null,
        });
        return;
      default:
        this.#open().sendGarbage(this.#prng);
    }
  }

  #open(): KafkaLink {
    const target = this.#directory.current;
    if (this.#link === null || this.#link.isBroken || this.#link.controllerId !== target) {
      this.#link?.close();
      this.#link = new KafkaLink(this.#world, OPERATOR_ID, target);
    }
    return this.#link;
  }

  #call<N extends ApiName>(api: N, body: RequestInit<N>, version?: number): void {
    const link = this.#open();
    const giveUp = this.#world.scheduler.after(GIVE_UP_MS, () => link.close());
    const done = (response: ResponseOf<N> | null): void => {
      this.#world.scheduler.cancel(giveUp);
      this.#note(api, response);
    };
    link.call(api, body, done, version);
  }

  /** Counts every error code in the answer, wherever it stands. */
  #note(api: string, response: object | null): void {
    if (response === null) return;
    for (const code of codesOf(response)) this.#world.answered(api, code);
  }
}
