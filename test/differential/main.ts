/** Runs the comparison by hand: see `--help`. */

import { parseArgs } from "node:util";
import type { ApiName } from "../../src/protocol/apis.ts";
import { coverageGaps } from "./coverage.ts";
import { GENERATORS } from "./generate/choose.ts";
import { reportText } from "./report.ts";
import { runDifferential } from "./run.ts";
import type { Level } from "./start.ts";

const USAGE = `node --disable-warning=ExperimentalWarning test/differential/main.ts [options]

  --seed N            what the run is drawn from (1)
  --requests M        how many requests (500)
  --apis a,b          only these APIs and what a cluster needs for them
  --release R         the level of both clusters, such as 4.0 or 4.4 (4.0)
  --features a=1,b=2  further features of both clusters
  --coverage          prints what was not reached
  --trace             prints every step
  --keep-going        collects all differences instead of stopping at the first
`;

function isApi(name: string): name is ApiName {
  return name in GENERATORS;
}

function apisOf(list: string | undefined): ReadonlySet<ApiName> | null {
  if (list === undefined) return null;
  const names = list.split(",");
  const unknown = names.filter((name) => !isApi(name));
  if (unknown.length > 0) {
    throw new Error(
      `no such API: ${unknown.join(", ")}; there are ${Object.keys(GENERATORS).join(", ")}`,
    );
  }
  return new Set(names.filter(isApi));
}

function levelOf(release: string, features: string | undefined): Level {
  const pairs = (features ?? "").split(",").filter((pair) => pair !== "");
  const parsed = pairs.map((pair): [string, number] => {
    const [name = "", value = ""] = pair.split("=");
    return [name, Number(value)];
  });
  return { release, features: Object.fromEntries(parsed) };
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    requests: { type: "string", default: "500" },
    apis: { type: "string" },
    release: { type: "string", default: "4.0" },
    features: { type: "string" },
    coverage: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else {
  const report = await runDifferential({
    seed: Number(values.seed),
    requests: Number(values.requests),
    level: levelOf(values.release, values.features),
    only: apisOf(values.apis),
    keepGoing: values["keep-going"],
    ...(values.trace && { onStep: (line: string) => process.stderr.write(`${line}\n`) }),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${reportText(report)}\n`);
  if (values.coverage) process.stdout.write(`${coverageGaps([report]).join("\n")}\n`);
  process.exit(report.found.length === 0 ? 0 : 1);
}
