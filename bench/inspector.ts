/** Asks the engine of a workerd process over its inspector. */

import WebSocket from "ws";

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, number>;
}

/** Live bytes of the heap, buffers outside of it included, after a collection. */
export async function usedHeapBytes(inspectorPort: number): Promise<number> {
  const listed = await fetch(`http://127.0.0.1:${inspectorPort}/json`);
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error("The inspector has nothing to inspect");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  try {
    await call(socket, 1, "HeapProfiler.collectGarbage");
    const usage = await call(socket, 2, "Runtime.getHeapUsage");
    const { usedSize = 0, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  } finally {
    socket.close();
  }
}

function call(socket: WebSocket, id: number, method: string): Promise<Record<string, number>> {
  return new Promise((resolve) => {
    const listen = (data: WebSocket.RawData): void => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== id) return;
      socket.off("message", listen);
      resolve(answer.result ?? {});
    };
    socket.on("message", listen);
    socket.send(JSON.stringify({ id, method }));
  });
}
