// Forwards TCP connections that the host accepted to the controller whose port they arrived on.

import { type Env, isControllerId } from "../env.ts";
import { localController } from "./stub.ts";

const UNKNOWN_ADDRESS = "unknown:1";

/** Connects an accepted socket to its controller until one of the two ends. */
export async function acceptTcp(socket: Socket, env: Env): Promise<void> {
  try {
    const { localAddress, remoteAddress } = await socket.opened;
    const port = localAddress?.slice(localAddress.lastIndexOf(":") + 1) ?? "";
    const controllerId = env.KAFKA_PORTS?.[port] ?? Number.NaN;
    if (!isControllerId(controllerId)) return await socket.close();
    // The object takes every connection, so the address can tell it where this one comes from.
    const from = remoteAddress ?? UNKNOWN_ADDRESS;
    const controller = localController(env, controllerId).connect(from);
    await Promise.all([
      socket.readable.pipeTo(controller.writable),
      controller.readable.pipeTo(socket.writable),
    ]);
  } catch {
    // A reset by either end, or an object that was aborted: the client connects again.
    await socket.close().catch(() => undefined);
  }
}
