/** Owns the choice of loopback ports and of the random ids that Kafka wants for clusters and folders. */
import { randomBytes, randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

// Below the range that systems take outgoing ports from: a client that retries a dead broker's port
// could otherwise be given that very port, and the broker could not come back to it.
const FIRST_PORT = 15_000;
const END_PORT = 32_000;
const MAX_ATTEMPTS = 1_000;

/** Returns `count` different ports that the system says are free on 127.0.0.1. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  try {
    for (let attempt = 0; held.size < count; attempt++) {
      if (attempt === MAX_ATTEMPTS) throw new Error(`Cannot find ${count} free ports.`);
      const port = randomInt(FIRST_PORT, END_PORT);
      const server = held.has(port) ? undefined : await listen(port);
      if (server !== undefined) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map((server) => close(server)));
  }
}

/** Returns a random UUID in Kafka's form: 22 characters of URL-safe base64, none of them a leading dash. */
export function randomKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
