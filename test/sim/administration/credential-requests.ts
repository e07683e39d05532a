/** SCRAM credentials of users (KIP-554). */

import { credentialKey, credentialValue } from "../setting.ts";
import type { Area } from "./area.ts";
import { COMMON_USERS, type Desk } from "./desk.ts";

const USERS = [...COMMON_USERS, "ünï/côdé"];
const MECHANISMS = [1, 2];
const ITERATIONS = 4096;
const HASH_BYTES = 32;

export class CredentialRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(6);
    if (drawn < 2) this.#upsert();
    else if (drawn < 4) this.#delete();
    else if (drawn < 5) this.#mistake();
    else this.#describe();
  }

  #upsert(): void {
    const desk = this.#desk;
    const name = desk.pick(USERS);
    const mechanism = desk.pick(MECHANISMS);
    const iterations = ITERATIONS + desk.prng.below(100);
    const salt = this.#bytes(8);
    const upsertion = {
      name,
      mechanism,
      iterations,
      salt,
      saltedPassword: this.#bytes(HASH_BYTES),
    };
    const change = {
      key: credentialKey(name, mechanism),
      value: credentialValue(iterations, salt),
    };
    const since = desk.world.committedEndOffset;
    desk.ask(
      "alterUserScramCredentials",
      { deletions: [], upsertions: [upsertion] },
      { user: desk.someone() },
      ({ results: [result] }) => {
        if (result !== undefined) desk.acknowledged(result, [change], since);
      },
    );
  }

  #delete(): void {
    const desk = this.#desk;
    const name = desk.pick(USERS);
    const mechanism = desk.pick(MECHANISMS);
    const since = desk.world.committedEndOffset;
    const change = { key: credentialKey(name, mechanism), value: null };
    desk.ask(
      "alterUserScramCredentials",
      { deletions: [{ name, mechanism }], upsertions: [] },
      { user: desk.someone() },
      ({ results: [result] }) => {
        if (result !== undefined) desk.acknowledged(result, [change], since);
      },
    );
  }

  #mistake(): void {
    const desk = this.#desk;
    const salt = this.#bytes(4);
    const saltedPassword = this.#bytes(HASH_BYTES);
    const right = { name: "carol", mechanism: 1, iterations: ITERATIONS, salt, saltedPassword };
    const wrong = desk.pick([
      { ...right, name: "" },
      { ...right, mechanism: 9 },
      { ...right, iterations: 5 },
      { ...right, iterations: 1_000_000 },
      { ...right, saltedPassword: new Uint8Array(0) },
      right,
    ]);
    desk.ask(
      "alterUserScramCredentials",
      {
        deletions: [],
        upsertions: wrong === right ? [right, right] : [wrong],
      },
      { user: desk.someone() },
    );
  }

  #describe(): void {
    const desk = this.#desk;
    const names = [desk.pick(USERS), "nobody", ...(desk.once(3) ? ["nobody"] : [])];
    const users = desk.once(2) ? null : names.map((name) => ({ name }));
    desk.ask("describeUserScramCredentials", { users });
  }

  #bytes(length: number): Uint8Array {
    return new Uint8Array(length).map(() => this.#desk.prng.below(256));
  }
}
