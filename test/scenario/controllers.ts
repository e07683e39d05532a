/** The two quorums that a scenario runs against: three of Apache's controllers, or three of ours. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { createApacheQuorum } from "../support/kafka/apache-quorum.ts";
import { Quorate } from "../support/quorate.ts";
import type { LogBytesFrom, LoggedRecord } from "./metadata-log.ts";

/** What a scenario needs of a quorum; controllers have the ids 1 to 3. */
export interface Controllers {
  readonly name: "apache" | "quorate";
  readonly clusterId: string;
  /** `host:port` of each controller, in the order of their ids. */
  readonly addresses: readonly string[];
  readonly logBytesFrom: LogBytesFrom;
  kill(id: number): Promise<void>;
  /** Starts a killed controller again. */
  restart(id: number): Promise<void>;
  /** Whether the log since a restart shows that the controller is back, as far as it will ever show that. */
  isBack(id: number, since: readonly LoggedRecord[]): boolean;
  close(): Promise<void>;
}

/** As in the server.properties of both. */
export const CONTROLLER_PROPERTIES: Readonly<Record<string, string>> = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS;User:admin",
  "delegation.token.secret.key": "token-secret",
  "broker.session.timeout.ms": "3000",
};

/** Starts three Apache controllers of 4.4.0 at 4.0-IV3; they keep to `folder`. */
export async function startApacheControllers(folder: string): Promise<Controllers> {
  const quorum = await createApacheQuorum({
    folder,
    version: "4.4.0",
    releaseVersion: "4.0-IV3",
    // A broker before Fetch 18 learns only from the next record that the last one is committed: let it come soon.
    properties: { ...CONTROLLER_PROPERTIES, "metadata.max.idle.interval.ms": "50" },
  });
  await quorum.start();
  return {
    name: "apache",
    clusterId: quorum.clusterId,
    addresses: quorum.bootstrap.split(","),
    logBytesFrom: async (position) => {
      const alive = quorum.controllers.find(({ isAlive }) => isAlive);
      if (alive === undefined) throw new Error("no controller runs");
      const segment = "__cluster_metadata-0/00000000000000000000.log";
      return readFrom(join(alive.dataFolder, segment), position);
    },
    kill: (id) => quorum.controller(id).kill(),
    restart: async (id) => {
      await quorum.controller(id).start();
      await quorum.controller(id).waitRunning();
    },
    isBack: (id, since) =>
      since.some(({ type, data }) => type === "registerController" && data.controllerId === id),
    close: () => quorum.kill(),
  };
}

/** Starts three of our controllers at 4.0-IV3. */
export async function startQuorateControllers(): Promise<Controllers> {
  const quorate = await Quorate.start({ release: "4.0", properties: CONTROLLER_PROPERTIES });
  let nextOffset = 0;
  return {
    name: "quorate",
    clusterId: quorate.clusterId,
    addresses: quorate.bootstrapControllers.split(","),
    // Positions only ever grow by what this handed over, so the offset of the next one is at hand.
    logBytesFrom: async () => {
      const parts: Uint8Array[] = [];
      for (;;) {
        const alive = quorate.controllers.find(({ pid }) => pid !== null);
        if (alive === undefined) throw new Error("no controller runs");
        const path = `/kafka/v3/clusters/${quorate.clusterId}/log/raw?offset=${nextOffset}`;
        const response = await fetch(`${alive.baseUrl}${path}`);
        if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (bytes.length === 0) return Buffer.concat(parts);
        parts.push(bytes);
        nextOffset = Number(response.headers.get("quorate-next-offset"));
      }
    },
    kill: (id) => quorate.controller(id).kill(),
    restart: (id) => quorate.controller(id).restart(),
    isBack: () => true,
    close: () => quorate.close(),
  };
}

function readFrom(path: string, position: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(Math.max(0, fstatSync(file).size - position));
    readSync(file, bytes, 0, bytes.length, position);
    return bytes;
  } finally {
    closeSync(file);
  }
}
