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

/** What a call comes to that is not answered. */
export type Unanswered = { readonly leaderId: number } | "late";

/**
 * Tells `over` once: with the controller that leads instead, or that `timeoutMs` are over. Does nothing more after the
 * function returned was called. A call that is answered soon costs one timer.
 */
export function watchCall(
  id: number,
  timeoutMs: number,
  watched: Watched & { over(unanswered: Unanswered): void },
): () => void {
  const { timers, over } = watched;
  const atFirst = watched.rememberedId();
  let isOver = false;
  let cancelLook = (): void => {};
  let cancelDeadline = (): void => {};
  function end(): void {
    isOver = true;
    cancelLook();
    cancelDeadline();
  }
  function finish(unanswered: Unanswered): void {
    if (isOver) return;
    end();
    over(unanswered);
  }
  async function look(): Promise<void> {
    const remembered = watched.rememberedId();
    const isNews = remembered !== null && remembered !== id && remembered !== atFirst;
    const leaderId = isNews ? remembered : await leaderBesides(id, watched);
    if (leaderId !== null) finish({ leaderId });
    else if (!isOver) cancelLook = timers.after(LOOK_EVERY_MS, look);
  }
  const late = (): void => finish("late");
  if (timeoutMs <= LOOK_EVERY_MS) {
    cancelDeadline = timers.after(timeoutMs, late);
  } else {
    cancelLook = timers.after(LOOK_EVERY_MS, () => {
      cancelDeadline = timers.after(timeoutMs - LOOK_EVERY_MS, late);
      void look();
    });
  }
  return end;
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
