/**
 * Finds the ACLs whose patterns cover a name without reading the others: the literal name, the wildcard, and those of
 * its prefixes that have any. What was read is kept as long as the view that it was read from.
 */

import { PatternType, WILDCARD } from "./authorizer.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

/** Below a prefix with no more entries than this all are read at once. */
const MAX_READ_AHEAD = 16;
/** Patterns kept for a view; names come from clients, so their number is bounded. */
const MAX_KEPT = 4096;

/** The entries on one pattern, in the order in which an Apache controller looks at them. */
export interface PatternAcls {
  readonly resourceName: string;
  readonly acls: readonly AclState[];
}

/** Prefixed patterns whose names begin alike; null when there are too many to read ahead. */
type Subtree = readonly PatternAcls[] | null;

const INDEXES = new WeakMap<MetadataView, AclIndex>();

/** The index over the ACLs of a view. */
export function aclIndexOf(view: MetadataView): AclIndex {
  let index = INDEXES.get(view);
  if (index === undefined) {
    index = new AclIndex(view);
    INDEXES.set(view, index);
  }
  return index;
}

export class AclIndex {
  readonly #view: MetadataView;
  readonly #patterns = new Map<string, PatternAcls>();
  readonly #subtrees = new Map<string, Subtree>();

  constructor(view: MetadataView) {
    this.#view = view;
  }

  /** The patterns with entries that cover the name: longer ones first, a literal before a prefix, the wildcard last. */
  covering(resourceType: number, resourceName: string): readonly PatternAcls[] {
    const prefixed = this.#prefixesOf(resourceType, resourceName).reverse();
    const literal = this.#on(resourceType, PatternType.LITERAL, resourceName);
    const found = [literal, ...prefixed];
    // An Apache controller takes the wildcard for a mere prefix of what begins with an asterisk.
    if (!resourceName.startsWith(WILDCARD)) {
      found.push(this.#on(resourceType, PatternType.LITERAL, WILDCARD));
    }
    return found.filter(({ acls }) => acls.length > 0);
  }

  /** Shortest first. */
  #prefixesOf(resourceType: number, resourceName: string): PatternAcls[] {
    const found: PatternAcls[] = [];
    let prefix = "";
    // Character by character: half of a surrogate pair is no prefix of anything.
    for (const character of ["", ...resourceName]) {
      prefix += character;
      const subtree = this.#under(resourceType, prefix);
      if (subtree !== null) {
        found.push(...subtree.filter((pattern) => resourceName.startsWith(pattern.resourceName)));
        break;
      }
      if (prefix !== "") found.push(this.#on(resourceType, PatternType.PREFIXED, prefix));
    }
    return found;
  }

  #under(resourceType: number, prefix: string): Subtree {
    const key = `${resourceType}/${prefix}`;
    let subtree = this.#subtrees.get(key);
    if (subtree === undefined) {
      const limit = MAX_READ_AHEAD + 1;
      const acls = this.#view.aclsUnder(resourceType, PatternType.PREFIXED, prefix, limit);
      subtree = acls.length < limit ? byPattern(acls) : null;
      keep(this.#subtrees, key, subtree);
    }
    return subtree;
  }

  #on(resourceType: number, patternType: number, resourceName: string): PatternAcls {
    const key = `${resourceType}/${patternType}/${resourceName}`;
    let pattern = this.#patterns.get(key);
    if (pattern === undefined) {
      const acls = this.#view.aclsOn(resourceType, patternType, resourceName);
      pattern = { resourceName, acls: inOrder(acls) };
      keep(this.#patterns, key, pattern);
    }
    return pattern;
  }
}

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, value);
}

/** Shorter names first. */
function byPattern(acls: readonly AclState[]): PatternAcls[] {
  return [...Map.groupBy(acls, ({ resourceName }) => resourceName)]
    .map(([resourceName, own]) => ({ resourceName, acls: inOrder(own) }))
    .sort((a, b) => a.resourceName.length - b.resourceName.length);
}

function inOrder(acls: readonly AclState[]): AclState[] {
  return [...acls].sort(
    (a, b) =>
      a.operation - b.operation ||
      compareTexts(a.principal, b.principal) ||
      compareTexts(a.host, b.host) ||
      a.permissionType - b.permissionType,
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
