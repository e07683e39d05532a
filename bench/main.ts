/**
 * `npm run bench`: three Apache controllers and three of ours on this machine, one quorum at a time, and a table of how
 * they compare. What is measured, and against which goal, is in `bench/case`.
 */

import { breakOffCleanly } from "./break-off.ts";
import { checkWritable, writeProfiles, writeRun } from "./json.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { runAll } from "./run.ts";
import { rowsOf, tableText } from "./table.ts";

if (process.argv.includes("--help")) {
  console.log(USAGE);
} else {
  const options = checkedOptions();
  if (options !== null) await main(options);
}

/** Null when the command line cannot be followed: then it has been said why, and nothing was started. */
function checkedOptions(): Options | null {
  try {
    const options = readOptions(process.argv.slice(2));
    checkWritable(options.jsonPath);
    return options;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}

async function main(options: Options): Promise<void> {
  breakOffCleanly();
  const startedAt = new Date();
  const { samples, missing, profiles } = await runAll(options, (line) => {
    const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
    process.stderr.write(`${String(seconds).padStart(5)} s  ${line}\n`);
  });
  const rows = options.cases.flatMap((one) => rowsOf(one, options.plan, samples));
  const minutes = (Date.now() - startedAt.getTime()) / 60_000;
  writeRun(options.jsonPath, {
    startedAt: startedAt.toISOString(),
    minutes,
    plan: options.plan,
    missing,
    rows,
    samples: samples.all,
  });
  const profilePaths = writeProfiles(options.jsonPath, profiles);
  console.log(tableText(rows));
  for (const what of missing) console.log(`\nNot measured: ${what}`);
  // etcd only stands beside the two.
  if (missing.some((what) => !what.startsWith("etcd"))) process.exitCode = 1;
  for (const path of profilePaths)
    console.log(`\nA CPU profile of the active controller is in ${path}`);
  console.log(`\n${minutes.toFixed(1)} minutes; all samples are in ${options.jsonPath}`);
}
