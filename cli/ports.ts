// Loopback ports: whether one is free, and finding free ones.

import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";

/** The only address the hosts listen on. */
export const LOOPBACK = "127.0.0.1";

const WAKE_TIMEOUT_MS = 2000;

// Only ports that no outgoing connection is given: such a one would be taken again between the choice
// and the use, or while a process that listens on it is dead.
const FIRST_PORT = 15_000;
const END_PORT = firstOutgoingPort();
/** Picked in a row from a place of this process's own, so that none comes twice. */
let nextPort = randomInt(FIRST_PORT, END_PORT);

/** Throws a one-line message when one of the ports is taken. */
export async function checkPortsFree(
  wanted: readonly { option: string; port: number }[],
): Promise<void> {
  for (const { option, port } of wanted) {
    const server = await listen(port).catch(() => null);
    if (server === null) {
      throw new Error(`Port ${port} is in use. Stop what uses it, or choose another: ${option}`);
    }
    await close(server);
  }
}

/** Finds ports that are free now: different ones, and none that this process was given before. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let left = END_PORT - FIRST_PORT; ports.length < count; left--) {
    if (left === 0) throw new Error(`Cannot find ${count} free ports`);
    const port = nextPort;
    nextPort = port + 1 < END_PORT ? port + 1 : FIRST_PORT;
    const server = await listen(port).catch(() => null);
    if (server === null) continue;
    await close(server);
    ports.push(port);
  }
  return ports;
}

/**
 * Opens a connection to a controller's Kafka port and ends it. That wakes the controller, which
 * otherwise sleeps until someone calls or its alarm rings.
 */
export function wake(kafkaPort: number): Promise<void> {
  return new Promise((woken) => {
    const socket = connect(kafkaPort, LOOPBACK, () => socket.end());
    socket.once("error", () => undefined);
    socket.once("close", () => woken());
    socket.setTimeout(WAKE_TIMEOUT_MS, () => socket.destroy());
    socket.resume();
  });
}

/** Where the ports begin that the system gives to outgoing connections. */
function firstOutgoingPort(): number {
  // Lower than that of any system that does not say it.
  const usual = 32_768;
  try {
    const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
    const first = Number.parseInt(range, 10);
    return first > FIRST_PORT ? first : usual;
  } catch {
    return usual;
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
