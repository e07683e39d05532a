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
  /** Kills the leader with SIGKILL; the function starts it again. */
  killLeader(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

interface EtcdMember {
  readonly name: string;
  readonly clientPort: number;
  readonly peerPort: number;
  child: ChildProcess | null;
}

const READY_TIMEOUT_MS = 20_000;

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
  const running = (): EtcdMember[] => members.filter(({ child }) => child !== null);
  const end = async (member: EtcdMember): Promise<void> => {
    const { child } = member;
    member.child = null;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  };
  const leader = async (): Promise<EtcdMember> => {
    for (
      const deadlineMs = performance.now() + READY_TIMEOUT_MS;
      performance.now() < deadlineMs;
    ) {
      for (const member of running()) if (await inMs(500, isLeader(member), false)) return member;
      await waitMs(20);
    }
    throw new Error("Cannot find the leader of etcd");
  };
  for (const member of members) launch(member);
  await leader();
  return {
    leaderPort: async () => (await leader()).clientPort,
    ports: () => running().map(({ clientPort }) => clientPort),
    killLeader: async () => {
      const member = await leader();
      await end(member);
      return async () => {
        launch(member);
        await waitMs(1000);
      };
    },
    close: async () => {
      await Promise.all(members.map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
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

async function isLeader({ clientPort }: EtcdMember): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${clientPort}/v3/maintenance/status`, {
    method: "POST",
    body: "{}",
  });
  const { leader, header } = (await response.json()) as {
    leader?: string;
    header: { member_id: string };
  };
  return leader !== undefined && leader === header.member_id;
}
