/**
 * What reads came to, as long as the committed state is the same: lists that many ask for are made once, and whoever hands
 * results on can tell by the object that two are the same. Nobody may change one.
 */

import type { MetadataView } from "../state/metadata-view.ts";
import type { MetadataRead } from "./api.ts";
import type { Caller } from "./caller.ts";
import type { ReadResult } from "./read-result.ts";

/** They depend on the state and on who asks, on nothing else. */
const KEPT: ReadonlySet<MetadataRead["what"]> = new Set(["broker", "brokers", "topic", "topics"]);

/** Topics and partitions in all results together: some megabytes. */
const MAX_ITEMS = 20_000;

/** Whose read it is: ACLs ask for nothing else. */
type Asker = Pick<Caller, "principal" | "host">;

export class KnownResults {
  #view: MetadataView | null = null;
  /** By principal, host and read. */
  readonly #results = new Map<string, Map<string, Map<string, ReadResult>>>();
  #items = 0;

  /** The result of the same read of the same state, or what `make` makes of it. */
  result(
    read: MetadataRead,
    { view, caller }: { readonly view: MetadataView; readonly caller: Asker },
    make: () => ReadResult,
  ): ReadResult {
    if (!KEPT.has(read.what)) return make();
    if (this.#view !== view) {
      this.#forget();
      this.#view = view;
    }
    const key = keyOf(read);
    const known = this.#results.get(caller.principal)?.get(caller.host)?.get(key);
    if (known !== undefined) return known;
    const result = make();
    const items = itemsOf(result);
    if (this.#items + items > MAX_ITEMS) this.#forget();
    this.#items += items;
    this.#resultsOf(caller).set(key, result);
    return result;
  }

  #resultsOf({ principal, host }: Asker): Map<string, ReadResult> {
    const ofPrincipal = this.#results.get(principal) ?? new Map<string, Map<string, ReadResult>>();
    this.#results.set(principal, ofPrincipal);
    const ofHost = ofPrincipal.get(host) ?? new Map<string, ReadResult>();
    ofPrincipal.set(host, ofHost);
    return ofHost;
  }

  #forget(): void {
    this.#results.clear();
    this.#items = 0;
  }
}

/** Whoever hands reads in may use the same object for the same read. */
const keys = new WeakMap<MetadataRead, string>();

function keyOf(read: MetadataRead): string {
  const known = keys.get(read);
  if (known !== undefined) return known;
  const key = JSON.stringify(read);
  keys.set(read, key);
  return key;
}

function itemsOf(result: ReadResult): number {
  if (result.what === "topics") return 1 + result.topics.length;
  if (result.what === "topic") return 1 + result.partitions.length;
  return result.what === "brokers" ? 1 + result.brokers.length : 1;
}
