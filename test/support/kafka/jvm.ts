/**
 * Owns every Java process that tests start: none outlives the test process, however that ends.
 * Each is started with flags that make a JVM quick to start on a small machine.
 */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A Java program to run. */
export interface JavaProgram {
  readonly classpath: string;
  /** The main class, or the path of a `.java` file, then its arguments. */
  readonly command: readonly string[];
  /** Flags for the JVM beyond the quick-start ones. */
  readonly flags?: readonly string[];
  readonly stdio: StdioOptions;
}

/** What a program printed and how it ended. */
export interface ProgramResult {
  /** Null when the program was killed, as at its deadline. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// C1 alone and one collector thread: the tests' JVMs live for seconds and share two cores.
const QUICK_START = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"];
const MIN_JAVA = 17;

const alive = new Set<ChildProcess>();
let areHandlersSet = false;
let version: string | undefined;

/** Starts a Java program as a child that dies with this process. */
export function startJava(program: JavaProgram): ChildProcess {
  setHandlers();
  const args = [...QUICK_START, ...(program.flags ?? []), "-cp", program.classpath];
  const [file, before] = guardedJava();
  const child = spawn(file, [...before, ...args, ...program.command], { stdio: program.stdio });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  child.once("error", () => alive.delete(child));
  return child;
}

/** Runs a Java program to its end and collects what it prints; kills it at the deadline. */
export function runJava(
  program: Omit<JavaProgram, "stdio">,
  options: { readonly timeoutMs: number; readonly input?: string },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = startJava({ ...program, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    // A program may end without reading its input; how it ended is told by its exit code.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
    const deadline = setTimeout(() => {
      stderr += `\nKilled: not done after ${options.timeoutMs} ms.\n`;
      child.kill("SIGKILL");
    }, options.timeoutMs);
    child.once("error", reject);
    child.once("close", (exitCode) => {
      clearTimeout(deadline);
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Returns the version of the JDK in use; throws a plain message if there is none or it is too old. */
export function javaVersion(): string {
  if (version !== undefined) return version;
  const result = spawnSync(javaPath(), ["-version"], { encoding: "utf8" });
  const found = /version "([^"]+)"/.exec(result.stderr ?? "")?.[1];
  const need = `Install a JDK ${MIN_JAVA} or newer (with javac), on the PATH or at JAVA_HOME.`;
  if (found === undefined) {
    throw new Error(`Cannot run Apache Kafka: the program "${javaPath()}" was not found. ${need}`);
  }
  if (Number.parseInt(found, 10) < MIN_JAVA) {
    throw new Error(`Cannot run Apache Kafka: "${javaPath()}" is version ${found}. ${need}`);
  }
  version = found;
  return found;
}

function javaPath(): string {
  const home = process.env.JAVA_HOME;
  return home === undefined || home === "" ? "java" : join(home, "bin/java");
}

/** Where the system offers it, the kernel kills the child even when this process is killed with SIGKILL. */
function guardedJava(): [string, string[]] {
  const guard = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  if (guard === undefined) return [javaPath(), []];
  return [guard, ["--pdeathsig", "KILL", javaPath()]];
}

function killAll(): void {
  for (const child of alive) child.kill("SIGKILL");
}

function setHandlers(): void {
  if (areHandlersSet) return;
  areHandlersSet = true;
  process.once("exit", killAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      killAll();
      process.kill(process.pid, signal);
    });
  }
}
