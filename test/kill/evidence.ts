/** The folder of a run: what the processes print goes there while it runs, the rest when something is wrong. */

import {
  cpSync,
  createWriteStream,
  mkdtempSync,
  rmSync,
  type WriteStream,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { History } from "./history.ts";

/** A controller prints this when it met something that it takes for impossible. */
const ABORTED = '"event":"controller-aborted"';

export class Evidence {
  readonly folder: string = mkdtempSync(join(tmpdir(), "quorate-kill-"));
  readonly #logs = new Map<number, WriteStream>();
  readonly #aborts: string[] = [];

  /** What controllers said before they gave up by themselves. */
  get aborts(): readonly string[] {
    return this.#aborts;
  }

  /** Takes a line that a process printed, or a note of what was done to it. */
  line(controllerId: number, line: string): void {
    let log = this.#logs.get(controllerId);
    if (log === undefined) {
      log = createWriteStream(join(this.folder, `controller-${controllerId}.log`));
      this.#logs.set(controllerId, log);
    }
    log.write(`${performance.now().toFixed(1)} ${line}\n`);
    if (line.includes(ABORTED)) this.#aborts.push(line);
  }

  /** Keeps everything that a violation can be found by: the history, the report and what the controllers have on disk. */
  save(history: History, report: object, dataPath: string): void {
    const lines = history
      .all()
      .toSorted((a, b) => a.invokedAt - b.invokedAt)
      .map((operation) => JSON.stringify(operation));
    writeFileSync(join(this.folder, "history.jsonl"), lines.join("\n"));
    writeFileSync(join(this.folder, "report.json"), JSON.stringify(report, null, 2));
    cpSync(dataPath, join(this.folder, "data"), { recursive: true });
  }

  async close(keep: boolean): Promise<void> {
    await Promise.all(
      [...this.#logs.values()].map((log) => new Promise<void>((done) => log.end(() => done()))),
    );
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }
}
