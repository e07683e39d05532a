/** Creating a cluster: once, from one document, and to its end even when a first attempt was cut off. */
import { beforeEach, expect, test } from "vitest";
import { isUuid } from "../../src/base/uuid.ts";
import type { ApiReply, ApiRequest, FormatDocument } from "../../src/controller/api.ts";
import { resolveLevels } from "../../src/controller/formatting.ts";
import { createApp } from "../../workers/gateway/app.ts";
import type { ControllerDirectory } from "../../workers/gateway/controller-directory.ts";
import { VirtualTimers } from "./virtual-timers.ts";

/** Controllers that can be formatted and nothing else. */
class Formattable implements ControllerDirectory {
  readonly documents = new Map<number, FormatDocument | null>();
  /** Does not answer; with "after", it does what it is told first. */
  readonly lost = new Map<number, "before" | "after">();

  constructor(ids: readonly number[]) {
    for (const id of ids) this.documents.set(id, null);
  }

  ids(): readonly number[] {
    return [...this.documents.keys()];
  }

  async call(id: number, request: ApiRequest): Promise<ApiReply> {
    const lost = request.kind === "format" ? this.lost.get(id) : undefined;
    if (lost === "before") throw new Error("lost");
    const reply = this.#reply(id, request);
    if (lost === "after") throw new Error("lost");
    return reply;
  }

  #reply(id: number, request: ApiRequest): ApiReply {
    const document = this.documents.get(id) ?? null;
    switch (request.kind) {
      case "status":
        return { kind: "status", status: { ...STATUS, controllerId: id, document } };
      case "resolve-format":
        return resolveLevels(request);
      case "format": {
        const already = JSON.stringify(document) === JSON.stringify(request.document);
        if (document !== null && !already) {
          const message = `Controller ${id} is already formatted for cluster ${document.clusterId}.`;
          return { kind: "refused", error: "INVALID_REQUEST", message };
        }
        this.documents.set(id, structuredClone(request.document));
        return { kind: "formatted", already };
      }
      default:
        return document === null
          ? { kind: "not-formatted" }
          : { kind: "not-controller", leaderId: -1, epoch: 0 };
    }
  }
}

const STATUS = { role: "unattached", leaderId: -1, epoch: 0, highWatermark: -1, logEndOffset: 0 };

const PATH = "/kafka/v3/clusters";
const CONTROLLERS = [1, 2, 3].map((id) => ({ id, host: "127.0.0.1", port: 9090 + id }));

let directory: Formattable;
let app: ReturnType<typeof createApp>;

beforeEach(() => {
  directory = new Formattable([1, 2, 3]);
  const timers = new VirtualTimers();
  const accessOf = () => ({
    isRequired: false,
    bootstrapToken: null,
    sharedLimit: null,
    addressHeader: null,
  });
  app = createApp(() => directory, { timers, accessOf, writeLine: () => {} });
});

async function create(body: object): Promise<{ status: number; body: Record<string, never> }> {
  const response = await app.request(PATH, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

function clusterIds(): (string | null)[] {
  return [...directory.documents.values()].map((document) => document?.clusterId ?? null);
}

test("every controller gets the same document, and the answer says what is in it", async () => {
  const response = await app.request(PATH, {
    method: "POST",
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: JSON.stringify({ controllers: CONTROLLERS.toReversed() }),
  });
  expect(response.status).toBe(201);
  const document = directory.documents.get(1);
  expect(directory.documents.get(2)).toEqual(document);
  expect(directory.documents.get(3)).toEqual(document);
  const clusterId = document?.clusterId ?? "";
  const directoryIds = document?.controllers.map(({ directoryId }) => directoryId) ?? [];
  for (const id of [clusterId, ...directoryIds]) expect(isUuid(id)).toBe(true);
  expect(new Set([clusterId, ...directoryIds]).size).toBe(4);
  const self = `http://localhost/kafka/v3/clusters/${clusterId}`;
  expect(response.headers.get("Location")).toBe(self);
  expect(await response.json()).toEqual({
    kind: "KafkaCluster",
    metadata: { self, resource_name: `crn:///kafka=${clusterId}` },
    cluster_id: clusterId,
    voters: CONTROLLERS.map(({ id, host, port }, index) => ({
      controller_id: id,
      directory_id: directoryIds[index],
      host,
      port,
    })),
    features: { "metadata.version": 25, "group.version": 1, "transaction.version": 2 },
  });
});

test.each([
  [{ release: "3.9" }, 21],
  [{ metadata_version: 26 }, 26],
  [{ metadata_version: "4.1-IV0" }, 26],
  [{ features: { "metadata.version": 24 } }, 24],
])("%j begins at metadata.version %i", async (levels, expected) => {
  expect((await create({ ...levels, controllers: CONTROLLERS })).status).toBe(201);
  expect(directory.documents.get(1)?.metadataVersion).toBe(expected);
});

test.each([
  [{ release: "2.8" }, "Cannot format with release 2.8"],
  [{ features: { "no.such": 1 } }, "Cannot format with feature no.such"],
  [{ release: "4.0", metadata_version: 25 }, "either release or metadata_version"],
  [{ cluster_id: "-begins-with-a-dashAAA" }, "must be a Kafka UUID"],
  [{ cluster_id: "short" }, "must be a Kafka UUID"],
  [{ controllers: [...CONTROLLERS, { id: 4, host: "a", port: 1 }] }, "Controller 4 does not exist"],
  [{ controllers: [CONTROLLERS[0], CONTROLLERS[0]] }, "must not name a controller twice"],
])("%j is refused and nothing is formatted", async (given, message) => {
  const { status, body } = await create({ controllers: CONTROLLERS, ...given });
  expect(status).toBe(400);
  expect(body.message).toContain(message);
  expect(clusterIds()).toEqual([null, null, null]);
});

test("a second create is refused and names the cluster that is there", async () => {
  const clusterId = String((await create({ controllers: CONTROLLERS })).body.cluster_id);
  for (const again of [CONTROLLERS, CONTROLLERS.slice(0, 1)]) {
    const { status, body } = await create({ controllers: again });
    expect(status).toBe(409);
    expect(body).toEqual({
      error_code: 409,
      message: `A cluster exists already: ${clusterId}. Nothing was changed.`,
    });
  }
  expect(clusterIds()).toEqual([clusterId, clusterId, clusterId]);
});

test.each(["before", "after"] as const)(
  "a create whose last controller was lost %s it was formatted is finished by the next one",
  async (when) => {
    directory.lost.set(3, when);
    const first = await create({ controllers: CONTROLLERS });
    const clusterId = clusterIds()[0];
    expect(first.status).toBe(503);
    expect(first.body.message).toContain(`finishes the creation of cluster ${clusterId}`);
    directory.lost.clear();
    const second = await create({ controllers: CONTROLLERS });
    if (when === "before") expect(second).toMatchObject({ status: 201 });
    else expect(second).toMatchObject({ status: 409 });
    expect(clusterIds()).toEqual([clusterId, clusterId, clusterId]);
    expect(directory.documents.get(3)).toEqual(directory.documents.get(1));
  },
);

test("a half created cluster is not taken over by another create, nor listed", async () => {
  directory.lost.set(2, "before").set(3, "before");
  await create({ controllers: CONTROLLERS, release: "4.0" });
  directory.lost.clear();
  const clusterId = clusterIds()[0];
  for (const other of [
    { controllers: CONTROLLERS.slice(0, 2) },
    { controllers: CONTROLLERS.map((controller) => ({ ...controller, port: 1 })) },
    { controllers: CONTROLLERS, cluster_id: "anotherClusterAAAAAAAA" },
    { controllers: CONTROLLERS, release: "4.1" },
  ]) {
    const { status, body } = await create(other);
    expect(status).toBe(409);
    expect(body.message).toContain(`Cluster ${clusterId} is half created.`);
  }
  expect(clusterIds()).toEqual([clusterId, null, null]);
  const list = await app.request(PATH);
  expect(await list.json()).toMatchObject({ kind: "KafkaClusterList", data: [] });
  expect((await create({ controllers: CONTROLLERS, release: "4.0" })).status).toBe(201);
});

test("of two creates at once one wins every controller", async () => {
  const answers = await Promise.all([
    create({ controllers: CONTROLLERS }),
    create({ controllers: CONTROLLERS }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(new Set(clusterIds()).size).toBe(1);
});

test("nothing is formatted while a controller cannot be asked what it holds", async () => {
  const call = directory.call.bind(directory);
  directory.call = (id, request) =>
    id === 2 ? Promise.reject(new Error("lost")) : call(id, request);
  const { status, body } = await create({ controllers: CONTROLLERS });
  expect(status).toBe(503);
  expect(body).toEqual({
    error_code: 50003,
    message: "Controller 2 does not answer. Nothing was changed.",
  });
  expect(clusterIds()).toEqual([null, null, null]);
});
