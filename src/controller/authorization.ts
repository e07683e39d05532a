/** Which right each API needs before anything is decided about it. */

import type { ApiName } from "../protocol/apis.ts";
import type { RequestContext } from "./handler.ts";

/** True when the caller may ask for it at all; otherwise the request is refused. */
export function authorizeRequest(_api: ApiName, _context: RequestContext): boolean {
  return true;
}
