/** Reads of many clients at once, which go to a controller together, in the runtime whose requests must not be mixed up. */

import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Processes, startProcesses } from "../../cli/processes.ts";

const BROKER_IDS = Array.from({ length: 20 }, (_, index) => 101 + index);
const dataPath = mkdtempSync(join(tmpdir(), "quorate-gathered-"));
let processes: Processes;
/** Of a gateway beside a controller that does not lead. */
let port = 0;
let path = "";

beforeAll(async () => {
  processes = await startProcesses({ dataPath, controllerIds: [1, 2] });
  const [first] = processes.controllers;
  port = first?.httpPort ?? 0;
  const clusters = "/kafka/v3/clusters";
  const controllers = processes.controllers.map(({ kafkaPort }, index) => {
    return { id: index + 1, host: "127.0.0.1", port: kafkaPort };
  });
  const { cluster_id: id } = await send<{ cluster_id: string }>(clusters, { controllers });
  path = `${clusters}/${id}/brokers`;
  const quorum = await fetch(`http://127.0.0.1:${port}${clusters}/${id}/quorum`);
  const { leader_id } = (await quorum.json()) as { leader_id: number };
  port = processes.controllers[leader_id === 1 ? 1 : 0]?.httpPort ?? 0;
  for (const broker_id of BROKER_IDS) {
    const listeners = [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }];
    await send(path, { broker_id, listeners });
  }
});

afterAll(async () => {
  await processes.close();
  rmSync(dataPath, { recursive: true });
});

async function send<T>(to: string, body: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${to}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as T;
}

async function readBroker(id: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}/${id}`);
  const { broker_id } = (await response.json()) as { broker_id: number };
  return broker_id;
}

/** Asks and does not stay for the answer. */
function hangUp(id: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      const request = `GET ${path}/${id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
      socket.write(request, () => socket.destroy());
    });
    socket.on("close", () => resolve());
  });
}

test("each of many reads at once gets its own answer", async () => {
  const asked = Array.from({ length: 25 }, () => BROKER_IDS).flat();
  expect(await Promise.all(asked.map(readBroker))).toEqual(asked);
});

test("reads get their answers while other clients ask and hang up", async () => {
  const asked = Array.from({ length: 10 }, () => BROKER_IDS).flat();
  const answers = await Promise.all(
    asked.map(async (id) => {
      await hangUp(id);
      return readBroker(id);
    }),
  );
  expect(answers).toEqual(asked);
});

test("who asks for an offset that nobody has written holds up no others", async () => {
  const written = (await fetch(`http://127.0.0.1:${port}${path}`)).headers.get("Quorate-Offset");
  const readAt = async (offset: string): Promise<number> => {
    const url = `http://127.0.0.1:${port}${path}?min_offset=${offset}`;
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  };
  // The controller beside the gateway has all that was written.
  expect(await readAt(String(written))).toBe(200);
  let isOver = false;
  const waiting = readAt("999999999").finally(() => {
    isOver = true;
  });
  // One after the other: who is held up is so until the end.
  let answered = 0;
  while (!isOver) {
    expect(await readAt(String(written))).toBe(200);
    answered += 1;
  }
  expect(await waiting).toBe(400);
  expect(answered).toBeGreaterThan(20);
});
