/**
 * Finds what answers a path: a tree of its segments, each a text or a parameter that takes a whole one. Of several paths
 * that match, the one that was added first answers, whatever its methods are; so there is never more than one handler,
 * which Hono then calls without a chain around it.
 */

import { METHOD_NAME_ALL, type Params, type Result, type Router } from "hono/router";

/** The end of a path. */
interface Leaf<T> {
  /** Which of the paths this is. */
  readonly order: number;
  /** Of the parameters, from the left. */
  readonly names: readonly string[];
  readonly handlers: Map<string, T>;
}

interface Node<T> {
  readonly texts: Map<string, Node<T>>;
  parameter: Node<T> | null;
  leaf: Leaf<T> | null;
}

/** Where a search has come to an end. */
interface Found<T> {
  readonly leaf: Leaf<T>;
  readonly values: readonly string[];
}

/** What a path has come to. */
interface Known<T> {
  readonly handlers: Map<string, T>;
  readonly params: Params;
}

/** The same paths are asked for again and again. */
const MAX_KNOWN = 1000;
const MAX_KNOWN_LENGTH = 500;

export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #root: Node<T> = newNode();
  readonly #known = new Map<string, Known<T>>();
  #count = 0;

  /** Several methods of a path are added one after the other; `ALL` is what answers the others. */
  add(method: string, path: string, handler: T): void {
    this.#known.clear();
    let node = this.#root;
    const names: string[] = [];
    for (const segment of segmentsOf(path)) {
      if (segment.startsWith(":")) {
        names.push(segment.slice(1));
        node.parameter ??= newNode();
        node = node.parameter;
      } else {
        const known = node.texts.get(segment) ?? newNode();
        node.texts.set(segment, known);
        node = known;
      }
    }
    node.leaf ??= { order: this.#count++, names, handlers: new Map() };
    node.leaf.handlers.set(method, handler);
  }

  match(method: string, path: string): Result<T> {
    const known = this.#known.get(path) ?? this.#search(path);
    if (known === null) return [[]];
    const { handlers, params } = known;
    const handler = handlers.get(method) ?? handlers.get(METHOD_NAME_ALL);
    return handler === undefined ? [[]] : [[[handler, params]]];
  }

  #search(path: string): Known<T> | null {
    const found = search(this.#root, segmentsOf(path), 0, []);
    if (found === null) return null;
    const { leaf, values } = found;
    const params: Params = {};
    leaf.names.forEach((name, index) => {
      params[name] = values[index] ?? "";
    });
    const known = { handlers: leaf.handlers, params };
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    if (path.length <= MAX_KNOWN_LENGTH) this.#known.set(path, known);
    return known;
  }
}

function newNode<T>(): Node<T> {
  return { texts: new Map(), parameter: null, leaf: null };
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split("/");
}

function search<T>(
  node: Node<T>,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): Found<T> | null {
  const segment = segments[index];
  if (segment === undefined) return node.leaf === null ? null : { leaf: node.leaf, values };
  const next = node.texts.get(segment);
  const byText = next === undefined ? null : search(next, segments, index + 1, values);
  if (node.parameter === null || segment === "") return byText;
  const byParameter = search(node.parameter, segments, index + 1, [...values, segment]);
  if (byText === null || byParameter === null) return byText ?? byParameter;
  return byText.leaf.order < byParameter.leaf.order ? byText : byParameter;
}
