/** A list, which may be long: its things one after the other, its pages, or all of it. Nothing is asked before it is used. */

import type { Answer } from "./http/answer.ts";
import { QuorateError } from "./http/quorate-error.ts";
import type { AnyList } from "./types/shape.ts";

export class Listing<L extends AnyList> implements AsyncIterable<L["data"][number]> {
  readonly #readPage: (pageToken: string | undefined) => Promise<Answer<L>>;

  constructor(readPage: (pageToken: string | undefined) => Promise<Answer<L>>) {
    this.#readPage = readPage;
  }

  /** The first page, which is all there is of lists that are never long. */
  first(): Promise<Answer<L>> {
    return this.#readPage(undefined);
  }

  /** Pages may have been true at different offsets, unless `atOffset` was given. */
  async *pages(): AsyncGenerator<Answer<L>, void, undefined> {
    let pageToken: string | undefined;
    do {
      const page = await this.#readPage(pageToken);
      yield page;
      const next = tokenIn(page.value.metadata.next);
      if (next !== undefined && next === pageToken) {
        throw new QuorateError("Cannot list: a page says that it is its own next one.", {
          status: null,
          errorCode: null,
        });
      }
      pageToken = next;
    } while (pageToken !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<L["data"][number], void, undefined> {
    for await (const { value } of this.pages()) yield* value.data as readonly L["data"][number][];
  }

  async all(): Promise<L["data"][number][]> {
    const things: L["data"][number][] = [];
    for await (const thing of this) things.push(thing);
    return things;
  }
}

/** Only where to go on is taken from a link: whom to ask, with a token, is not for an answer to say. */
function tokenIn(next: string | null): string | undefined {
  if (next === null) return undefined;
  return new URL(next, "http://any").searchParams.get("page_token") ?? undefined;
}
