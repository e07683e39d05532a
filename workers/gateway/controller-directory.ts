/** How the gateway reaches controllers, whatever host they run on. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";

export interface ControllerDirectory {
  /** The ids that a controller may have in this deployment, ascending. */
  ids(): readonly number[];
  /** Calls one controller. A rejection leaves open whether the controller acted on the request. */
  call(id: number, request: ApiRequest): Promise<ApiReply>;
}
