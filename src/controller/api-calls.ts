/** Makes the changes that the gateway asks the active controller for, for who may make them. */

import { ErrorCode, errorName } from "../base/error-code.ts";
import { APIS, type Api } from "../protocol/apis.ts";
import { decode, encode } from "../protocol/codec.ts";
import { answerOnly, TOO_LARGE } from "../state/decision.ts";
import type { ApiReply, ApiRequest } from "./api.ts";
import { ApiReads } from "./api-reads.ts";
import { type Admission, ApiSenders } from "./api-senders.ts";
import type { AuditedRequest } from "./audit-log.ts";
import { audited } from "./audited.ts";
import { changeToken, TOKEN_REQUESTS } from "./change-token.ts";
import { changedResources } from "./changed-resources.ts";
import { clientHost } from "./client-host.ts";
import { withNamedToken } from "./delegation-tokens.ts";
import { preconditionRefusal, tokenRefusal } from "./needed-rights.ts";
import { notController } from "./not-controller.ts";
import { conflictingEtag } from "./precondition.ts";
import type { QuorumController, Remember } from "./quorum-controller.ts";
import { answerUnderKey } from "./remembered-answers.ts";
import { isExcessive } from "./request-size.ts";
import type { Respondent } from "./respondent.ts";
import { handleRequest } from "./served-apis.ts";

type ReplyTo = (reply: ApiReply) => void;
type Write = Extract<ApiRequest, { kind: "write" }>;
type ChangeToken = Extract<ApiRequest, { kind: "change-token" }>;

const STALE_TIMEOUT_MS = 3000;

export class ApiCalls {
  readonly #quorum: QuorumController;
  readonly #senders: ApiSenders;
  readonly reads: ApiReads;

  constructor(quorum: QuorumController) {
    this.#quorum = quorum;
    this.#senders = new ApiSenders(quorum);
    this.reads = new ApiReads(quorum, this.#senders);
  }

  /** A Kafka request in the gateway's clothes: same handler, same decisions, newest version. */
  write(request: Write, nowMs: number, replyTo: ReplyTo): void {
    const { sender, api: name, delegationTokenId, precondition, idempotency } = request;
    const quorum = this.#quorum;
    const api: Api = APIS[name];
    const version = api.request.maxVersion;
    const admission = this.#senders.admit(sender, { request: api.name, nowMs });
    if ("refusal" in admission) {
      const asked = { request: api.name, resources: [] };
      this.#audited(request, asked, { admission, replyTo })(admission.refusal);
      return;
    }
    const { caller } = admission;
    // Through the codec once, so that a handler sees what a connection would have brought it.
    const given = withNamedToken(quorum, request, caller);
    const body = decode(api.request, version, encode(api.request, version, given as never));
    const resources = changedResources(name, body, delegationTokenId);
    const asked = { request: api.name, resources };
    const reply = this.#audited(request, asked, { admission, replyTo });
    const respondent: Respondent = {
      answer: (response, trueAt) => {
        const encoded = encode(api.response, version, response as never);
        reply({
          kind: "written",
          api: name,
          body: decode(api.response, version, encoded),
          offset: trueAt?.offset ?? quorum.replica.highWatermark - 1,
          epoch: trueAt?.epoch ?? quorum.replica.epoch,
        });
      },
      refuse: this.#refusing(reply),
    };
    if (isExcessive(name, body)) {
      reply({ kind: "refused", error: "INVALID_REQUEST", message: TOO_LARGE });
      return;
    }
    let remember: Remember | undefined;
    if (idempotency !== undefined) {
      // Before the precondition: the first answer has changed what it is about.
      const keyed = { api: name, version, body, caller, idempotency, nowMs };
      const known = answerUnderKey(quorum, keyed, { reply, refuse: respondent.refuse });
      if (known === "answered") return;
      remember = known;
    }
    if (precondition !== undefined) {
      const refusal = preconditionRefusal(precondition.resource, caller);
      if (refusal !== null) {
        reply(refusal);
        return;
      }
      // Compared and decided in one step, on one state: nothing comes in between.
      const conflict = conflictingEtag(quorum.view(), precondition);
      if (conflict !== null) {
        this.#refuseStale(conflict, nowMs, { reply, refuse: respondent.refuse });
        return;
      }
    }
    handleRequest(quorum, name, body, { version, nowMs, caller, respondent, remember });
  }

  changeToken(request: ChangeToken, nowMs: number, replyTo: ReplyTo): void {
    const { sender, change } = request;
    const name = TOKEN_REQUESTS[change.what];
    const admission = this.#senders.admit(sender, { request: name, nowMs });
    const asked = { request: name, resources: [`AccessToken:${change.tokenId}`] };
    const reply = this.#audited(request, asked, { admission, replyTo });
    if ("refusal" in admission) {
      reply(admission.refusal);
      return;
    }
    const refusal = tokenRefusal(change, admission.caller);
    if (refusal !== null) reply(refusal);
    else changeToken(this.#quorum, change, { nowMs, reply, refuse: this.#refusing(reply) });
  }

  /** Leadership that is lost while a write is pending leaves its outcome unknown: no `not-controller` then. */
  #refusing(reply: ReplyTo): Respondent["refuse"] {
    return (error, message, nothingWritten = false) => {
      if (nothingWritten && error === ErrorCode.NOT_CONTROLLER) reply(notController(this.#quorum));
      else reply({ kind: "refused", error: errorName(error), message });
    };
  }

  /** What the gateway does for itself is not audited, nor are heartbeats. */
  #audited(
    request: Write | ChangeToken,
    asked: Pick<AuditedRequest, "request" | "resources">,
    { admission, replyTo }: { readonly admission: Admission; readonly replyTo: ReplyTo },
  ): ReplyTo {
    const { sender } = request;
    const isHeartbeat = request.kind === "write" && request.api === "brokerHeartbeat";
    if (sender === null || isHeartbeat) return replyTo;
    const principal = "caller" in admission ? admission.caller.principal : "";
    const { requestId } = sender;
    const line = { requestId, principal, host: clientHost(sender.host), ...asked };
    return audited(this.#quorum, line, replyTo);
  }

  /** What it rests on must be committed first, and nobody who was replaced may say so. */
  #refuseStale(
    etag: string,
    nowMs: number,
    { reply, refuse }: { reply: ReplyTo; refuse: Respondent["refuse"] },
  ): void {
    const respondent: Respondent = {
      answer: (_, trueAt) => {
        const { highWatermark, epoch } = this.#quorum.replica;
        const at = trueAt ?? { offset: highWatermark - 1, epoch };
        reply({ kind: "precondition-failed", etag, ...at });
      },
      refuse,
    };
    const deadlineMs = nowMs + STALE_TIMEOUT_MS;
    this.#quorum.write(answerOnly({}), respondent, { deadlineMs, proven: true, nowMs });
  }
}
