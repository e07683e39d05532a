/** Administers everything that the metadata holds, one thing after the other, at random moments. */

import type { Prng } from "../../src/base/prng.ts";
import { AclRequests } from "./administration/acl-requests.ts";
import type { Area } from "./administration/area.ts";
import { ConfigRequests } from "./administration/config-requests.ts";
import { CredentialRequests } from "./administration/credential-requests.ts";
import { Desk } from "./administration/desk.ts";
import { EnvelopeMistakes } from "./administration/envelope-mistakes.ts";
import { FeatureRequests } from "./administration/feature-requests.ts";
import { Guests } from "./administration/guests.ts";
import { LeaderRequests } from "./administration/leader-requests.ts";
import { MoveRequests } from "./administration/move-requests.ts";
import { QuotaRequests } from "./administration/quota-requests.ts";
import { TokenRequests } from "./administration/token-requests.ts";
import { TopicRequests } from "./administration/topic-requests.ts";
import type { World } from "./world.ts";

const PAUSE_MS = 120;

export class Administrator {
  readonly #world: World;
  readonly #prng: Prng;
  readonly #areas: readonly Area[];

  constructor(world: World, id: number, prng: Prng) {
    this.#world = world;
    this.#prng = prng;
    const desk = new Desk(world, id, prng);
    const moves = new MoveRequests(desk);
    this.#areas = [
      new ConfigRequests(desk),
      new ConfigRequests(desk),
      new AclRequests(desk),
      new Guests(desk),
      new Guests(desk),
      new Guests(desk),
      new QuotaRequests(desk),
      new CredentialRequests(desk),
      new TokenRequests(desk),
      moves,
      moves,
      new LeaderRequests(desk),
      new TopicRequests(desk),
      new FeatureRequests(desk),
      new EnvelopeMistakes(desk),
    ];
  }

  start(): void {
    this.#world.scheduler.after(this.#prng.below(2 * PAUSE_MS), () => {
      if (this.#world.isOver) return;
      this.#areas[this.#prng.below(this.#areas.length)]?.act();
      this.start();
    });
  }

  /** A controller leads a new epoch. */
  onNewLeader(controllerId: number): void {
    if (this.#world.isOver) return;
    for (const area of this.#areas) area.onNewLeader?.(controllerId);
  }
}
