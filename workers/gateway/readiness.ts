/** Finds out, within a short time, whether a majority confirms an active controller. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { TrueAt } from "./context.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { type Timers, wait } from "./timers.ts";

export type Readiness =
  | { readonly kind: "ready"; readonly controllerId: number; readonly trueAt: TrueAt }
  | { readonly kind: "not-formatted" }
  | { readonly kind: "no-majority" };

/** Less than the 2 s that load balancers wait; longer than an election takes. */
const BOUND_MS = 1500;
const PAUSE_MS = 50;

const PROBE: ApiRequest = { kind: "read", sender: null, read: { what: "cluster" } };

/**
 * Asks all controllers at once, and those again that do not lead: one that hangs must not keep anybody from the answer of
 * another.
 */
export function readiness(directory: ControllerDirectory, timers: Timers): Promise<Readiness> {
  const ids = directory.ids();
  const unformatted = new Set<number>();
  let found: Readiness | null = null;
  return new Promise((resolve) => {
    const end = (readiness: Readiness): void => {
      found = readiness;
      cancel();
      resolve(readiness);
    };
    const cancel = timers.after(BOUND_MS, () => end({ kind: "no-majority" }));
    const learn = (id: number, reply: ApiReply | null): void => {
      const ready = reply === null ? null : readyOf(reply);
      if (ready !== null) end(ready);
      else if (reply?.kind !== "not-formatted") unformatted.delete(id);
      else if (unformatted.add(id).size === ids.length) end({ kind: "not-formatted" });
    };
    const ask = async (id: number): Promise<void> => {
      while (found === null) {
        const reply = await directory.call(id, PROBE).catch(() => null);
        if (found !== null) return;
        learn(id, reply);
        await wait(timers, PAUSE_MS);
      }
    };
    for (const id of ids) void ask(id);
  });
}

function readyOf(reply: ApiReply): Readiness | null {
  if (reply.kind !== "result" || reply.result.what !== "cluster") return null;
  const { offset, epoch, result } = reply;
  return { kind: "ready", controllerId: result.controllerId, trueAt: { offset, epoch } };
}
