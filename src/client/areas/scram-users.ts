/** SCRAM users. Nothing secret is ever shown. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, ReadOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaScramCredential,
  KafkaScramCredentialList,
  ScramCredential,
  ScramMechanism,
} from "../types/security.ts";

interface UserMechanism {
  readonly user: string;
  readonly mechanism: ScramMechanism;
}

export class ScramUsersArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: ListOptions = {}): Listing<KafkaScramCredentialList> {
    return this.#calls.list("listScramUsers", {}, options);
  }

  /** One for each mechanism that the user can use. */
  listOfUser(user: string, options: ReadOptions = {}): Listing<KafkaScramCredentialList> {
    return this.#calls.list("getScramUser", { params: { user_name: user } }, options);
  }

  get(
    { user, mechanism }: UserMechanism,
    options: ReadOptions = {},
  ): Promise<Answer<KafkaScramCredential>> {
    const params = { user_name: user, mechanism };
    return this.#calls.call("getScramCredential", { params }, options);
  }

  set(
    { user, mechanism }: UserMechanism,
    credential: ScramCredential,
    options: WriteOptions = {},
  ): Promise<Answer<null>> {
    const asked = { params: { user_name: user, mechanism }, body: credential };
    return this.#calls.call("setScramCredential", asked, options);
  }

  delete({ user, mechanism }: UserMechanism, options: WriteOptions = {}): Promise<Answer<null>> {
    const params = { user_name: user, mechanism };
    return this.#calls.call("deleteScramCredential", { params }, options);
  }
}
