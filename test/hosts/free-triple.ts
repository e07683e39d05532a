// Ports for a quorum of three.

import { createServer } from "node:net";
import { freePorts } from "../../cli/ports.ts";

/** Finds a port that is free together with the two after it. */
export async function freeTriple(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [port] = await freePorts(1);
    const rest = [port! + 1, port! + 2].map(
      (next) =>
        new Promise<boolean>((resolve) => {
          const server = createServer();
          server.once("error", () => resolve(false));
          server.listen(next, "127.0.0.1", () => server.close(() => resolve(true)));
        }),
    );
    if ((await Promise.all(rest)).every(Boolean)) return port!;
  }
  throw new Error("no three free ports in a row");
}
