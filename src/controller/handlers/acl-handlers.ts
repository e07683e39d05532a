/** Access control lists. */

import type { Handlers } from "../handler.ts";

export const ACL_HANDLERS = {} satisfies Handlers;
