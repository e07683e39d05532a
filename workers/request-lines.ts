/**
 * The log lines of requests on a host of one's own, several to a write: there each write costs as much as the rest of the
 * answer. They reach the log up to 20 ms late; whoever kills the process may lose those.
 */

import { outliving } from "./outliving.ts";

const MAX_LINES = 64;
const MAX_DELAY_MS = 20;

export class RequestLines {
  #lines: string[] = [];

  /** Takes a line while a request is handled. Where nothing keeps what comes later, it is written at once. */
  write(line: string): void {
    this.#lines.push(line);
    const { keep } = outliving;
    if (keep === null || this.#lines.length >= MAX_LINES) this.#flush();
    else if (this.#lines.length === 1) keep(this.#flushLater());
  }

  async #flushLater(): Promise<void> {
    await scheduler.wait(MAX_DELAY_MS);
    this.#flush();
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    console.log(this.#lines.join("\n"));
    this.#lines = [];
  }
}
