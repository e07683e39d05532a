/** How the gateway reaches controllers, whatever host they run on. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";

export interface ControllerDirectory {
  /** The ids that a controller may have in this deployment, ascending. */
  ids(): readonly number[];
  /** The controller that runs beside this gateway, which is reached fastest; null or absent when none is nearer than others. */
  readonly nearestId?: number | null;
  /** Calls one controller. A rejection leaves open whether the controller acted on the request. */
  call(id: number, request: ApiRequest): Promise<ApiReply>;
}
