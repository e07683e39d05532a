/** Topics that only administrators make, grow and delete; some of those who ask for them have a quota (KIP-599). */

import type { ForwardedUser } from "../envelope-call.ts";
import { SERIAL_CONFIG } from "../invariant/no-phantoms.ts";
import type { Area } from "./area.ts";
import { COMMON_USERS, type Desk } from "./desk.ts";

const NAMES = ["admin-a", "admin-b", "admin-c", "admin-d"];
const MOST_PARTITIONS = 4;
const timeoutMs = 5000;

export class TopicRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(6);
    if (drawn < 3) this.#create();
    else if (drawn < 4) this.#grow();
    else this.#delete();
  }

  #create(): void {
    const desk = this.#desk;
    const topics = NAMES.filter(() => desk.once(2)).map((name) => {
      const serial = desk.world.nextSerial();
      const numPartitions = 1 + desk.prng.below(MOST_PARTITIONS);
      desk.world.witness.attempt(serial, numPartitions);
      const configs = [{ name: SERIAL_CONFIG, value: String(serial) }];
      return { name, numPartitions, replicationFactor: 1 + desk.prng.below(3), configs };
    });
    const options = { user: this.#user(), version: desk.pick([5, 7, 7]) };
    desk.ask("createTopics", { topics, timeoutMs }, options);
  }

  #grow(): void {
    const desk = this.#desk;
    const topics = NAMES.map((name) => {
      return { name, count: 1 + desk.prng.below(2 * MOST_PARTITIONS), assignments: null };
    });
    const options = { user: this.#user(), version: desk.pick([2, 3, 3]) };
    desk.ask("createPartitions", { topics, timeoutMs }, options);
  }

  /** Common users have quotas. */
  #user(): ForwardedUser | null {
    const desk = this.#desk;
    const name = desk.pick(COMMON_USERS);
    return desk.once(2) ? desk.someone() : { name, address: [10, 1, 0, 1], withToken: false };
  }

  #delete(): void {
    const desk = this.#desk;
    const topics = NAMES.filter(() => desk.once(2)).map((name) => ({ name }));
    desk.ask("deleteTopics", { topics, timeoutMs }, { user: this.#user() });
  }
}
