/** Three members of etcd, Debian's package, fetched into the cache folder once; driven over its HTTP gateway. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../cli/ports.ts";
import { cacheFolder } from "../../test/support/kafka/releases.ts";
import { inMs, waitMs } from "../wait.ts";

export interface EtcdSide {
  /** The client port of the member that leads. */
  leaderPort(): Promise<number>;
  /** Client ports of the members that run. */
  ports(): readonly number[];
  /** Kills the leader with SIGKILL. */
  killLeader(): Promise<Killed>;
  close(): Promise<void>;
}

export interface Killed {
  /** When it was told to die, on the clock of `performance`. */
  readonly atMs: number;
  /** Starts it again; resolves when it has what the leader has. */
  restart(): Promise<void>;
}

interface EtcdMember {
  readonly name: string;
  readonly clientPort: number;
  readonly peerPort: number;
  child: ChildProcess | null;
}

const READY_TIMEOUT_MS = 20_000;
const ASK_TIMEOUT_MS = 500;

/** The path of the program; throws a plain message when it is not here and cannot be fetched. */
function etcdProgram(): string {
  const folder = join(cacheFolder(), "etcd");
  const program = join(folder, "usr/bin/etcd");
  if (existsSync("/usr/bin/etcd")) return "/usr/bin/etcd";
  if (existsSync(program)) return program;
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), "fetching-etcd-"));
  try {
    const quiet = { cwd: work, stdio: "ignore", timeout: 120_000 } as const;
    execFileSync("apt-get", ["download", "etcd-server"], quiet);
    const [archive = ""] = readdirSync(work);
    execFileSync("dpkg", ["-x", archive, "unpacked"], quiet);
    renameSync(join(work, "unpacked"), folder);
  } catch (error) {
    throw new Error(`Cannot fetch etcd-server with apt-get: ${(error as Error).message}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}

export async function startEtcd(): Promise<EtcdSide> {
  const program = etcdProgram();
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-etcd-"));
  const ports = await freePorts(6);
  const members = [0, 1, 2].map(
    (i): EtcdMember => ({
      name: `m${i}`,
      clientPort: ports[i] ?? 0,
      peerPort: ports[i + 3] ?? 0,
      child: null,
    }),
  );
  const launch = (member: EtcdMember): void => {
    member.child = spawn(program, argumentsOf(member, members, folder), { stdio: "ignore" });
  };
  const killAll = (): void => {
    for (const { child } of members) child?.kill("SIGKILL");
  };
  process.once("exit", killAll);
  const close = async (): Promise<void> => {
    process.removeListener("exit", killAll);
    await Promise.all(members.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const member of members) launch(member);
    await leaderOf(members);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    leaderPort: async () => (await leaderOf(members)).clientPort,
    ports: () => members.filter(isRunning).map(({ clientPort }) => clientPort),
    killLeader: async () => {
      const member = await leaderOf(members);
      const atMs = performance.now();
      await end(member);
      const restart = async (): Promise<void> => {
        launch(member);
        await untilCaughtUp(member, members);
      };
      return { atMs, restart };
    },
    close,
  };
}

function isRunning({ child }: EtcdMember): boolean {
  return child !== null;
}

async function end(member: EtcdMember): Promise<void> {
  const { child } = member;
  member.child = null;
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function leaderOf(members: readonly EtcdMember[]): Promise<EtcdMember> {
  for (const deadlineMs = performance.now() + READY_TIMEOUT_MS; performance.now() < deadlineMs; ) {
    for (const member of members.filter(isRunning)) {
      const status = await statusOf(member);
      if (status?.leader !== undefined && status.leader === status.header.member_id) return member;
    }
    await waitMs(20);
  }
  throw new Error("Cannot find the leader of etcd");
}

/** A member that still has to fetch what it missed would be missing at the next death. */
async function untilCaughtUp(late: EtcdMember, members: readonly EtcdMember[]): Promise<void> {
  const goal = Number((await statusOf(await leaderOf(members)))?.raftIndex ?? 0);
  for (const deadlineMs = performance.now() + READY_TIMEOUT_MS; performance.now() < deadlineMs; ) {
    const status = await statusOf(late);
    if (status?.leader !== undefined && Number(status.raftIndex) >= goal) return;
    await waitMs(20);
  }
  throw new Error(`etcd's member ${late.name} does not catch up`);
}

function argumentsOf(
  { name, clientPort, peerPort }: EtcdMember,
  all: readonly EtcdMember[],
  folder: string,
): string[] {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const options = {
    name,
    "data-dir": join(folder, name),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": all.map((m) => `${m.name}=http://127.0.0.1:${m.peerPort}`).join(","),
    "initial-cluster-state": "new",
    "log-level": "error",
  };
  return Object.entries(options).map(([option, value]) => `--${option}=${value}`);
}

interface Status {
  /** The id of the member that leads, as far as this one knows; left out when it knows none. */
  readonly leader?: string;
  readonly raftIndex: string;
  readonly header: { readonly member_id: string };
}

/** What a member says of itself; null when it does not answer. */
function statusOf({ clientPort }: EtcdMember): Promise<Status | null> {
  const asked = fetch(`http://127.0.0.1:${clientPort}/v3/maintenance/status`, {
    method: "POST",
    body: "{}",
  }).then((response) => response.json() as Promise<Status>);
  return inMs<Status | null>(ASK_TIMEOUT_MS, asked, null);
}
