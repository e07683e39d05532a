/**
 * Creates the cluster: one format document for all controllers. A create that got stuck half way is finished by the
 * next one, with the document that some controller already has. Sent again after that it gets the same answer, when it makes
 * an access token that could have been lost with the first one.
 */

import type {
  ApiReply,
  ApiRequest,
  ControllerEndpoint,
  FormatDocument,
} from "../../src/controller/api.ts";
import type { FirstAccessToken } from "../../src/controller/sender.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { badRequest, HttpError, kafkaError, unavailable } from "./kafka-error.ts";
import { newUuid } from "./kafka-uuid.ts";
import { type Timers, withDeadline } from "./timers.ts";

export interface CreateRequest {
  readonly clusterId: string | null;
  /** A release, a level's name or a level, as text; null for the default. */
  readonly release: string | null;
  readonly features: Readonly<Record<string, number>>;
  readonly controllers: readonly ControllerEndpoint[];
  /** Makes the first access token of a cluster of this id; null when the cluster begins with none. */
  readonly firstToken: ((clusterId: string) => Promise<FirstAccessToken>) | null;
}

const CALL_TIMEOUT_MS = 4000;

export async function createCluster(
  directory: ControllerDirectory,
  timers: Timers,
  request: CreateRequest,
): Promise<FormatDocument> {
  const call = (id: number, asked: ApiRequest) =>
    withDeadline(timers, CALL_TIMEOUT_MS, directory.call(id, asked));
  const known = directory.ids();
  for (const { id } of request.controllers) {
    if (!known.includes(id)) {
      throw badRequest(`Controller ${id} does not exist here. Allowed: ${known.join(", ")}.`);
    }
  }
  const documents = await readDocuments(known, call);
  const levels = await resolve(request, call);
  const made = await madeBySame(documents, request, levels);
  if (made !== null) return made;
  const unfinished = unfinishedDocument(documents);
  if (unfinished !== null && !isSameCreate(unfinished, request, levels)) {
    throw conflict(
      `Cluster ${unfinished.clusterId} is half created. Only the same request again finishes it.`,
    );
  }
  const clusterId = unfinished?.clusterId ?? request.clusterId ?? newUuid();
  const accessToken = (await request.firstToken?.(clusterId)) ?? null;
  if (unfinished !== null && !isSameToken(unfinished.accessToken, accessToken)) {
    throw conflict(
      `Cluster ${clusterId} is half created, with another bootstrap token or admin_principal. Only the same request with the same token finishes it.`,
    );
  }
  const document = unfinished ?? { ...newDocument(request, levels), clusterId, accessToken };
  await formatAll(document, call);
  return document;
}

/** Whether a create got stuck: some controllers are formatted, others are not and could be. */
export async function isHalfCreated(
  directory: ControllerDirectory,
  timers: Timers,
): Promise<boolean> {
  try {
    const documents = await readDocuments(directory.ids(), (id, asked) =>
      withDeadline(timers, CALL_TIMEOUT_MS, directory.call(id, asked)),
    );
    return unfinishedDocument(documents) !== null;
  } catch (error) {
    if (error instanceof HttpError) return false;
    throw error;
  }
}

type Call = (id: number, asked: ApiRequest) => Promise<ApiReply>;

/** What each controller is formatted with. All must answer: one that is silent may hold a cluster. */
async function readDocuments(
  ids: readonly number[],
  call: Call,
): Promise<ReadonlyMap<number, FormatDocument | null>> {
  const replies = await Promise.allSettled(ids.map((id) => call(id, { kind: "status" })));
  const documents = new Map<number, FormatDocument | null>();
  for (const [index, id] of ids.entries()) {
    const settled = replies[index];
    if (settled?.status !== "fulfilled" || settled.value.kind !== "status") {
      throw unavailable(`Controller ${id} does not answer. Nothing was changed.`);
    }
    documents.set(id, settled.value.status.document);
  }
  return documents;
}

/**
 * The document of a cluster that the same create has made, so that whoever has lost its answer, and the first access token
 * with it, gets it again: the bootstrap token that this takes is what that token is computed from.
 */
async function madeBySame(
  documents: ReadonlyMap<number, FormatDocument | null>,
  request: CreateRequest,
  levels: Levels,
): Promise<FormatDocument | null> {
  const found = [...documents.values()].filter((document) => document !== null);
  const [first] = found;
  if (first === undefined || request.firstToken === null) return null;
  const isOne = found.every(({ clusterId }) => clusterId === first.clusterId);
  if (!isOne || !isComplete(first, documents) || !isSameCreate(first, request, levels)) return null;
  const accessToken = await request.firstToken(first.clusterId);
  return isSameToken(first.accessToken, accessToken) ? first : null;
}

function isComplete(
  { controllers }: FormatDocument,
  documents: ReadonlyMap<number, FormatDocument | null>,
): boolean {
  return controllers.every(({ id }) => documents.get(id) !== null);
}

/** The document of a create that is not finished, null when nothing is there; a finished one is a conflict. */
function unfinishedDocument(
  documents: ReadonlyMap<number, FormatDocument | null>,
): FormatDocument | null {
  const found = [...documents.values()].filter((document) => document !== null);
  const [first] = found;
  if (first === undefined) return null;
  const ids = [...new Set(found.map(({ clusterId }) => clusterId))];
  if (isComplete(first, documents) || ids.length > 1) {
    throw conflict(`A cluster exists already: ${ids.join(", ")}. Nothing was changed.`);
  }
  return first;
}

type Levels = Extract<ApiReply, { kind: "format-levels" }>;

async function resolve(request: CreateRequest, call: Call): Promise<Levels> {
  const { release, features, controllers } = request;
  const [first] = controllers;
  if (first === undefined) throw badRequest("A cluster needs a controller.");
  const asked: ApiRequest = { kind: "resolve-format", release, features };
  const reply = await call(first.id, asked).catch(() => null);
  if (reply?.kind === "refused") throw kafkaError(reply.error, reply.message);
  if (reply?.kind !== "format-levels") {
    throw unavailable(`Controller ${first.id} does not answer. Nothing was changed.`);
  }
  return reply;
}

function newDocument(
  request: CreateRequest,
  levels: Levels,
): Omit<FormatDocument, "clusterId" | "accessToken"> {
  return {
    controllers: request.controllers
      .map(({ id, host, port }) => ({ id, host, port, directoryId: newUuid() }))
      .sort((a, b) => a.id - b.id),
    metadataVersion: levels.metadataVersion,
    features: levels.features,
  };
}

function isSameToken(left: FirstAccessToken | null, right: FirstAccessToken | null): boolean {
  return (
    left?.tokenId === right?.tokenId &&
    left?.principal === right?.principal &&
    left?.secretHash === right?.secretHash
  );
}

/** Whether a request asks for what an unfinished document says; only ids that it leaves open may differ. */
function isSameCreate(document: FormatDocument, request: CreateRequest, levels: Levels): boolean {
  const { clusterId, controllers } = request;
  const asksForLevels = request.release !== null || Object.keys(request.features).length > 0;
  return (
    (clusterId === null || clusterId === document.clusterId) &&
    controllers.length === document.controllers.length &&
    document.controllers.every((voter) =>
      controllers.some(
        ({ id, host, port }) => id === voter.id && host === voter.host && port === voter.port,
      ),
    ) &&
    (!asksForLevels ||
      (levels.metadataVersion === document.metadataVersion &&
        sortedJson(levels.features) === sortedJson(document.features)))
  );
}

function sortedJson(features: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.entries(features).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The lowest id goes first and alone, so that of two creates at once one is refused before it changed anything. */
async function formatAll(document: FormatDocument, call: Call): Promise<void> {
  const [first, ...others] = document.controllers.map(({ id }) => id);
  if (first === undefined) return;
  await formatOne(first, document, call);
  await Promise.all(others.map((id) => formatOne(id, document, call)));
}

async function formatOne(id: number, document: FormatDocument, call: Call): Promise<void> {
  const reply = await call(id, { kind: "format", document }).catch(() => null);
  if (reply?.kind === "formatted") return;
  if (reply?.kind === "refused") throw conflict(reply.message);
  throw unavailable(
    `The outcome is unknown: controller ${id} did not answer. The same request again finishes the creation of cluster ${document.clusterId}.`,
  );
}

function conflict(message: string): HttpError {
  return new HttpError(409, 409, message);
}
