/**
 * Owns the process of a client session and its lines: one JSON object each way, answers matched to questions by id.
 * Every question is answered, refused or given up at its deadline; none waits for ever.
 */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { waitUntil } from "./deadline.ts";
import { startJava } from "./jvm.ts";
import { toolRelease } from "./releases.ts";
import { toolFlags } from "./tools.ts";

/** A job that goes on until the test stops it. */
export interface RunningJob<Event, Result> {
  /** What it has reported so far; grows while it runs. */
  readonly events: readonly Event[];
  /** Ends the job and returns its answer. */
  stop(timeoutMs?: number): Promise<Result>;
}

/** A command's fields, as JSON. */
export type Fields = Readonly<Record<string, unknown>>;

interface Pending {
  readonly resolve: (answer: Line) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: (event: unknown) => void;
}

interface Line {
  readonly id?: number;
  readonly ready?: boolean;
  readonly ok?: boolean;
  readonly event?: unknown;
  readonly error?: string;
  readonly message?: string;
}

const ANSWER_TIMEOUT_MS = 120_000;
const CLOSE_TIMEOUT_MS = 10_000;

/** The JVM of a session; questions may overlap. */
export class SessionProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #isReady = false;
  #hasEnded = false;
  #stderr = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (this.#stderr += chunk));
    // Writing to a session that has ended is refused by `ask`; the pipe's own error says nothing new.
    child.stdin?.on("error", () => undefined);
    child.once("close", () => this.#onEnd());
    child.once("error", () => this.#onEnd());
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => this.#onLine(line));
    }
  }

  /** Starts a JVM on a source file beside this one, with its arguments, and waits until it takes commands. */
  static async start(
    source: string,
    args: readonly string[],
    timeoutMs: number,
  ): Promise<SessionProcess> {
    const release = await toolRelease();
    const session = new SessionProcess(
      startJava({
        classpath: release.classpath,
        flags: await toolFlags(release),
        command: [join(import.meta.dirname, "java", source), ...args],
        stdio: ["pipe", "pipe", "pipe"],
      }),
    );
    await waitUntil("client session takes commands", timeoutMs, () => {
      if (session.#hasEnded) throw session.#endedError();
      return session.#isReady;
    });
    return session;
  }

  /** Sends a command and returns its answer; rejects with the client's error name and message. */
  async ask(command: string, fields: Fields = {}, timeoutMs = ANSWER_TIMEOUT_MS): Promise<unknown> {
    const { id, answer } = this.#send(command, fields, () => undefined);
    return await this.#within(timeoutMs, { id, command, answer });
  }

  /** Sends a command that goes on until it is stopped. */
  startJob<Event, Result>(command: string, fields: Fields): RunningJob<Event, Result> {
    const events: Event[] = [];
    const { id, answer } = this.#send(command, fields, (event) => events.push(event as Event));
    // A job that fails before it is stopped is heard of by whoever stops it.
    answer.catch(() => undefined);
    return {
      events,
      stop: async (timeoutMs = ANSWER_TIMEOUT_MS) => {
        await this.ask("stop", { job: id });
        return (await this.#within(timeoutMs, { id, command, answer })) as Result;
      },
    };
  }

  /** Ends the JVM and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    try {
      await waitUntil("client session ended", CLOSE_TIMEOUT_MS, () => this.#hasEnded);
    } finally {
      this.#child.kill("SIGKILL");
    }
  }

  #send(
    command: string,
    fields: Fields,
    onEvent: (event: unknown) => void,
  ): { id: number; answer: Promise<Line> } {
    const id = ++this.#lastId;
    const answer = new Promise<Line>((resolve, reject) => {
      if (this.#hasEnded) {
        reject(this.#endedError());
        return;
      }
      this.#pending.set(id, { resolve, reject, onEvent });
      this.#child.stdin?.write(`${JSON.stringify({ ...fields, id, command })}\n`);
    });
    return { id, answer };
  }

  async #within(
    timeoutMs: number,
    question: { readonly id: number; readonly command: string; readonly answer: Promise<Line> },
  ): Promise<Line> {
    const deadline = setTimeout(() => {
      const error = new Error(`Cannot ${question.command}: no answer after ${timeoutMs} ms.`);
      this.#pending.get(question.id)?.reject(error);
    }, timeoutMs);
    try {
      return await question.answer;
    } finally {
      clearTimeout(deadline);
      this.#pending.delete(question.id);
    }
  }

  #onLine(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.ready === true) this.#isReady = true;
    const pending = line.id === undefined ? undefined : this.#pending.get(line.id);
    if (pending === undefined) return;
    if (line.event !== undefined) pending.onEvent(line.event);
    else if (line.ok === true) pending.resolve(line);
    else pending.reject(new Error(`${line.error}: ${line.message}`));
  }

  #onEnd(): void {
    this.#hasEnded = true;
    for (const pending of this.#pending.values()) pending.reject(this.#endedError());
  }

  #endedError(): Error {
    const how = this.#child.exitCode ?? this.#child.signalCode;
    return new Error(`Cannot use the client session: it ended with ${how}.\n${this.#stderr}`);
  }
}
