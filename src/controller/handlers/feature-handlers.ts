/** Feature levels, and controllers that are gone. */

import type { Handlers } from "../handler.ts";

export const FEATURE_HANDLERS = {} satisfies Handlers;
