/** Holds what runs have reached against what there is to reach. */

import { ErrorCode } from "../../src/base/error-code.ts";
import type { ApiName } from "../../src/protocol/apis.ts";
import { ERROR_CODES } from "./error-codes.ts";
import { EXPLAINED } from "./explained.ts";
import { GENERATORS } from "./generate/choose.ts";
import type { RunReport } from "./run.ts";
import { UNREACHED } from "./unreached.ts";

/** What is wrong with the coverage of some runs together, one sentence each. */
export function coverageGaps(reports: readonly RunReport[]): string[] {
  const apis = [...(Object.keys(GENERATORS) as ApiName[]), "envelope" as const];
  const gaps: string[] = [];
  for (const api of apis) {
    const reached = reachedBy(reports, api);
    if (reached.size === 0) gaps.push(`${api} was not exercised`);
    else gaps.push(...codeGaps(api, reached));
  }
  const matched = new Set(reports.flatMap(({ explained }) => [...explained.keys()]));
  for (const entry of EXPLAINED) {
    if (entry.isRare !== true && !matched.has(entry)) gaps.push(`explained in vain: ${entry.name}`);
  }
  return gaps;
}

function reachedBy(reports: readonly RunReport[], api: ApiName): Set<number> {
  return new Set(reports.flatMap(({ reached }) => [...(reached.get(api)?.keys() ?? [])]));
}

function codeGaps(api: ApiName, reached: ReadonlySet<number>): string[] {
  const expected = new Set(ERROR_CODES[api]);
  const unreached = new Set(UNREACHED[api]?.map(({ code }) => code));
  const gaps: string[] = [];
  for (const code of expected) {
    if (reached.has(code) && unreached.has(code)) {
      gaps.push(`${api} reached ${nameOf(code)}, which is said to be out of reach`);
    } else if (!reached.has(code) && !unreached.has(code)) {
      gaps.push(`${api} did not reach ${nameOf(code)}`);
    }
  }
  for (const code of reached) {
    if (!expected.has(code)) gaps.push(`${api} reached ${nameOf(code)}, which the table lacks`);
  }
  return gaps;
}

function nameOf(code: number): string {
  return Object.entries(ErrorCode).find(([, value]) => value === code)?.[0] ?? String(code);
}
