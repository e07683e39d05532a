/** Starts the two clusters of a comparison, at the same level and with the same properties. */

import { createApacheQuorum } from "../support/kafka/apache-quorum.ts";
import { makeTestFolder } from "../support/kafka/test-folder.ts";
import { Quorate } from "../support/quorate.ts";
import { APACHE_PROPERTIES, COMMON_PROPERTIES } from "./properties.ts";
import { Side } from "./side.ts";

const APACHE_RELEASE = "4.4.0";

/** Our name of a level, and what Apache's format tool calls it. */
const LEVELS: Readonly<Record<string, string>> = {
  "3.9": "3.9-IV0",
  "4.0": "4.0-IV3",
  "4.1": "4.1-IV1",
  "4.2": "4.2-IV1",
  "4.3": "4.3-IV0",
  "4.4": "4.4-IV2",
};

export interface Level {
  /** Such as `4.0`. */
  readonly release: string;
  readonly features: Readonly<Record<string, number>>;
}

export interface Sides {
  readonly apache: Side;
  readonly ours: Side;
}

export async function startSides(level: Level): Promise<Sides> {
  const [apache, ours] = await Promise.allSettled([startApache(level), startOurs(level)]);
  if (apache.status === "fulfilled" && ours.status === "fulfilled") {
    return { apache: apache.value, ours: ours.value };
  }
  if (apache.status === "fulfilled") await apache.value.stop();
  if (ours.status === "fulfilled") await ours.value.stop();
  throw apache.status === "rejected" ? apache.reason : (ours as PromiseRejectedResult).reason;
}

async function startApache({ release, features }: Level): Promise<Side> {
  const folder = makeTestFolder("differential");
  const releaseVersion = LEVELS[release];
  if (releaseVersion === undefined) throw new Error(`Cannot format at ${release}: no such release`);
  const quorum = await createApacheQuorum({
    folder: folder.path,
    size: 1,
    version: APACHE_RELEASE,
    releaseVersion,
    features: Object.entries(features).map(([name, value]) => `${name}=${value}`),
    properties: { ...COMMON_PROPERTIES, ...APACHE_PROPERTIES },
  });
  const stop = async (): Promise<void> => {
    await quorum.kill();
    folder.remove();
  };
  try {
    await quorum.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const port = Number(quorum.bootstrap.split(":")[1]);
  return new Side({
    name: "Apache",
    clusterId: quorum.clusterId,
    port: async () => port,
    controllerId: 1,
    stop,
  });
}

async function startOurs({ release, features }: Level): Promise<Side> {
  const quorate = await Quorate.start({ release, features, properties: COMMON_PROPERTIES });
  return new Side({
    name: "ours",
    clusterId: quorate.clusterId,
    port: async () => (await quorate.active()).kafkaPort,
    controllerId: await quorate.activeId(),
    stop: () => quorate.close(),
  });
}
