/** What is kept for clients: quotas, SCRAM credentials, delegation tokens. */

import type { Handlers } from "../handler.ts";

export const CLIENT_HANDLERS = {} satisfies Handlers;
