/** What the gateway is told by a controller that is not active. */

import type { ApiReply } from "./api.ts";
import type { QuorumController } from "./quorum-controller.ts";

export function notController({ replica }: QuorumController): ApiReply {
  const { leaderId, epoch } = replica;
  return { kind: "not-controller", leaderId, epoch };
}
