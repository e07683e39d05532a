/** Reads request frames, opens Envelopes (KIP-590) and encodes the answers, for connections and for peers alike. */

import { ErrorCode } from "../base/error-code.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { APIS, type Api, type ApiName, type RequestOf } from "../protocol/apis.ts";
import { decode, supports } from "../protocol/codec.ts";
import { defaultPrincipalData } from "../protocol/messages/default-principal-data.ts";
import {
  encodeResponse,
  encodeResponseFrame,
  type RequestFrame,
  readRequest,
  readRequestBody,
} from "../protocol/request-frame.ts";
import { authorizationProblem } from "./authorization.ts";
import type { Caller } from "./caller.ts";
import { connectionCaller, forwardedCaller, TRUSTED_CALLER } from "./callers.ts";
import { unsupportedApiVersions } from "./describe-api-versions.ts";
import { errorResponse } from "./error-response.ts";
import { asObserver } from "./outside-voters.ts";
import type { QuorumController } from "./quorum-controller.ts";
import type { Respondent } from "./respondent.ts";
import { handleRequest, isServed } from "./served-apis.ts";
import { isUnreadable } from "./unreadable.ts";

/** Takes the bytes of a response: header and body, behind their length on a connection and without it for a voter. */
export type Reply = (bytes: Uint8Array) => void;

/** A request that can be answered. `body` is null when its version of ApiVersions is too new to be read. */
export interface ReadFrame {
  readonly api: ApiName;
  readonly frame: RequestFrame;
  readonly body: object | null;
}

export interface Origin {
  /**
   * The address that the Kafka connection came from. Null when a voter speaks over its own channel; on a connection
   * anybody may claim anything.
   */
  readonly connectionHost: string | null;
  /** Who has opened the connection, where the host of this controller knows; anonymous otherwise. */
  readonly principal?: string | undefined;
  readonly nowMs: number;
  /** Called once, now or later. */
  readonly reply: Reply;
}

/** Throws MalformedError when the request cannot be answered and its connection must be closed, as Kafka does. */
export function readFrame(bytes: Uint8Array): ReadFrame {
  const frame = readRequest(bytes);
  const { api, version } = frame;
  if (api === null || !isServed(api)) {
    throw new MalformedError(`API key ${frame.apiKey} is not served on a controller listener`);
  }
  if (!supports(APIS[api].request, version)) {
    if (api !== "apiVersions") {
      throw new MalformedError(`${APIS[api].name} version ${version} is not supported`);
    }
    return { api, frame, body: null };
  }
  return { api, frame, body: readBody(api, frame) };
}

function readBody(api: ApiName, frame: RequestFrame): object {
  const body = readRequestBody(api, frame);
  if (!isUnreadable(api, body)) return body;
  throw new MalformedError(`${APIS[api].name} names what cannot be`);
}

/** Handles a request. Returns who waits for the answer, to be forgotten when it goes. */
export function handleFrame(
  quorum: QuorumController,
  { api, frame, body }: ReadFrame,
  { connectionHost, principal, nowMs, reply }: Origin,
): Respondent | null {
  const { version, correlationId } = frame;
  const fromPeer = connectionHost === null;
  const encode = fromPeer ? encodeResponse : encodeResponseFrame;
  if (body === null) {
    reply(encode(APIS.apiVersions, 0, correlationId, unsupportedApiVersions()));
    return null;
  }
  const clientId = frame.clientId ?? "";
  const caller = fromPeer
    ? TRUSTED_CALLER
    : connectionCaller(quorum, {
        principal,
        host: connectionHost,
        clientId,
        request: APIS[api].name,
      });
  if (api === "envelope") {
    openEnvelope(quorum, body as RequestOf<"envelope">, { frame, caller, nowMs, reply, encode });
    return null;
  }
  const respondent = directRespondent(api, body, frame, { reply, encode });
  const allowed = fromPeer ? body : asObserver(api, body, quorum.replica.voters());
  if (allowed === null) {
    const message = "Only voters take part in elections, over their own channel.";
    respondent.refuse(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, message);
  } else {
    handleRequest(quorum, api, allowed, { version, nowMs, respondent, caller });
  }
  return respondent;
}

function directRespondent(
  name: ApiName,
  request: object,
  { version, correlationId }: RequestFrame,
  { reply, encode }: Pick<Sealed, "reply" | "encode">,
): Respondent {
  const api: Api = APIS[name];
  return {
    answer: (body) => reply(encode(api, version, correlationId, body as never)),
    refuse: (error, message) => {
      const body = errorResponse(name, version, request, error, message);
      reply(encode(api, version, correlationId, body as never));
    },
  };
}

interface Sealed {
  /** Of the Envelope itself. */
  readonly frame: RequestFrame;
  /** The broker that has sent it. */
  readonly caller: Caller;
  readonly nowMs: number;
  readonly reply: Reply;
  readonly encode: typeof encodeResponse;
}

function openEnvelope(
  quorum: QuorumController,
  envelope: RequestOf<"envelope">,
  { frame: outer, caller: broker, nowMs, reply, encode }: Sealed,
): void {
  function finish(errorCode: number, responseData: Uint8Array | null): void {
    const body = { errorCode, responseData };
    reply(encode(APIS.envelope, outer.version, outer.correlationId, body));
  }
  const opened = authorizationProblem("envelope", broker)?.errorCode ?? readEnvelope(envelope);
  if (typeof opened === "number") {
    finish(opened, null);
    return;
  }
  const { frame, name } = opened;
  const respondent = envelopeRespondent(opened, finish);
  const caller = forwardedCaller(quorum, {
    principal: opened.principal,
    address: envelope.clientHostAddress,
    clientId: frame.clientId ?? "",
    request: APIS[name].name,
  });
  const { version } = frame;
  handleRequest(quorum, name, opened.request, { version, nowMs, respondent, caller });
}

/** Answers within the Envelope, but for what only the broker shall know. */
function envelopeRespondent(
  { frame, name, request }: Opened,
  finish: (errorCode: number, responseData: Uint8Array | null) => void,
): Respondent {
  return {
    answer: (body) => {
      // The broker must look for the new controller, not hand the news to its client (contract of KIP-590).
      if (name === "describeQuorum" && saysNotLeader(body)) {
        finish(ErrorCode.NOT_CONTROLLER, null);
        return;
      }
      const api: Api = APIS[name];
      finish(0, encodeResponse(api, frame.version, frame.correlationId, body as never));
    },
    refuse: (error, message) => {
      if (error === ErrorCode.NOT_CONTROLLER) {
        finish(ErrorCode.NOT_CONTROLLER, null);
        return;
      }
      const body = errorResponse(name, frame.version, request, error, message);
      finish(
        0,
        encodeResponse(APIS[name] as Api, frame.version, frame.correlationId, body as never),
      );
    },
  };
}

interface Opened {
  readonly frame: RequestFrame;
  readonly name: ApiName;
  readonly request: object;
  /** As DefaultKafkaPrincipalBuilder writes it, and readable. */
  readonly principal: Uint8Array;
}

/** The request inside an Envelope, or the error code that the Envelope is answered with. */
function readEnvelope(envelope: RequestOf<"envelope">): Opened | number {
  const principal = envelope.requestPrincipal;
  if (!isPrincipal(principal)) return ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE;
  const { length } = envelope.clientHostAddress;
  if (length !== 4 && length !== 16) return ErrorCode.INVALID_REQUEST;
  try {
    const frame = readRequest(envelope.requestData);
    const name = frame.api;
    if (name === null || !isServed(name)) return ErrorCode.UNSUPPORTED_VERSION;
    if (!APIS[name].forwardable) return ErrorCode.INVALID_REQUEST;
    return { frame, name, request: readBody(name, frame), principal };
  } catch (error) {
    if (error instanceof MalformedError) return ErrorCode.UNSUPPORTED_VERSION;
    throw error;
  }
}

/** A principal as DefaultKafkaPrincipalBuilder writes it: its version, then the data. */
function isPrincipal(bytes: Uint8Array | null): bytes is Uint8Array {
  if (bytes === null || bytes.length < 2) return false;
  try {
    decode(defaultPrincipalData, ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0), bytes.subarray(2));
    return true;
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}

function saysNotLeader(body: object): boolean {
  const { topics } = body as {
    topics?: { partitions?: { errorCode?: number }[] }[];
  };
  const code = topics?.[0]?.partitions?.[0]?.errorCode;
  return code === ErrorCode.NOT_LEADER_OR_FOLLOWER;
}
