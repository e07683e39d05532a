/**
 * A delegation token is removed soon after it has expired, and no renewal carries it beyond the end that it was issued
 * with (KIP-48).
 */

import {
  type CommittedEntry,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
} from "../observation.ts";
import { tokenKey } from "../setting.ts";

interface Token {
  readonly expirationMs: number;
  readonly maxMs: number;
}

export class Tokens implements Invariant {
  readonly name = "tokens";
  readonly #tokens = new Map<string, Token>();

  onCommitted({ records, baseOffset }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type === "delegationToken") {
        const token = {
          expirationMs: Number(data.expirationTimestamp),
          maxMs: Number(data.maxTimestamp),
        };
        const known = this.#tokens.get(data.tokenId);
        if (
          token.expirationMs > token.maxMs ||
          (known !== undefined && known.maxMs !== token.maxMs)
        )
          this.#fail(`${data.tokenId} may live beyond its end, at offset ${baseOffset}`);
        this.#tokens.set(data.tokenId, token);
      } else if (type === "removeDelegationToken") {
        if (!this.#tokens.delete(data.tokenId))
          this.#fail(`${data.tokenId} is removed at offset ${baseOffset}: it does not exist`);
      }
    }
  }

  onEnd({ leader, settings }: FinalWorld): void {
    if (leader === null || leader.expiresTokensEveryMs === null) return;
    const left = new Set(settings.map(({ key }) => key));
    for (const [tokenId, { expirationMs }] of this.#tokens) {
      if (!left.has(tokenKey(tokenId))) continue;
      // The leader has had its turn since, and then some.
      const overdueMs = Math.min(leader.clockMs - expirationMs, leader.undisturbedMs);
      if (overdueMs <= 2 * leader.expiresTokensEveryMs) continue;
      this.#fail(`${tokenId} is still there ${overdueMs} ms after it expired`);
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, `token ${fact}`);
  }
}
