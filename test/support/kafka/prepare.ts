/** Owns what is done once before the tests that run Apache Kafka: releases fetched, class data made. */
import { classDataFlags } from "./class-data.ts";
import { fetchRelease, SERVER_VERSIONS, usableVersions } from "./releases.ts";

/** Prepares every release this machine can run, so that no test's time goes into it. */
export async function setup(): Promise<void> {
  const versions = await usableVersions(SERVER_VERSIONS);
  if (versions.length === 0) await fetchRelease(SERVER_VERSIONS[0]);
  for (const version of versions) await classDataFlags(await fetchRelease(version));
}
