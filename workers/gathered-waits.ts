/**
 * Reads that wait for what comes next, as those of feeds of the log nearly always do. Those that ask for the same go to a
 * controller in one call and are answered at the same moment, each for itself, so none of them holds up another. All who
 * follow the log come back within a moment of a commit; each call waits for that long. They are not told all at once: to
 * wake a thousand takes some 50 ms, and whoever has made the change would wait for that.
 */

import { type CarryReads, carryAll, type GatheringOptions, type Member } from "./gathered-reads.ts";

const GATHER_MS = 1;
const MAX_GROUP = 64;
/** So many are told in a millisecond, which leaves room for others. */
const TOLD_PER_MS = 12;
/** Behind so many nobody queues: a clock may be set back. */
const MAX_QUEUE_MS = 100;

export class GatheredWaits {
  readonly #carry: CarryReads;
  readonly #nowMs: () => number;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  readonly #wait: (ms: number) => Promise<unknown>;
  /** Not sent yet, by what is asked for. */
  readonly #groups = new Map<string, Member[]>();
  /** When all who have answers so far are told. */
  #toldMs = 0;

  constructor({ carry, nowMs, keepAlive, wait }: GatheringOptions) {
    this.#carry = carry;
    this.#nowMs = nowMs;
    this.#keepAlive = keepAlive;
    this.#wait = wait;
  }

  /** `line` says what is asked for and by whom. Rejects when the call that carries it fails. */
  read({ asked, line }: { readonly asked: string; readonly line: string }): Promise<string> {
    // Each its own promise: the platform continues a request where the promise that it waits for was made.
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const group = this.#groups.get(asked) ?? this.#begin(asked);
    group.push({ text: line, resolve, reject });
    if (group.length === MAX_GROUP) this.#groups.delete(asked);
    return promise;
  }

  #begin(asked: string): Member[] {
    const group: Member[] = [];
    this.#groups.set(asked, group);
    this.#keepAlive(this.#carryGroup(asked, group));
    return group;
  }

  async #carryGroup(asked: string, group: readonly Member[]): Promise<void> {
    await this.#wait(GATHER_MS);
    if (this.#groups.get(asked) === group) this.#groups.delete(asked);
    await carryAll(group, async (texts) => {
      const answers = await this.#carry(texts);
      await this.#turn(answers.length);
      return answers;
    });
  }

  /** Waits until those before are told. No group waits for the promise of another, which may end with its request. */
  async #turn(count: number): Promise<void> {
    const nowMs = this.#nowMs();
    const queueMs = Math.min(Math.max(this.#toldMs - nowMs, 0), MAX_QUEUE_MS);
    this.#toldMs = nowMs + queueMs + count / TOLD_PER_MS;
    if (queueMs >= 1) await this.#wait(queueMs);
  }
}
