// The Worker: the gateway over HTTP, a TCP listener where the host has one, and the controllers.

import { waitUntil } from "cloudflare:workers";
import { ControllerObject } from "./controller/controller-object.ts";
import { acceptTcp } from "./controller/tcp-listener.ts";
import { outliving } from "./controller-directory.ts";
import type { Env } from "./env.ts";
import { PeerEntrypoint } from "./peer-entrypoint.ts";
import { requestLines, serve } from "./serve.ts";

requestLines.keep = waitUntil;
outliving.keep = waitUntil;

export { ControllerObject, PeerEntrypoint };

export default { fetch: serve, connect: acceptTcp } satisfies ExportedHandler<Env>;
