/** What the configs of any resource share: of a topic, a broker, a group, a client metrics subscription. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { GuardedOptions, TaggedOptions } from "../http/call-options.ts";
import type { Asked } from "../http/operation.ts";
import type { Listing } from "../listing.ts";
import type { Answers, ListId, OperationId } from "../operations.ts";
import type { ConfigChanges } from "../types/configs.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The operations of one sort of resources, and the parameter that names one. */
export interface ConfigOperations {
  readonly parameter: string;
  readonly list: ListId;
  readonly get: OperationId;
  readonly set: OperationId;
  readonly reset: OperationId;
  readonly alter: OperationId;
}

/** The `etag` of one config is that of all configs of its resource. */
export class ResourceConfigs<I extends ConfigOperations, R extends string | number> {
  protected readonly calls: Calls;
  readonly #ids: I;

  constructor(calls: Calls, ids: I) {
    this.calls = calls;
    this.#ids = ids;
  }

  /** By name, with the value that holds and where it is from. */
  list(resource: R, options: TaggedOptions = {}): Listing<Answers[I["list"]]> {
    return this.calls.list<I["list"]>(this.#ids.list, this.#asked(resource), options);
  }

  get(resource: R, name: string, options: TaggedOptions = {}): Promise<Answer<Answers[I["get"]]>> {
    return this.calls.call<I["get"]>(this.#ids.get, this.#asked(resource, name), options);
  }

  set(
    resource: R,
    { name, value }: NamedValue,
    options: GuardedOptions = {},
  ): Promise<Answer<Answers[I["set"]]>> {
    const asked = { ...this.#asked(resource, name), body: { value } };
    return this.calls.call<I["set"]>(this.#ids.set, asked, options);
  }

  /** It is set no more: the default holds again. */
  reset(
    resource: R,
    name: string,
    options: GuardedOptions = {},
  ): Promise<Answer<Answers[I["reset"]]>> {
    return this.calls.call<I["reset"]>(this.#ids.reset, this.#asked(resource, name), options);
  }

  /** All of the changes or none. */
  alter(
    resource: R,
    changes: ConfigChanges,
    options: GuardedOptions = {},
  ): Promise<Answer<Answers[I["alter"]]>> {
    const asked = { ...this.#asked(resource), body: changes };
    return this.calls.call<I["alter"]>(this.#ids.alter, asked, options);
  }

  #asked(resource: R, name?: string): Asked {
    const named = name === undefined ? {} : { name };
    return { params: { [this.#ids.parameter]: resource, ...named } };
  }
}
