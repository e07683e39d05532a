/**
 * Reads that a gateway has for one controller, several in one call: a call costs as much as everything else about a read,
 * and one proof of who leads is good for all of them. While a call is under way the next ones gather; whoever is alone
 * never waits. After an answer the next ones, or the first who comes back, wait a moment more for those who have just been
 * answered: most ask the next thing at once, and the more go together the less each costs.
 */

/** Carries texts to a controller and brings one text for each, or for as many of the first as there is room for. */
export type CarryReads = (texts: readonly string[]) => Promise<readonly string[]>;

/** Whoever waits for the answer to a text. */
export interface Member {
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

/** Those who were answered are waited for as long as that keeps this thread busy: so many have to come in each step. */
const STEP_MS = 1;
const MIN_COMING = 5;
/** Fewer than so many have nothing to gain by waiting for each other. */
const MIN_HELD = 8;
/** Where clients do not come back, it is tried again after so many calls at most. */
const MAX_PAUSE = 64;

export interface GatheringOptions {
  readonly carry: CarryReads;
  readonly nowMs: () => number;
  /** Keeps what a request does going when its client has gone: others may wait for it. */
  readonly keepAlive: (work: Promise<unknown>) => void;
  readonly wait: (ms: number) => Promise<unknown>;
}

export class GatheredReads {
  readonly #carry: CarryReads;
  readonly #nowMs: () => number;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  readonly #wait: (ms: number) => Promise<unknown>;
  /** Not sent yet. */
  #next: Group | null = null;
  /** The last that was sent and has no answer. */
  #underWay: Group | null = null;
  /** When that one was sent, or else when the last one was answered. */
  #sinceMs = 0;
  readonly #hold = new Hold();

  constructor({ carry, nowMs, keepAlive, wait }: GatheringOptions) {
    this.#carry = carry;
    this.#nowMs = nowMs;
    this.#keepAlive = keepAlive;
    this.#wait = wait;
  }

  /** Rejects when the call that carries it fails. */
  read(text: string): Promise<string> {
    // Each its own promise: the platform continues a request where the promise that it waits for was made.
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const group = this.#next ?? this.#begin();
    group.members.push({ text, resolve, reject });
    const isOverdue = this.#underWay === null || this.#nowMs() - this.#sinceMs > MAX_WAIT_MS;
    const { length } = group.members;
    if (length === 1 && this.#underWay === null && this.#isHeld()) {
      this.#underWay = group;
      this.#keepAlive(this.#sendUnlessMany(group));
    } else if (isOverdue || length >= MAX_GROUP || length >= this.#hold.until) group.send();
    return promise;
  }

  #begin(): Group {
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    const group: Group = {
      members: [],
      send: () => {
        this.#next = null;
        this.#hold.end();
        this.#underWay = group;
        this.#sinceMs = this.#nowMs();
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
    await carryAll(members, this.#carry);
    if (this.#underWay === group) await this.#sendNext(members.length);
  }

  /** `answered` are those who have just been answered. */
  async #sendNext(answered: number): Promise<void> {
    this.#underWay = null;
    this.#sinceMs = this.#nowMs();
    const next = this.#next;
    const isHeld = this.#hold.begin(next?.members.length ?? 0, answered);
    if (next === null) return;
    if (isHeld) {
      this.#underWay = next;
      await this.#sendUnlessMany(next);
    } else {
      next.send();
    }
  }

  /** Whether the first who comes waits for others who have just been answered: requests are taken in by the dozen. */
  #isHeld(): boolean {
    if (this.#hold.until === Number.POSITIVE_INFINITY) return false;
    if (this.#nowMs() - this.#sinceMs <= STEP_MS) return true;
    this.#hold.cancel();
    return false;
  }

  /** Sends a group unless it became large enough to be sent while it was waited for. */
  async #sendUnlessMany(group: Group): Promise<void> {
    if (!(await this.#comeBack(group))) return;
    this.#hold.failed();
    group.send();
  }

  /** Waits while many come; true when they are too few and not sent yet. */
  async #comeBack(next: Group): Promise<boolean> {
    // In the first step there may have been nothing but the answers to write.
    await this.#wait(STEP_MS);
    for (;;) {
      const before = next.members.length;
      await this.#wait(STEP_MS);
      if (this.#next !== next) return false;
      if (next.members.length - before < MIN_COMING) return true;
    }
  }
}

/** Gives each its answer, in as many calls as that takes; those that have none yet when a call fails are told so. */
export async function carryAll(members: readonly Member[], carry: CarryReads): Promise<void> {
  try {
    for (let answered = 0; answered < members.length; ) {
      answered += await carryRest(members.slice(answered), carry);
    }
  } catch (error) {
    for (const member of members) member.reject(error);
  }
}

/** How many have their answers. */
async function carryRest(members: readonly Member[], carry: CarryReads): Promise<number> {
  const answers = await carry(members.map(({ text }) => text));
  if (answers.length === 0 || answers.length > members.length) {
    throw new Error(`Cannot use answers: ${answers.length} for ${members.length} reads`);
  }
  answers.forEach((answer, index) => {
    members[index]?.resolve(answer);
  });
  return answers.length;
}

/** Whether reads wait for others, and until how many they are. */
class Hold {
  until = Number.POSITIVE_INFINITY;
  #pause = 1;
  /** Calls that are still to be sent without waiting. */
  #left = 0;

  begin(gathered: number, answered: number): boolean {
    if (answered < 2 || gathered + answered < MIN_HELD) return false;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    // Not until all are back: the thread would have nothing to do while the call is under way.
    this.until = gathered + Math.ceil(answered / 2);
    return true;
  }

  /** Nobody has come for a while. */
  cancel(): void {
    this.until = Number.POSITIVE_INFINITY;
  }

  /** They were sent because they were enough. */
  end(): void {
    if (this.until !== Number.POSITIVE_INFINITY) this.#pause = 1;
    this.until = Number.POSITIVE_INFINITY;
  }

  /** They are to be sent although they are too few. */
  failed(): void {
    this.until = Number.POSITIVE_INFINITY;
    this.#left = this.#pause;
    this.#pause = Math.min(this.#pause * 2, MAX_PAUSE);
  }
}
