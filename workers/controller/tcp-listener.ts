// Forwards TCP connections that the host accepted to the controller whose port they arrived on.

import { type Env, isControllerId } from "../env.ts";
import { localController } from "./stub.ts";

/** Connects an accepted socket to its controller until one of the two ends. */
export async function acceptTcp(socket: Socket, env: Env): Promise<void> {
  try {
    const { localAddress } = await socket.opened;
    const port = localAddress?.slice(localAddress.lastIndexOf(":") + 1) ?? "";
    const controllerId = env.KAFKA_PORTS?.[port] ?? Number.NaN;
    if (!isControllerId(controllerId)) return await socket.close();
    // The address is only a name here: the object takes every connection.
    const controller = localController(env, controllerId).connect("controller:1");
    await Promise.all([
      socket.readable.pipeTo(controller.writable),
      controller.readable.pipeTo(socket.writable),
    ]);
  } catch {
    // A reset by either end, or an object that was aborted: the client connects again.
    await socket.close().catch(() => undefined);
  }
}
