/** Quotas of users, client ids and addresses (KIP-546, KIP-612, KIP-599). */

import type { RequestInit } from "../../../src/protocol/apis.ts";
import type { QuotaEntityPart } from "../../../src/state/metadata-view.ts";
import { quotaKey } from "../setting.ts";
import type { Area } from "./area.ts";
import { COMMON_USERS, type Desk } from "./desk.ts";

type Entry = NonNullable<RequestInit<"alterClientQuotas">["entries"]>[number];

const MUTATION_RATE = "controller_mutation_rate";

export class QuotaRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    if (this.#desk.once(5)) this.#mistake();
    else this.#alter();
  }

  #alter(): void {
    const desk = this.#desk;
    const entity = this.#entity();
    const remove = desk.once(3);
    const { key, value } = this.#quota(entity);
    const validateOnly = desk.once(6) && key !== MUTATION_RATE && !remove;
    const change = { key: quotaKey(entity, key), value: remove ? null : String(value) };
    if (validateOnly) desk.world.witness.tried(change);
    const entry: Entry = { entity, ops: [{ key, value: remove ? 0 : value, remove }] };
    const since = desk.world.committedEndOffset;
    desk.ask(
      "alterClientQuotas",
      { entries: [entry], validateOnly },
      { user: desk.someone() },
      ({ entries }) => {
        const [answer] = entries;
        if (answer !== undefined && !validateOnly) desk.acknowledged(answer, [change], since);
      },
    );
  }

  #mistake(): void {
    const desk = this.#desk;
    const alice = [{ entityType: "user", entityName: "alice" }];
    const set = (key: string, value: number) => ({ key, value, remove: false });
    const rate = set("producer_byte_rate", 1000);
    const wrongs: Entry[] = [
      { entity: [], ops: [rate] },
      { entity: [{ entityType: "animal", entityName: "cat" }], ops: [rate] },
      { entity: [{ entityType: "user", entityName: "" }], ops: [rate] },
      { entity: [...alice, { entityType: "ip", entityName: "10.1.0.1" }], ops: [rate] },
      { entity: [{ entityType: "ip", entityName: "nowhere!" }], ops: [rate] },
      { entity: alice, ops: [set("no_such_rate", 1)] },
      { entity: alice, ops: [set("producer_byte_rate", -1)] },
      { entity: alice, ops: [set("producer_byte_rate", 1.5)] },
    ];
    const wrong = desk.pick(wrongs);
    const entries = desk.once(2) ? [wrong] : [wrong, wrong];
    desk.ask("alterClientQuotas", { entries }, { user: desk.someone() });
  }

  #entity(): QuotaEntityPart[] {
    const desk = this.#desk;
    const user = { entityType: "user", entityName: desk.pick([...COMMON_USERS, null]) };
    const client = {
      entityType: "client-id",
      entityName: desk.pick([desk.clientId, "some", null]),
    };
    const ip = { entityType: "ip", entityName: desk.pick(["10.1.0.1", "10.1.0.2", null]) };
    return desk.pick([[user], [user], [client], [user, client], [client, user], [ip]]);
  }

  /** Nobody but common users is slowed down: the others' work must go on. */
  #quota(entity: readonly QuotaEntityPart[]): { key: string; value: number } {
    const desk = this.#desk;
    const value = 1000 + desk.world.nextSerial();
    if (entity.some(({ entityType }) => entityType === "ip")) {
      return { key: "connection_creation_rate", value };
    }
    const isCommonUser = entity.some(
      ({ entityType, entityName }) => entityType === "user" && entityName !== null,
    );
    if (isCommonUser && desk.once(2)) {
      return { key: MUTATION_RATE, value: desk.pick([0.1, 0.5, 2]) };
    }
    const key = desk.pick(["producer_byte_rate", "consumer_byte_rate", "request_percentage"]);
    return { key, value: key === "request_percentage" ? value / 8 : value };
  }
}
