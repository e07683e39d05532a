// How a quorum on this machine lets clients in: everybody, because only this machine can reach it,
// unless a property says that a token is needed. Then the first start makes one.

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADDRESS_HEADER, AUTHENTICATION_REQUIRED } from "../workers/gateway/access.ts";

const FILE = "bootstrap-token";
const TOKEN_BYTES = 32;
/** Readable and writable by its owner only. */
export const OWNER_ONLY = 0o600;

/** Properties of controllers that are reached over loopback only. */
export function localProperties(
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  // Nobody is in front of it who would take away what a client says of its address.
  return { [AUTHENTICATION_REQUIRED]: "false", [ADDRESS_HEADER]: "", ...given };
}

/** What creates the cluster, kept until its first access token was shown. */
export interface BootstrapToken {
  readonly text: string;
  /** True when an earlier start has left it: that one has not shown the access token. */
  readonly isLeft: boolean;
  /** Forgets it. */
  remove(): void;
}

/** The bootstrap token of a data folder; a new one when there is none. */
export function openBootstrapToken(dataPath: string): BootstrapToken {
  const path = join(dataPath, FILE);
  const isLeft = existsSync(path);
  if (!isLeft) {
    writeFileSync(path, randomBytes(TOKEN_BYTES).toString("base64url"), { mode: OWNER_ONLY });
  }
  return {
    text: readFileSync(path, "utf8"),
    isLeft,
    remove: () => rmSync(path, { force: true }),
  };
}
