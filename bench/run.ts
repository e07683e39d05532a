/** The order of a run: one quorum at a time, the sides in turn, the growing clusters last. */

import type { Case, Measuring } from "./case/case.ts";
import { Cluster } from "./cluster.ts";
import { type CpuProfile, sharesOf } from "./cpu-profile.ts";
import { Load } from "./load/load.ts";
import type { Options } from "./options.ts";
import { profileMetric, profileOf } from "./profiled.ts";
import { type KafkaSideName, Samples, WITHOUT_LINGER } from "./sample.ts";
import { SMALL_HEAP_MB, startApache } from "./side/apache-side.ts";
import { startEtcd } from "./side/etcd-side.ts";
import { startQuorate } from "./side/quorate-side.ts";

export interface Outcome {
  readonly samples: Samples;
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
  /** Of the active controller, by case. */
  readonly profiles: ReadonlyMap<string, CpuProfile>;
}

type Progress = (line: string) => void;

export async function runAll(options: Options, onProgress: Progress): Promise<Outcome> {
  const run = new BenchmarkRun(options, onProgress);
  try {
    await run.rounds();
    await run.growth();
    await run.takeProfiles();
  } finally {
    await run.load.close();
  }
  return run;
}

class BenchmarkRun implements Outcome {
  readonly samples = new Samples();
  readonly missing: string[] = [];
  readonly profiles = new Map<string, CpuProfile>();
  readonly load = new Load();
  readonly #options: Options;
  readonly #onProgress: Progress;

  constructor(options: Options, onProgress: Progress) {
    this.#options = options;
    this.#onProgress = onProgress;
  }

  /** Who was first in one round is last in the next. */
  async rounds(): Promise<void> {
    const { cases, plan, onlyOurs } = this.#options;
    for (let round = 0; round < plan.rounds; round++) {
      for (const one of cases) {
        if (one.alone !== undefined) this.#onProgress(`round ${round + 1}: ${one.id} alone`);
        await this.#attempt(`${one.id}, round ${round + 1}`, async () => {
          await one.alone?.(this.#measuring(round));
        });
      }
      const sides: [string, () => Promise<void>][] = [
        ["quorate", () => this.#kafkaRound("quorate", round)],
      ];
      if (!onlyOurs) {
        sides.push(["apache", () => this.#kafkaRound("apache", round)]);
        // To start Apache once more would take longer than all else of a smoke.
        if (!plan.smoke)
          sides.push([WITHOUT_LINGER, () => this.#kafkaRound(WITHOUT_LINGER, round)]);
        sides.push(["etcd", () => this.#etcdRound(round)]);
      }
      if (round % 2 === 1) sides.reverse();
      for (const [name, measure] of sides) {
        await this.#attempt(`${name}, round ${round + 1}`, measure);
      }
    }
  }

  /** Last, and on processes of their own: an inspector slows them down. */
  async takeProfiles(): Promise<void> {
    for (const { id, profiled } of this.#options.cases) {
      if (profiled === undefined) continue;
      this.#onProgress(`${id}, profile: ${profiled.what}`);
      await this.#attempt(`${id}, profile`, async () => {
        const start = (ports: readonly number[]) => profiled.start(ports, this.load);
        const profile = await profileOf(start, this.#options.plan);
        this.profiles.set(id, profile);
        for (const [share, value] of sharesOf(profile)) {
          const metric = profileMetric(profiled.what, share);
          this.samples.add({ case: id, metric, side: "quorate", round: 0, value, unit: "" });
        }
      });
    }
  }

  /** The expensive part is shared: each side is filled once, and measured on the way. */
  async growth(): Promise<void> {
    const { plan, onlyOurs } = this.#options;
    if (this.#growingCases().length === 0 || plan.smoke) return;
    for (const name of onlyOurs ? (["quorate"] as const) : (["quorate", "apache"] as const)) {
      await this.#attempt(`${name}, growing`, () =>
        this.#withCluster(name, plan.apacheHeapMb, (cluster) => this.#grow(cluster)),
      );
    }
  }

  #growingCases(): Case[] {
    return this.#options.cases.filter((one) => one.atSize ?? one.grown);
  }

  async #kafkaRound(name: KafkaSideName, round: number): Promise<void> {
    const { plan } = this.#options;
    const cases = this.#options.cases.filter((one) => {
      return one.round !== undefined && (name !== WITHOUT_LINGER || one.alsoWithoutLinger === true);
    });
    const doesGrow = plan.smoke && this.#growingCases().length > 0;
    if (cases.length === 0 && !doesGrow) return;
    this.#onProgress(`round ${round + 1}: ${name}`);
    await this.#withCluster(name, SMALL_HEAP_MB, async (cluster) => {
      for (const one of inOrder(cases)) {
        this.#onProgress(`round ${round + 1}: ${name}, ${one.id}`);
        await one.round?.(cluster, this.#measuring(round));
      }
      // To start Apache a second time would take longer than all that is measured.
      if (doesGrow) await this.#grow(cluster);
    });
  }

  async #etcdRound(round: number): Promise<void> {
    const cases = this.#options.cases.filter((one) => one.etcdRound !== undefined);
    if (cases.length === 0) return;
    this.#onProgress(`round ${round + 1}: etcd`);
    const etcd = await startEtcd();
    try {
      for (const one of inOrder(cases)) await one.etcdRound?.(etcd, this.#measuring(round));
    } finally {
      await etcd.close();
    }
  }

  /** What fails is told at the end; what was measured until then counts. */
  async #attempt(what: string, measure: () => Promise<void>): Promise<void> {
    try {
      await measure();
    } catch (error) {
      const why = reasonOf(error as Error);
      this.missing.push(`${what}: ${why}`);
      this.#onProgress(`FAILED ${what}: ${why}`);
    }
  }

  async #grow(cluster: Cluster): Promise<void> {
    const { plan } = this.#options;
    const { name } = cluster.side;
    const cases = this.#growingCases();
    for (const size of cases.length === 0 ? [] : plan.sizes) {
      const before = cluster.partitions;
      this.#onProgress(`${name} grows to ${size} partitions`);
      const startMs = performance.now();
      await cluster.fill(size);
      const elapsedMs = performance.now() - startMs;
      const growth = { size, partitions: cluster.partitions - before, elapsedMs };
      for (const one of cases) {
        if (growth.partitions > 0) one.grown?.(cluster, growth, this.#measuring(0));
        if (one.atSize === undefined) continue;
        this.#onProgress(`${name} at ${size} partitions: ${one.id}`);
        await one.atSize(cluster, size, this.#measuring(0));
      }
    }
  }

  async #withCluster(
    name: KafkaSideName,
    heapMb: number,
    use: (cluster: Cluster) => Promise<void>,
  ): Promise<void> {
    const side = await (name === "quorate" ? startQuorate() : startApache(name, heapMb));
    const cluster = await Cluster.on(side);
    try {
      await use(cluster);
    } finally {
      await cluster.close();
    }
  }

  #measuring(round: number): Measuring {
    const { samples, load } = this;
    return { samples, load, plan: this.#options.plan, round };
  }
}

/** Deaths last: what is measured after them would be measured on fresh processes. */
function inOrder(cases: readonly Case[]): Case[] {
  const deadly = (one: Case): number => (one.id === "P1" ? 1 : 0);
  return [...cases].sort((a, b) => deadly(a) - deadly(b));
}

/** With the cause: `fetch` says that it failed, and only there why. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${reasonOf(cause)}` : message;
}
