/** Delegation tokens: issued, renewed, let expire and looked at (KIP-48, KIP-373, KIP-900). */

import { type ForwardedUser, SIMULATED_USER } from "../envelope-call.ts";
import { tokenKey } from "../setting.ts";
import type { Area } from "./area.ts";
import { COMMON_USERS, type Desk } from "./desk.ts";

const MOST_TOKENS = 8;

interface Token {
  readonly id: string;
  readonly hmac: Uint8Array;
  readonly owner: string;
}

export class TokenRequests implements Area {
  readonly #desk: Desk;
  /** Issued to this administrator; gone by now, maybe. */
  readonly #tokens: Token[] = [];

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(8);
    if (drawn < 3) this.#create();
    else if (drawn < 5) this.#renew();
    else if (drawn < 7) this.#expire();
    else this.#describe();
  }

  #create(): void {
    const desk = this.#desk;
    const user = this.#user();
    const owner = desk.once(5) ? desk.pick(COMMON_USERS) : null;
    const since = desk.world.committedEndOffset;
    const renewer = { principalType: desk.once(8) ? "Group" : "User", principalName: "bob" };
    const body = {
      ownerPrincipalType: owner === null || desk.once(8) ? null : "User",
      ownerPrincipalName: owner,
      renewers: desk.once(2) ? [] : [renewer],
      maxLifetimeMs: desk.pick([-1n, 1000n, 1_000_000n]),
    };
    desk.ask("createDelegationToken", body, { user }, (response) => {
      const { errorCode, tokenId, expiryTimestampMs, hmac, principalName } = response;
      const change = { key: tokenKey(tokenId), value: String(expiryTimestampMs) };
      desk.acknowledged({ errorCode }, [change], since);
      if (errorCode !== 0) return;
      this.#tokens.push({ id: tokenId, hmac, owner: principalName });
      if (this.#tokens.length > MOST_TOKENS) this.#tokens.shift();
    });
  }

  #renew(): void {
    const desk = this.#desk;
    const { id, hmac, owner } = this.#token();
    const since = desk.world.committedEndOffset;
    const renewPeriodMs = desk.pick([-1n, 500n, 60_000n]);
    const user = this.#ownerOrAnother(owner);
    desk.ask("renewDelegationToken", { hmac, renewPeriodMs }, { user }, (response) => {
      const { errorCode, expiryTimestampMs } = response;
      const change = { key: tokenKey(id), value: String(expiryTimestampMs) };
      desk.acknowledged({ errorCode }, [change], since);
    });
  }

  #expire(): void {
    const desk = this.#desk;
    const { id, hmac, owner } = this.#token();
    const since = desk.world.committedEndOffset;
    const expiryTimePeriodMs = desk.pick([-1n, 0n, 300n, 5000n]);
    const user = this.#ownerOrAnother(owner);
    desk.ask("expireDelegationToken", { hmac, expiryTimePeriodMs }, { user }, (response) => {
      const { errorCode, expiryTimestampMs } = response;
      const value = expiryTimePeriodMs < 0n ? null : String(expiryTimestampMs);
      desk.acknowledged({ errorCode }, [{ key: tokenKey(id), value }], since);
    });
  }

  #describe(): void {
    const desk = this.#desk;
    const owners = desk.once(2) ? null : [{ principalType: "User", principalName: "alice" }];
    desk.ask("describeDelegationToken", { owners });
  }

  /** One that was issued, or that nobody ever had. */
  #token(): Token {
    const desk = this.#desk;
    const unknown = { id: "", hmac: new Uint8Array(64), owner: "alice" };
    return this.#tokens.length === 0 || desk.once(8) ? unknown : desk.pick(this.#tokens);
  }

  #user(): ForwardedUser | null {
    const desk = this.#desk;
    if (desk.once(10)) return null;
    const name = desk.pick([...COMMON_USERS, SIMULATED_USER]);
    return { name, address: [10, 1, 0, 1], withToken: desk.once(10) };
  }

  #ownerOrAnother(owner: string): ForwardedUser | null {
    const user = this.#user();
    return user === null || this.#desk.once(4) ? user : { ...user, name: owner };
  }
}
