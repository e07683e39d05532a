/** Where partitions are and who leads them: reassignments and elections. */

import type { Handlers } from "../handler.ts";

export const PARTITION_HANDLERS = {} satisfies Handlers;
