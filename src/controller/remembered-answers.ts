/**
 * Changes that are sent under a key: the first answer is remembered in the batch of the change itself, and whoever sends
 * the change again gets that answer.
 */

import { assert } from "../base/assert.ts";
import { ErrorCode } from "../base/error-code.ts";
import { APIS, type Api, type RequestOf } from "../protocol/apis.ts";
import { decode, encode } from "../protocol/codec.ts";
import { Operation } from "../state/authorizer.ts";
import { guardOf } from "../state/config-resources.ts";
import { mayCreateToken } from "../state/decide-create-delegation-token.ts";
import { forgetAnswersRecord, isAnswerDue } from "../state/decide-forget-answers.ts";
import { answerOnly } from "../state/decision.ts";
import type { RememberedAnswer } from "../state/metadata-view.ts";
import type { ApiReply, WriteApi } from "./api.ts";
import { authorizationProblem } from "./authorization.ts";
import type { Caller } from "./caller.ts";
import { callerTopicRights } from "./caller-topic-rights.ts";
import type { ControllerConfig } from "./controller-config.ts";
import { withHmac, withoutHmac } from "./delegation-tokens.ts";
import type { QuorumController, Remember } from "./quorum-controller.ts";
import type { Respondent } from "./respondent.ts";
import type { Idempotency } from "./sender.ts";

/** A change that is sent under a key, by whoever has been let in. */
export interface KeyedWrite {
  readonly api: WriteApi;
  /** Of the response that is remembered. */
  readonly version: number;
  /** Decoded. */
  readonly body: object;
  readonly caller: Caller;
  readonly idempotency: Idempotency;
  readonly nowMs: number;
}

interface Answering {
  readonly reply: (reply: ApiReply) => void;
  /** How a change that is not made for reasons of the quorum is told. */
  readonly refuse: Respondent["refuse"];
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const FINGERPRINT_BYTES = 32;
const MIN_RETENTION_MS = 1000;
const MAX_RETENTION_MS = 7 * 24 * 3_600_000;
/** What is kept so briefly makes room by itself: the gateway's own keys are not held up by those of clients. */
const BRIEF_RETENTION_MS = 30_000;
/** Each principal has one, of the answers that may be remembered. */
const SHARES = 4;
/** Below the deadline of a try of the gateway. */
const PROOF_TIMEOUT_MS = 3000;

/** At the active controller: answers what the key stands for, or returns how the answer to come is remembered. */
export function answerUnderKey(
  quorum: QuorumController,
  write: KeyedWrite,
  answering: Answering,
): Remember | "answered" {
  const { api, idempotency, caller, nowMs } = write;
  const problem = idempotencyProblem(idempotency);
  if (problem !== null) {
    answering.reply({ kind: "refused", error: "INVALID_REQUEST", message: problem });
    return "answered";
  }
  const view = quorum.view();
  const earlier = view.rememberedAnswer(caller.principal, idempotency.key);
  const isLive = earlier !== null && earlier.expirationTimestampMs > nowMs;
  const full = fullnessOf(quorum.config, {
    count: view.rememberedAnswerCount(),
    bytes: view.rememberedAnswerBytes(),
  });
  const usedUp = shareUsedUp(quorum.config, caller.principal, {
    count: view.rememberedAnswerCountOf(caller.principal),
    bytes: view.rememberedAnswerBytesOf(caller.principal),
  });
  const isBrief = idempotency.retentionMs <= BRIEF_RETENTION_MS;
  const takesRoom = earlier === null && !isBrief;
  const hasRoom = !takesRoom || (usedUp === null && (full === null || isAnswerDue(view, nowMs)));
  // Rights come first: who may do nothing of what is asked for is refused as always.
  if ((isLive || !hasRoom) && mayAsk(write)) {
    if (!isLive) prove(quorum, nowMs, answering, () => throttled(usedUp ?? full ?? ""));
    else if (stands(earlier, write)) repeat(quorum, write, earlier, answering);
    else prove(quorum, nowMs, answering, () => ({ kind: "key-reused", message: KEY_REUSED }));
    return "answered";
  }
  return (response) => {
    const room = full !== null && isAnswerDue(view, nowMs) ? [forgetAnswersRecord(nowMs)] : [];
    return [...room, rememberedAnswerRecord(APIS[api], write, withoutHmac(api, response))];
  };
}

const KEY_REUSED = "The idempotency key has been used for another request.";

/** How much is remembered. */
interface Remembered {
  readonly count: number;
  readonly bytes: number;
}

/** Why no other answer is taken on; null when one is. Nobody may use up what others need as well. */
function shareUsedUp(
  { idempotencyMaxAnswers, idempotencyMaxBytes }: ControllerConfig,
  principal: string,
  { count, bytes }: Remembered,
): string | null {
  const share = Math.max(1, Math.floor(idempotencyMaxAnswers / SHARES));
  const isUsedUp = count >= share || bytes >= idempotencyMaxBytes / SHARES;
  if (!isUsedUp) return null;
  const what = count >= share ? `${share} of its answers` : `answers of ${bytes} bytes`;
  return `The share of ${principal} is used up: ${what} are remembered. Try again when some have expired.`;
}

function fullnessOf(
  { idempotencyMaxAnswers: max, idempotencyMaxBytes }: ControllerConfig,
  { count, bytes }: Remembered,
): string | null {
  if (count < max && bytes < idempotencyMaxBytes) return null;
  const what = count >= max ? `${max} answers` : `Answers of ${bytes} bytes`;
  return `${what} are remembered, and none has expired yet: try again later.`;
}

function throttled(message: string): ApiReply {
  return { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message };
}

function idempotencyProblem({ key, fingerprint, retentionMs }: Idempotency): string | null {
  if (!KEY.test(key)) return "An idempotency key has 1 to 255 visible ASCII characters.";
  if (fingerprint.length !== FINGERPRINT_BYTES) {
    return `A fingerprint has ${FINGERPRINT_BYTES} bytes, not ${fingerprint.length}.`;
  }
  const isAllowed =
    Number.isSafeInteger(retentionMs) &&
    retentionMs >= MIN_RETENTION_MS &&
    retentionMs <= MAX_RETENTION_MS;
  if (isAllowed) return null;
  return `A retention of ${retentionMs} ms is not allowed: ${MIN_RETENTION_MS} to ${MAX_RETENTION_MS} ms is.`;
}

function stands({ apiKey, fingerprint }: RememberedAnswer, write: KeyedWrite): boolean {
  const asked = write.idempotency.fingerprint;
  return apiKey === APIS[write.api].key && fingerprint.every((byte, i) => byte === asked[i]);
}

function rememberedAnswerRecord(
  { key: apiKey, response: schema }: Api,
  { version, caller, idempotency, nowMs }: KeyedWrite,
  response: object,
) {
  const { key, fingerprint, retentionMs } = idempotency;
  const data = {
    principal: caller.principal,
    key,
    fingerprint,
    apiKey,
    apiVersion: version,
    answer: encode(schema, version, response as never),
    expirationTimestamp: BigInt(nowMs + retentionMs),
  };
  return { type: "rememberedAnswer", version: 0, data } as const;
}

/**
 * Gives the first answer again, with where the change took effect. While it is not committed, what becomes of the change is
 * as open as it was.
 */
function repeat(
  quorum: QuorumController,
  { api, nowMs }: KeyedWrite,
  { offset, apiVersion, answer }: RememberedAnswer,
  { reply, refuse }: Answering,
): void {
  const schema: Api["response"] = APIS[api].response;
  if (apiVersion < schema.minVersion || apiVersion > schema.maxVersion) {
    const message = `The answer was given by another release, in version ${apiVersion}.`;
    refuse(ErrorCode.UNSUPPORTED_VERSION, message);
    return;
  }
  const body = withHmac(quorum, api, decode(schema, apiVersion, answer));
  const answering = { reply, refuse: (error: number, message: string) => refuse(error, message) };
  const batch = quorum.log.batchAt(offset);
  assert(batch !== null, `Cannot find the change at ${offset}: the log does not hold it`);
  const at = { offset, epoch: batch.leaderEpoch };
  prove(quorum, nowMs, answering, () => {
    return { kind: "written", api, body, ...at, replayed: true };
  });
}

/** Answers when what it rests on is committed and a majority has confirmed who leads. */
function prove(
  quorum: QuorumController,
  nowMs: number,
  { reply, refuse }: Answering,
  answer: () => ApiReply,
): void {
  const respondent: Respondent = { answer: () => reply(answer()), refuse };
  const deadlineMs = nowMs + PROOF_TIMEOUT_MS;
  quorum.write(answerOnly({}), respondent, { deadlineMs, proven: true, nowMs });
}

/** False for who may do nothing of what is asked for. Denials are logged where the request is refused. */
function mayAsk({ api, body, caller }: KeyedWrite): boolean {
  const quiet: Caller = {
    ...caller,
    authorize: (action) => caller.authorize(action, { quiet: true }),
  };
  if (authorizationProblem(api, quiet) !== null) return false;
  const rights = callerTopicRights(quiet);
  switch (api) {
    case "createTopics":
      return (body as RequestOf<typeof api>).topics.some(({ name }) => rights.mayCreate(name));
    case "deleteTopics":
      // Whose id has no topic any more is nobody's to judge.
      return (body as RequestOf<typeof api>).topics.some(
        ({ name }) => name === null || rights.mayDelete(name),
      );
    case "createPartitions":
      return (body as RequestOf<typeof api>).topics.some(({ name }) => rights.mayAlter(name));
    case "incrementalAlterConfigs":
      return (body as RequestOf<typeof api>).resources.some((resource) =>
        quiet.authorize({ operation: Operation.ALTER_CONFIGS, ...guardOf(resource).on }),
      );
    case "createDelegationToken":
      return mayCreateToken(body as RequestOf<typeof api>, {
        principal: quiet.principal,
        mayAsk: quiet.mayAskForTokens,
        authorize: quiet.authorize,
      });
    default:
      return true;
  }
}
