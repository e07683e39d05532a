/** From where an administrator asks: over a connection of its own, or through a broker in the name of a user. */

import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import type { Prng } from "../../../src/base/prng.ts";
import {
  APIS,
  type ApiName,
  type RequestInit,
  type ResponseOf,
} from "../../../src/protocol/apis.ts";
import { codesOf } from "../answer-codes.ts";
import { ControllerDirectory } from "../controller-directory.ts";
import { callInEnvelope, type ForwardedUser, SIMULATED_USER } from "../envelope-call.ts";
import { KafkaLink } from "../kafka-link.ts";
import { SUPER_USERS } from "../plan.ts";
import type { SettingChange } from "../setting.ts";
import type { World } from "../world.ts";

const GIVE_UP_MS = 5000;

/** Users that have no rights but those that somebody gives them. */
export const COMMON_USERS: readonly string[] = ["alice", "bob"];

export interface AskOptions {
  /** Asks through a broker; APIs that cannot be forwarded are asked for directly all the same. */
  readonly user?: ForwardedUser | null;
  readonly version?: number;
  /** The controller dies as soon as it has answered; the connection is used for nothing else. */
  readonly isFatal?: boolean;
  /** Whom to ask; whoever is taken for the leader, when nobody is named. */
  readonly controllerId?: number;
}

/** What an API says of each thing that was to be changed. */
export interface Result {
  readonly errorCode: number;
}

export class Desk {
  readonly world: World;
  readonly prng: Prng;
  readonly #id: number;
  readonly #directory: ControllerDirectory;
  readonly #links = new Map<number, KafkaLink>();

  constructor(world: World, id: number, prng: Prng) {
    this.world = world;
    this.prng = prng;
    this.#id = id;
    this.#directory = new ControllerDirectory(world.plan.controllers, prng);
  }

  get clientId(): string {
    return `sim-${this.#id}`;
  }

  /** The controller that is taken for the active one. */
  get controllerId(): number {
    return this.#directory.current;
  }

  /** One of these. */
  pick<T>(from: readonly T[]): T {
    return from[this.prng.below(from.length)] as T;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.prng.below(times) === 0;
  }

  /** Nobody in particular, or a user whom some broker speaks for. */
  someone(): ForwardedUser | null {
    const drawn = this.prng.below(6);
    if (drawn < 2) return null;
    const name = drawn < 4 ? SIMULATED_USER : this.pick(COMMON_USERS);
    return { name, address: [10, 1, 0, this.prng.below(3)], withToken: this.once(12) };
  }

  /** Sends a request; `done` hears the answer, unless it is not known what became of the request. */
  ask<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    options: AskOptions = {},
    done: (response: ResponseOf<N>) => void = () => {},
    failed: () => void = () => {},
  ): void {
    const target = options.controllerId ?? this.#directory.current;
    const link = options.isFatal ? new KafkaLink(this.world, this.#id, target) : this.#link(target);
    link.isFatal = options.isFatal ?? false;
    const giveUp = this.world.scheduler.after(GIVE_UP_MS, () => link.close());
    const user = APIS[api].forwardable ? (options.user ?? null) : null;
    const onEnd = (response: ResponseOf<N> | null): void => {
      this.world.scheduler.cancel(giveUp);
      if (options.isFatal) link.close();
      const codes = response === null ? null : codesOf(response);
      this.world.trace.tell(`administrator ${this.#id}`, () => tell(api, body, user, codes));
      if (codes === null || codes.has(ErrorCode.NOT_CONTROLLER)) this.#directory.failed(target);
      for (const code of codes ?? []) {
        if (code === ErrorCode.UNKNOWN_SERVER_ERROR && this.#mayBeUnknown(user)) {
          this.world.coverage.count("rights not known yet");
        } else this.world.answered(api, code);
      }
      if (response === null) failed();
      else done(response);
    };
    if (user === null) {
      link.call(api, body, onEnd, options.version);
    } else {
      const onEnvelope = (code: number): void => this.world.answered("envelope", code);
      const { clientId } = this;
      const version = options.version ?? APIS[api].request.maxVersion;
      callInEnvelope(link, { api, body, user, clientId, version, onEnd, onEnvelope });
    }
  }

  /** The connection to a controller, for what no request says. */
  connection(): KafkaLink {
    return this.#link(this.#directory.current);
  }

  /** Has the witness hold a change to what is answered: done without an error, it was made since `sinceOffset`. */
  acknowledged(
    { errorCode }: Result,
    changes: readonly SettingChange[],
    sinceOffset: number,
  ): void {
    if (errorCode !== ErrorCode.NONE) return;
    for (const change of changes) this.world.witness.settingAnswered({ ...change, sinceOffset });
  }

  /** Whether a controller may say of a user that it does not know the rules yet. */
  #mayBeUnknown(user: ForwardedUser | null): boolean {
    const { properties } = this.world.plan;
    return "authorizer.class.name" in properties && !isSuperUser(user);
  }

  #link(controllerId: number): KafkaLink {
    const known = this.#links.get(controllerId);
    if (known !== undefined && !known.isBroken) return known;
    const link = new KafkaLink(this.world, this.#id, controllerId);
    this.#links.set(controllerId, link);
    return link;
  }
}

function isSuperUser(user: ForwardedUser | null): boolean {
  return user === null || SUPER_USERS.includes(`User:${user.name}`);
}

function tell(
  api: string,
  body: object,
  user: ForwardedUser | null,
  codes: ReadonlySet<number> | null,
): string {
  const asked = JSON.stringify(body, (_, value) =>
    typeof value === "bigint" ? String(value) : value instanceof Uint8Array ? value.join() : value,
  );
  const heard = codes === null ? "unknown" : [...codes].map(errorName).join(" ");
  return `${api} as ${user?.name ?? "itself"}: ${heard || "answered"}; ${asked}`;
}
