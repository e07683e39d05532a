/** What the areas of the client share: which cluster, which key, which offset, and how an answer is read. */

import { type Answer, mapAnswer } from "./http/answer.ts";
import type {
  CallOptions,
  GuardedOptions,
  ListOptions,
  ReadOptions,
  TaggedOptions,
} from "./http/call-options.ts";
import type { Asked } from "./http/operation.ts";
import { QuorateError, senseless } from "./http/quorate-error.ts";
import type { Opened, Transport } from "./http/transport.ts";
import { Listing } from "./listing.ts";
import { type Answers, type ListId, OPERATIONS, type OperationId } from "./operations.ts";

type AnyOptions = TaggedOptions & GuardedOptions;

const KEY_BYTES = 16;
/** An access token is kr_, its id, an underscore and its secret. */
const TOKEN_ID_START = 3;
const TOKEN_ID_END = 15;

export class Calls {
  readonly #transport: Transport;
  readonly #readsOwnWrites: boolean;
  readonly #tokenId: string | null;
  #clusterId: string | null;
  /** The offset of the newest change that was made here. */
  #writtenOffset: number | null = null;

  constructor(
    transport: Transport,
    options: {
      readonly clusterId: string | null;
      readonly token: string | null;
      readonly readsOwnWrites: boolean;
    },
  ) {
    this.#transport = transport;
    this.#clusterId = options.clusterId;
    this.#tokenId = options.token?.slice(TOKEN_ID_START, TOKEN_ID_END) ?? null;
    this.#readsOwnWrites = options.readsOwnWrites;
  }

  /** One operation whose answer is JSON or nothing. */
  call<I extends OperationId>(
    id: I,
    asked: Asked = {},
    options: AnyOptions = {},
  ): Promise<Answer<Answers[I]>> {
    return this.#call(id, asked, { options, take: jsonOf<Answers[I]> });
  }

  text(id: OperationId, options: CallOptions): Promise<Answer<string>> {
    return this.#call(id, {}, { options, take: (response) => response.text() });
  }

  bytes<T>(
    id: OperationId,
    asked: Asked,
    options: CallOptions,
    take: (response: Response) => Promise<T>,
  ): Promise<Answer<T>> {
    return this.#call(id, asked, { options, take });
  }

  /** A list, read page after page as it is used up. */
  list<I extends ListId>(
    id: I,
    asked: Asked = {},
    { pageSize, ...options }: ListOptions & TaggedOptions = {},
  ): Listing<Answers[I]> {
    return new Listing((pageToken) => {
      const query = { ...asked.query, page_size: pageSize, page_token: pageToken };
      return this.call(id, { ...asked, query }, options);
    });
  }

  /** A token that is not there any more when a try was lost was revoked by that try. */
  async revoke(tokenId: string, options: CallOptions): Promise<Answer<null>> {
    try {
      return await this.call("revokeAccessToken", { params: { token_id: tokenId } }, options);
    } catch (error) {
      if (!(error instanceof QuorateError) || !error.isOutcomeUnknown) throw error;
      const isGone = error.status === 404 || (error.status === 401 && tokenId === this.#tokenId);
      if (!isGone) throw error;
      const { requestId } = error;
      return { value: null, offset: null, epoch: null, etag: null, requestId, replayed: false };
    }
  }

  /** An answer that is read as it comes. */
  async open(id: OperationId, asked: Asked, options: ReadOptions): Promise<Opened> {
    const full = await this.#complete(id, asked, options);
    return this.#transport.open(OPERATIONS[id], full, options);
  }

  /** Looked up once, unless it was given. */
  async clusterId(options: CallOptions = {}): Promise<string> {
    if (this.#clusterId !== null) return this.#clusterId;
    const { value } = await this.call("getMetadataId", {}, options);
    this.#clusterId ??= value.id;
    return this.#clusterId;
  }

  async #call<T>(
    id: OperationId,
    asked: Asked,
    { options, take }: { options: AnyOptions; take: (response: Response) => Promise<T> },
  ): Promise<Answer<T>> {
    const operation = OPERATIONS[id];
    const full = await this.#complete(id, asked, options);
    const answer = await this.#transport.call(operation, full, options, take);
    if (operation.method !== "GET" && answer.offset !== null) {
      this.#writtenOffset = Math.max(this.#writtenOffset ?? 0, answer.offset);
    }
    return answer;
  }

  /** Adds what does not depend on what is asked for. A key is made here, so that all tries have the same. */
  async #complete(id: OperationId, asked: Asked, options: AnyOptions): Promise<Asked> {
    const operation = OPERATIONS[id];
    const isOfCluster = operation.path.includes("{cluster_id}");
    const cluster = isOfCluster ? { cluster_id: await this.clusterId(options) } : {};
    const key = operation.takesKey
      ? { "Idempotency-Key": options.idempotencyKey ?? newKey() }
      : undefined;
    const { ifMatch, ifNoneMatch } = options;
    const guard = ifMatch === undefined ? undefined : { "If-Match": ifMatch };
    const known = ifNoneMatch === undefined ? undefined : { "If-None-Match": ifNoneMatch };
    const offsets = operation.takesOffset ? this.#offsets(options) : undefined;
    return {
      ...asked,
      params: { ...cluster, ...asked.params },
      query: { ...asked.query, ...offsets },
      headers: { ...asked.headers, ...key, ...guard, ...known },
    };
  }

  #offsets({ minOffset, atOffset }: ReadOptions): Asked["query"] {
    if (atOffset !== undefined) return { at_offset: atOffset, min_offset: minOffset };
    const written = this.#readsOwnWrites ? this.#writtenOffset : null;
    if (written === null) return { min_offset: minOffset };
    return { min_offset: Math.max(minOffset ?? 0, written) };
  }
}

/** The JSON of a body, null when there is none. */
async function jsonOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (text === "") return null as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw senseless("The answer is not JSON.", response);
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Of a change of many things: what failed, nothing when nothing did. */
export async function failuresOf<F>(
  answer: Promise<Answer<{ readonly failures: readonly F[] } | null>>,
): Promise<Answer<readonly F[]>> {
  return mapAnswer(await answer, (value) => value?.failures ?? []);
}
