/**
 * Reads that a gateway has for one controller, several in one call: a call costs as much as everything else about a read,
 * and one proof of who leads is good for all of them. While a call is under way the next ones gather; whoever is alone
 * never waits.
 */

/** Carries texts to a controller and brings one text for each. */
export type CarryReads = (texts: readonly string[]) => Promise<readonly string[]>;

interface Member {
  readonly text: string;
  resolve(answer: string): void;
  reject(error: unknown): void;
}

interface Group {
  readonly members: Member[];
  /** Sends it; once. */
  send(): void;
}

const MAX_GROUP = 64;
/** A call that takes longer than this is not waited for: it may never end. */
const MAX_WAIT_MS = 20;

export interface GatheringOptions {
  readonly carry: CarryReads;
  readonly nowMs: () => number;
  /** Keeps what a request does going when its client has gone: others may wait for it. */
  readonly keepAlive: (work: Promise<unknown>) => void;
}

export class GatheredReads {
  readonly #carry: CarryReads;
  readonly #nowMs: () => number;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  /** Not sent yet. */
  #next: Group | null = null;
  /** The last that was sent and has no answer. */
  #underWay: Group | null = null;
  #sentMs = 0;

  constructor({ carry, nowMs, keepAlive }: GatheringOptions) {
    this.#carry = carry;
    this.#nowMs = nowMs;
    this.#keepAlive = keepAlive;
  }

  /** Rejects when the call that carries it fails. */
  read(text: string): Promise<string> {
    // Each its own promise: the platform continues a request where the promise that it waits for was made.
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const group = this.#next ?? this.#begin();
    group.members.push({ text, resolve, reject });
    const isOverdue = this.#underWay === null || this.#nowMs() - this.#sentMs > MAX_WAIT_MS;
    if (isOverdue || group.members.length >= MAX_GROUP) group.send();
    return promise;
  }

  #begin(): Group {
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    const group: Group = {
      members: [],
      send: () => {
        this.#next = null;
        this.#underWay = group;
        this.#sentMs = this.#nowMs();
        resolve();
      },
    };
    this.#next = group;
    this.#keepAlive(this.#carryGroup(group, turn));
    return group;
  }

  async #carryGroup(group: Group, turn: Promise<void>): Promise<void> {
    await turn;
    const { members } = group;
    try {
      const answers = await this.#carry(members.map(({ text }) => text));
      if (answers.length !== members.length) {
        throw new Error(`Cannot use answers: ${answers.length} for ${members.length} reads`);
      }
      answers.forEach((answer, index) => {
        members[index]?.resolve(answer);
      });
    } catch (error) {
      for (const member of members) member.reject(error);
    }
    if (this.#underWay !== group) return;
    this.#underWay = null;
    this.#next?.send();
  }
}
