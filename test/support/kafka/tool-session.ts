/**
 * Owns one long-lived JVM that runs the stock command-line tools, one after another: a run costs what the tool
 * does, not what a JVM's start does. What a tool prints and how it exits is as in a JVM of its own, apart from
 * stack frames below its `main`. Not for tools that are called wrongly: argparse4j would end the whole JVM.
 */
import type { ProgramResult } from "./jvm.ts";
import { SessionProcess } from "./session-process.ts";
import { MAIN_CLASSES, type ToolName } from "./tools.ts";

const START_TIMEOUT_MS = 120_000;
const RUN_TIMEOUT_MS = 60_000;
// What an answer may take beyond the deadline that the JVM sets the tool.
const ANSWER_MARGIN_MS = 20_000;

/** Runs tools of the pinned tool release; runs that overlap wait for each other. */
export class ToolSession {
  readonly #process: SessionProcess;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(process: SessionProcess) {
    this.#process = process;
  }

  /** Starts the JVM and waits until it takes commands. */
  static async start(timeoutMs = START_TIMEOUT_MS): Promise<ToolSession> {
    return new ToolSession(await SessionProcess.start("Tools.java", [], timeoutMs));
  }

  /** Runs a tool to its end; a tool that fails is a result, one that is not done in time has no exit code. */
  run(
    tool: ToolName,
    args: readonly string[],
    options: { readonly input?: string; readonly timeoutMs?: number } = {},
  ): Promise<ProgramResult> {
    const { input = "", timeoutMs = RUN_TIMEOUT_MS } = options;
    const fields = { mains: MAIN_CLASSES[tool], args, input, timeoutMs };
    const result = this.#last.then(async () => {
      return (await this.#process.ask(
        "run",
        fields,
        timeoutMs + ANSWER_MARGIN_MS,
      )) as ProgramResult;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Ends the JVM and waits until it is gone. */
  async close(): Promise<void> {
    await this.#process.close();
  }
}
