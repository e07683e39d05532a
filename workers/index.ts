// The Worker: the gateway over HTTP, a TCP listener where the host has one, and the controllers.

import { waitUntil } from "cloudflare:workers";
import { ControllerObject } from "./controller/controller-object.ts";
import { acceptTcp } from "./controller/tcp-listener.ts";
import type { Env } from "./env.ts";
import { outliving } from "./outliving.ts";
import { PeerEntrypoint } from "./peer-entrypoint.ts";
import { serve } from "./serve.ts";

outliving.keep = waitUntil;

export { ControllerObject, PeerEntrypoint };

export default { fetch: serve, connect: acceptTcp } satisfies ExportedHandler<Env>;
