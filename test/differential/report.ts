/** What a run found, for people. */

import { describeDifference, groupOf } from "./compare.ts";
import type { Found, RunReport } from "./run.ts";

export function reportText(report: RunReport): string {
  const { seed, level, requests, ms, found, reached, explained, unserved } = report;
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const group = groupOf(one.difference);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const lines = [
    `seed ${seed}, level ${level.release} ${JSON.stringify(level.features)}: ${requests} requests in ${(ms / 1000).toFixed(1)} s`,
    `again: node --disable-warning=ExperimentalWarning test/differential/main.ts --seed ${seed} --requests ${requests} --release ${level.release}`,
    "",
    ...[...groups].flatMap(([group, members]) => groupText(group, members)),
    `${found.length} differences in ${groups.size} groups`,
    "",
    "answers by API and error code:",
    ...[...reached].sort().map(([api, codes]) => `  ${api}: ${codesText(codes)}`),
  ];
  for (const [{ name, row }, count] of explained) {
    lines.push(`explained ${count} times: ${name} (${row})`);
  }
  if (unserved.length > 0) lines.push(`not served by both: ${unserved.join(", ")}`);
  return lines.join("\n");
}

function groupText(group: string, members: readonly Found[]): string[] {
  const first = members[0];
  if (first === undefined) return [];
  return [
    `== ${members.length} x ${group}`,
    `request ${first.index}: ${describeDifference(first.difference)}`,
    "",
  ];
}

function codesText(codes: ReadonlyMap<number, number>): string {
  return [...codes]
    .sort(([a], [b]) => a - b)
    .map(([code, count]) => `${code}: ${count}`)
    .join(", ");
}
