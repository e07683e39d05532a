/** Configs of topics, brokers, client metrics and groups: set, removed, replaced, tried and read (KIP-339, KIP-226). */

import { ConfigResource } from "../../../src/state/metadata-view.ts";
import { TOPIC_NAMES } from "../client.ts";
import { FIRST_BROKER_ID } from "../plan.ts";
import { configKey, type SettingChange } from "../setting.ts";
import type { Area } from "./area.ts";
import type { Desk, Result } from "./desk.ts";

const Operation = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const;
/** No type of a resource. */
const NO_TYPE = 1;
const UNKNOWN_TYPE = 77;
const UNKNOWN_OPERATION = 9;
/** Of a node; nothing of them is in the metadata. */
const LOGGERS = 8;

interface Resource {
  readonly type: number;
  readonly name: string;
}

interface Wish {
  readonly name: string;
  readonly value: string | null;
}

export class ConfigRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const { prng } = this.#desk;
    const drawn = prng.below(10);
    if (drawn < 5) this.#change();
    else if (drawn < 6) this.#replace();
    else if (drawn < 8) this.#mistake();
    else this.#read();
  }

  #change(): void {
    const desk = this.#desk;
    const resource = this.#resource();
    const wish = this.#wish(resource);
    const isTried = desk.once(5);
    const change = { key: configKey(resource.type, resource.name, wish.name), value: wish.value };
    if (isTried) this.#try(change);
    const configOperation = wish.value === null ? Operation.DELETE : Operation.SET;
    const configs = [{ name: wish.name, configOperation, value: wish.value }];
    const resources = [{ resourceType: resource.type, resourceName: resource.name, configs }];
    const since = desk.world.committedEndOffset;
    desk.ask(
      "incrementalAlterConfigs",
      { resources, validateOnly: isTried },
      { user: desk.someone() },
      ({ responses }) => this.#heard(responses[0], isTried ? [] : [change], since),
    );
  }

  /** What is not named goes back to its default. */
  #replace(): void {
    const desk = this.#desk;
    const resource = this.#resource();
    const wish = this.#wish(resource);
    const configs = wish.value === null ? [] : [{ name: wish.name, value: wish.value }];
    const isTried = desk.once(4);
    const change = { key: configKey(resource.type, resource.name, wish.name), value: wish.value };
    if (isTried) this.#try(change);
    const resources = [{ resourceType: resource.type, resourceName: resource.name, configs }];
    const since = desk.world.committedEndOffset;
    desk.ask(
      "alterConfigs",
      { resources, validateOnly: isTried },
      { user: desk.someone() },
      ({ responses }) => this.#heard(responses[0], isTried ? [] : [change], since),
    );
  }

  /** What is refused, or done in part. */
  #mistake(): void {
    const desk = this.#desk;
    const { SET, APPEND, SUBTRACT } = Operation;
    const { TOPIC, BROKER } = ConfigResource;
    const topic = desk.pick(TOPIC_NAMES);
    const set = (name: string, value: string | null, configOperation: number = SET) => ({
      name,
      value,
      configOperation,
    });
    const on = (
      resourceType: number,
      resourceName: string,
      ...configs: ReturnType<typeof set>[]
    ) => ({
      resourceType,
      resourceName,
      configs,
    });
    const { CLIENT_METRICS, GROUP } = ConfigResource;
    const mistakes: ReturnType<typeof on>[][] = [
      [on(TOPIC, topic, set("cleanup.policy", "compact", desk.pick([APPEND, SUBTRACT])))],
      [on(TOPIC, topic, set("retention.ms", "soon"))],
      [on(TOPIC, topic, set("no.such.config", "1"))],
      [on(TOPIC, topic, set("segment.ms", null))],
      [on(TOPIC, topic, set("segment.ms", "7", APPEND))],
      [on(TOPIC, topic, set("segment.ms", "100000"), set("segment.ms", "200000"))],
      [on(TOPIC, topic, set("segment.ms", "100000", UNKNOWN_OPERATION))],
      [on(TOPIC, topic, set("flush.ms", "100000")), on(TOPIC, topic, set("flush.ms", "200000"))],
      [on(TOPIC, "no-such-topic", set("segment.ms", "100000"))],
      [on(TOPIC, "no such topic", set("segment.ms", "100000"))],
      [on(TOPIC, "", set("segment.ms", "100000"))],
      [on(BROKER, "a-broker", set("log.retention.ms", "100000"))],
      [on(BROKER, "9999", set("log.retention.ms", "100000"))],
      [on(LOGGERS, "1", set("kafka", "INFO"))],
      [on(CLIENT_METRICS, "m", set("interval.ms", "1"))],
      [on(GROUP, "g", set("consumer.session.timeout.ms", "soon"))],
      [on(desk.pick([NO_TYPE, UNKNOWN_TYPE]), "x", set("segment.ms", "1"))],
    ];
    const resources = desk.pick(mistakes);
    const options = { user: desk.someone() };
    if (desk.once(3))
      desk.ask("alterConfigs", { resources: resources.map(withoutOperations) }, options);
    else desk.ask("incrementalAlterConfigs", { resources }, options);
  }

  #read(): void {
    const desk = this.#desk;
    const wrong = desk.pick([
      { type: NO_TYPE, name: "x" },
      { type: ConfigResource.TOPIC, name: "no such topic" },
    ]);
    const { type, name } = desk.once(4) ? wrong : this.#resource();
    const resource = { resourceType: type, resourceName: name, configurationKeys: null };
    const anybody = 1 + desk.prng.below(desk.world.plan.controllers);
    desk.ask("describeConfigs", { resources: [resource] }, { controllerId: anybody });
  }

  #resource(): Resource {
    const { prng, world } = this.#desk;
    const drawn = prng.below(10);
    const brokerId = FIRST_BROKER_ID + prng.below(world.plan.brokers);
    if (drawn < 6) return { type: ConfigResource.TOPIC, name: this.#desk.pick(TOPIC_NAMES) };
    if (drawn < 7) return { type: ConfigResource.BROKER, name: String(brokerId) };
    if (drawn < 8) return { type: ConfigResource.BROKER, name: "" };
    if (drawn < 9) return { type: ConfigResource.CLIENT_METRICS, name: "metrics" };
    return { type: ConfigResource.GROUP, name: "group" };
  }

  /** Values that no other request has, but for those that matter to partitions. */
  #wish({ type }: Resource): Wish {
    const desk = this.#desk;
    const fresh = String(100_000 + desk.world.nextSerial());
    const names: Readonly<Record<number, readonly string[]>> = {
      [ConfigResource.TOPIC]: ["segment.ms", "flush.ms"],
      [ConfigResource.BROKER]: ["log.retention.ms", "log.segment.bytes"],
      [ConfigResource.CLIENT_METRICS]: ["interval.ms"],
      [ConfigResource.GROUP]: ["consumer.session.timeout.ms"],
    };
    const matters = type === ConfigResource.TOPIC || type === ConfigResource.BROKER;
    const drawn = matters ? desk.prng.below(8) : 7;
    if (drawn < 2) {
      return { name: "min.insync.replicas", value: desk.pick(["1", "2", "3", null]) };
    }
    if (drawn < 4) {
      const value = desk.pick(["true", "true", "false", null]);
      return { name: "unclean.leader.election.enable", value };
    }
    const name = desk.pick(names[type] ?? []);
    return { name, value: desk.once(4) ? null : fresh };
  }

  /** What somebody may set in earnest elsewhere says nothing. */
  #try(change: SettingChange): void {
    if (change.value !== null && Number(change.value) >= 100_000)
      this.#desk.world.witness.tried(change);
  }

  #heard(answer: Result | undefined, changes: readonly SettingChange[], since: number): void {
    if (answer !== undefined) this.#desk.acknowledged(answer, changes, since);
  }
}

interface Altered {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly Wish[];
}

function withoutOperations({ resourceType, resourceName, configs }: Altered): Altered {
  const plain = configs.map(({ name, value }) => ({ name, value }));
  return { resourceType, resourceName, configs: plain };
}
