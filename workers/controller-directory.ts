// The controllers of this deployment, as its bindings name them.

import type { ApiReply, ApiRequest } from "../src/controller/api.ts";
import { controllerStub, hasController } from "./controller/stub.ts";
import { type ControllerStub, type Env, isControllerId, MAX_CONTROLLER_ID } from "./env.ts";
import type { ControllerDirectory } from "./gateway/controller-directory.ts";
import { GatheredReads, type GatheringOptions } from "./gathered-reads.ts";
import { GatheredWaits } from "./gathered-waits.ts";
import { outliving } from "./outliving.ts";
import {
  isLogAsText,
  isReadAsText,
  lacksOffset,
  logToText,
  readsToText,
  readToText,
  TextReplies,
  textToReplies,
} from "./read-text.ts";

const replies = new TextReplies();
const DEFAULT_CONTROLLER_COUNT = 3;

function controllerCount({ CONTROLLER_COUNT }: Env): number {
  const count = Number(CONTROLLER_COUNT);
  return isControllerId(count) ? count : DEFAULT_CONTROLLER_COUNT;
}

function stubOf(env: Env, id: number): ControllerStub {
  const stub = controllerStub(env, id);
  if (stub === null) throw new Error(`Cannot call controller ${id}: there is none of that id`);
  return stub;
}

/** What is on its way to one controller. */
interface Gathered {
  readonly reads: GatheredReads;
  readonly waits: GatheredWaits;
}

function gathered(env: Env, id: number): Gathered {
  const options: GatheringOptions = {
    nowMs: Date.now,
    keepAlive: (work) => outliving.keep?.(work),
    wait: (ms) => scheduler.wait(ms),
    carry: async (texts) => textToReplies(await stubOf(env, id).read(readsToText(texts))),
  };
  return { reads: new GatheredReads(options), waits: new GatheredWaits(options) };
}

/** The directory that a request's bindings amount to. */
export function directoryOf(env: Env): ControllerDirectory {
  const byController = new Map<number, Gathered>();
  const gatheredFor = (id: number): Gathered => {
    const known = byController.get(id) ?? gathered(env, id);
    byController.set(id, known);
    return known;
  };
  return {
    ids: () => {
      // Asking an object whether it exists would create it, so the deployment says how many there are.
      const held = env.CONTROLLER_ID === undefined ? controllerCount(env) : MAX_CONTROLLER_ID;
      const all = Array.from({ length: held }, (_, index) => index + 1);
      return all.filter((id) => hasController(env, id));
    },
    nearestId: env.CONTROLLER_ID === undefined ? null : Number(env.CONTROLLER_ID),
    // A new stub each time: one that failed may stay broken.
    call: async (id: number, request: ApiRequest): Promise<ApiReply> => {
      if (isReadAsText(request)) {
        const reply = replies.reply(await gatheredFor(id).reads.read(readToText(request)));
        if (!lacksOffset(reply, request)) return reply;
      } else if (isLogAsText(request)) {
        return replies.reply(await gatheredFor(id).waits.read(logToText(request)));
      }
      return (await stubOf(env, id).api(request)) as ApiReply;
    },
  };
}
