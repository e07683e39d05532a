// Loopback ports: whether one is free, and finding free ones.

import { connect, createServer, type Server } from "node:net";

/** The only address the hosts listen on. */
export const LOOPBACK = "127.0.0.1";

const WAKE_TIMEOUT_MS = 2000;

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

/** Finds ports that are free now. They are held together, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("Cannot find a free port");
    return address.port;
  });
  await Promise.all(servers.map(close));
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
