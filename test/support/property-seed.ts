/** Property tests draw from one seed, so that a run can be repeated; QUORATE_SEED tries another. */

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.QUORATE_SEED ?? 1) });
