/**
 * While a call to a controller is not answered: whether another one leads by now. A frozen machine does not say that it
 * was replaced, and everybody else knows long before the call has run out of time.
 */

import type { ApiReply, ControllerStatus } from "../../src/controller/api.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { type Timers, withDeadline } from "./timers.ts";

/** Longer than nearly every call takes. */
const LOOK_EVERY_MS = 500;
const STATUS_MS = 300;

export interface Watched {
  readonly directory: ControllerDirectory;
  readonly timers: Timers;
  /** Who leads as far as this isolate has heard; null when it has not. */
  readonly rememberedId: () => number | null;
  /** Whether to ask around as well, which is too much for a call that waits on purpose. */
  readonly asks: boolean;
}

export interface SuccessorWatch {
  /** Resolves with the one that leads instead; never when there is none. */
  readonly found: Promise<number>;
  stop(): void;
}

export function watchForSuccessor(id: number, watched: Watched): SuccessorWatch {
  const atFirst = watched.rememberedId();
  let isOver = false;
  let cancel = (): void => {};
  const found = new Promise<number>((resolve) => {
    async function look(): Promise<void> {
      const remembered = watched.rememberedId();
      const isNews = remembered !== null && remembered !== id && remembered !== atFirst;
      const leaderId = isNews ? remembered : await leaderBesides(id, watched);
      if (leaderId !== null) resolve(leaderId);
      else if (!isOver) cancel = watched.timers.after(LOOK_EVERY_MS, look);
    }
    cancel = watched.timers.after(LOOK_EVERY_MS, look);
  });
  return {
    found,
    stop() {
      isOver = true;
      cancel();
    },
  };
}

async function leaderBesides(id: number, watched: Watched): Promise<number | null> {
  const { directory, asks } = watched;
  if (!asks) return null;
  const statuses = await Promise.all(directory.ids().map((each) => statusOf(each, watched)));
  let newest: ControllerStatus | null = null;
  for (const status of statuses) {
    if (status === null || status.leaderId === -1) continue;
    if (newest === null || status.epoch > newest.epoch) newest = status;
  }
  return newest === null || newest.leaderId === id ? null : newest.leaderId;
}

async function statusOf(
  id: number,
  { directory, timers }: Watched,
): Promise<ControllerStatus | null> {
  try {
    const asked: Promise<ApiReply> = directory.call(id, { kind: "status" });
    const reply = await withDeadline(timers, STATUS_MS, asked);
    return reply.kind === "status" ? reply.status : null;
  } catch {
    return null;
  }
}
