/** Writes a line of the audit log with the answer to a change. */

import { errorName } from "../base/error-code.ts";
import type { ApiReply } from "./api.ts";
import type { AuditedRequest } from "./audit-log.ts";
import type { QuorumController } from "./quorum-controller.ts";

type ReplyTo = (reply: ApiReply) => void;

/** To be made before the change is decided: what is written from then on is what it has changed. */
export function audited(quorum: QuorumController, asked: AuditedRequest, reply: ReplyTo): ReplyTo {
  const startOffset = quorum.log.endOffset;
  return function replyAndAudit(answer) {
    const { highWatermark, epoch } = quorum.replica;
    const at = "offset" in answer ? answer : { offset: highWatermark - 1, epoch };
    quorum.audit.add({
      ...asked,
      outcome: outcomeOf(answer, startOffset),
      offset: at.offset,
      epoch: at.epoch,
    });
    reply(answer);
  };
}

function outcomeOf(answer: ApiReply, startOffset: number): string {
  switch (answer.kind) {
    case "written": {
      if (answer.replayed === true) return "replayed";
      if (answer.offset >= startOffset) return "changed";
      const code = firstError(answer.body);
      return code === 0 ? "unchanged" : errorOutcome(errorName(code));
    }
    case "token-changed":
      return answer.offset >= startOffset ? "changed" : "unchanged";
    case "refused":
      return errorOutcome(answer.error);
    default:
      return answer.kind;
  }
}

function errorOutcome(name: string): string {
  return name.endsWith("_AUTHORIZATION_FAILED") ? "denied" : name;
}

/** The first error code of an answer, wherever it stands; 0 when there is none. */
function firstError(answer: unknown): number {
  if (answer === null || typeof answer !== "object" || answer instanceof Uint8Array) return 0;
  for (const [name, value] of Object.entries(answer)) {
    const code = name === "errorCode" ? Number(value) : firstError(value);
    if (code !== 0) return code;
  }
  return 0;
}
