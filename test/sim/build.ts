/**
 * Loads the controller's code with small changes to it: older versions that run beside the current one, and wrong
 * changes that the simulator must find. The source on disk stays as it is; a change is made while a module is loaded.
 */

import { registerHooks } from "node:module";
import { createNodeOnStores } from "../../src/controller/controller-node.ts";
import { LogTail } from "../../src/raft/log-tail.ts";
import { WriteBehindStore } from "../../src/state/write-behind-store.ts";
import type { Build } from "./life.ts";

/** One change of the source. */
export interface Patch {
  /** Below the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const ROOT = new URL("../../", import.meta.url);
const DOOR = "src/controller/controller-node.ts";
const patchesOfBuild = new Map<string, readonly Patch[]>();
/** The patches that were applied, by build. */
const applied = new Map<string, Set<Patch>>();

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const build = buildOf(context.parentURL);
    if (build === null || !resolved.url.startsWith(new URL("src/", ROOT).href)) return resolved;
    return { ...resolved, url: inBuild(resolved.url, build) };
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const build = buildOf(url);
    if (build === null) return loaded;
    const path = url.slice(ROOT.href.length).replace(/\?.*$/, "");
    let source = String(loaded.source);
    for (const patch of patchesOfBuild.get(build) ?? []) {
      if (patch.file !== path) continue;
      source = applyPatch(source, patch);
      applied.get(build)?.add(patch);
    }
    return { ...loaded, source };
  },
});

export const CURRENT_BUILD: Build = {
  name: "current",
  createNode: createNodeOnStores,
  holding: { WriteBehindStore, LogTail },
};

/** Loads another copy of the controller's code with the patches applied, each of which must fit. */
export async function loadBuild(name: string, patches: readonly Patch[]): Promise<Build> {
  patchesOfBuild.set(name, patches);
  const fitting = new Set<Patch>();
  applied.set(name, fitting);
  const load = (file: string) => import(inBuild(new URL(file, ROOT).href, name));
  const loaded = await load(DOOR);
  const { WriteBehindStore } = await load("src/state/write-behind-store.ts");
  const { LogTail } = await load("src/raft/log-tail.ts");
  const unused = patches.filter((patch) => !fitting.has(patch));
  if (unused.length > 0) {
    throw new Error(`Build ${name} never loads ${unused.map(({ file }) => file).join(", ")}`);
  }
  return { name, createNode: loaded.createNodeOnStores, holding: { WriteBehindStore, LogTail } };
}

function applyPatch(source: string, patch: Patch): string {
  const { file, find, replace } = patch;
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`Cannot patch ${file}: "${find}" stands in it ${parts.length - 1} times`);
  }
  return parts.join(replace);
}

function buildOf(url: string | undefined): string | null {
  if (url === undefined || !url.startsWith("file:")) return null;
  return new URL(url).searchParams.get("build");
}

function inBuild(url: string, build: string): string {
  const marked = new URL(url);
  marked.searchParams.set("build", build);
  return marked.href;
}
