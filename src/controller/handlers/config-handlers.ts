/** Configs of topics, brokers, client metrics and groups. */

import type { Handlers } from "../handler.ts";

export const CONFIG_HANDLERS = {} satisfies Handlers;
