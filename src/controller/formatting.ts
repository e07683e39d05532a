/** Formatting a controller: which levels a cluster may begin with, and the one document that it begins from. */

import { resolveFormat } from "../state/format-levels.ts";
import type { ApiReply, ApiRequest, FormatDocument } from "./api.ts";
import type { FormatStore } from "./format-store.ts";

/** Formats once; the same document again changes nothing, another one is refused. */
export function formatController(
  formats: FormatStore,
  document: FormatDocument,
  controllerId: number,
): Extract<ApiReply, { kind: "formatted" | "refused" }> {
  const present = formats.load();
  if (present !== null) {
    if (canonical(present) === canonical(document)) return { kind: "formatted", already: true };
    return refused(
      `Controller ${controllerId} is already formatted for cluster ${present.clusterId}.`,
    );
  }
  if (!document.controllers.some(({ id }) => id === controllerId)) {
    return refused(`Controller ${controllerId} is not among the controllers to format.`);
  }
  formats.save(document);
  return { kind: "formatted", already: false };
}

/** The levels that a release and explicit feature levels come to, or what is wrong with them. */
export function resolveLevels({
  release,
  features,
}: Extract<ApiRequest, { kind: "resolve-format" }>): ApiReply {
  const resolved = resolveFormat({ release, features });
  if (resolved.kind === "refused") return refused(resolved.message);
  return {
    kind: "format-levels",
    metadataVersion: resolved.metadataVersion,
    metadataVersionName: resolved.name,
    features: resolved.features,
  };
}

function refused(message: string): Extract<ApiReply, { kind: "refused" }> {
  return { kind: "refused", error: "INVALID_REQUEST", message };
}

/** A text that does not depend on the order in which names were written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${name}:${canonical(inner)}`).join(",")}}`;
}
