/** Asks the engine of a workerd process over its inspector. */

import WebSocket from "ws";
import type { CpuProfile } from "./cpu-profile.ts";

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface HeapUsage {
  readonly usedSize?: number;
  readonly embedderHeapUsedSize?: number;
  readonly backingStorageSize?: number;
}

const SAMPLING_INTERVAL_US = 200;

/** A connection to the inspector of one process, as Chrome DevTools has it. */
export class Inspector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(port: number): Promise<Inspector> {
    const listed = await fetch(`http://127.0.0.1:${port}/json`);
    const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
    if (target === undefined) throw new Error("The inspector has nothing to inspect");
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new Inspector(socket);
  }

  /** Live bytes of the heap, buffers outside of it included, after a collection. */
  async usedHeapBytes(): Promise<number> {
    await this.#call("HeapProfiler.collectGarbage");
    const usage = (await this.#call("Runtime.getHeapUsage")) as HeapUsage;
    const { usedSize = 0, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  }

  /** What the thread of the Worker does until `work` is over. */
  async cpuProfile(work: () => Promise<void>): Promise<CpuProfile> {
    await this.#call("Profiler.enable");
    await this.#call("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
    await this.#call("Profiler.start");
    await work();
    const { profile } = (await this.#call("Profiler.stop")) as { profile: CpuProfile };
    return profile;
  }

  close(): void {
    this.#socket.close();
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      const onLost = (): void => reject(new Error(`The inspector has gone during ${method}`));
      const listen = (data: WebSocket.RawData): void => {
        const answer = JSON.parse(String(data)) as Answer;
        if (answer.id !== id) return;
        this.#socket.off("message", listen);
        this.#socket.off("close", onLost);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method}: ${answer.error.message}`));
      };
      this.#socket.on("message", listen);
      this.#socket.once("close", onLost);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
