/** What answers have in common, as REST v3 has it: snake_case, with links to what is beside them. */

export interface Related {
  readonly related: string;
}

/** One thing: what it is, where it is, whose it is. */
export interface Item<K extends string> {
  readonly kind: K;
  readonly metadata: { readonly self: string; readonly resource_name: string };
  readonly cluster_id: string;
}

/** A page of things. `metadata.next` is the link to the next page, null on the last. */
export interface List<K extends string, T> {
  readonly kind: K;
  readonly metadata: { readonly self: string; readonly next: string | null };
  readonly data: readonly T[];
}

/** A list of whatever kind. */
export type AnyList<T = unknown> = List<string, T>;
