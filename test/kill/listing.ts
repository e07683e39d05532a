/** Reads every topic back and puts what it finds, and does not find, into the history. */

import type { Quorate } from "../support/quorate.ts";
import type { History } from "./history.ts";

const GIVE_UP_MS = 30_000;
const CLIENT = -1;

export interface ListedTopic {
  readonly topic_name: string;
  readonly topic_id: string;
  readonly partitions_count: number;
}

interface Page {
  readonly data: readonly ListedTopic[];
  readonly metadata: { readonly next: string | null };
}

/** Lists all topics; every name of the history is a read of that name that happened while the listing went on. */
export async function readBack(
  quorate: Quorate,
  history: History,
): Promise<readonly ListedTopic[]> {
  const giveUpMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    const invokedAt = performance.now();
    try {
      const listed = await list(quorate);
      observe(history, listed, invokedAt, performance.now());
      return listed;
    } catch (error) {
      if (performance.now() > giveUpMs) throw error;
    }
  }
}

async function list(quorate: Quorate): Promise<ListedTopic[]> {
  const listed: ListedTopic[] = [];
  for (let query = "?page_size=1000"; ; ) {
    const page: Page = await quorate.get(`/topics${query}`);
    listed.push(...page.data);
    if (page.metadata.next === null) return listed;
    query = new URL(page.metadata.next).search;
  }
}

function observe(
  history: History,
  listed: readonly ListedTopic[],
  invokedAt: number,
  returnedAt: number,
): void {
  const byName = new Map(listed.map((topic) => [topic.topic_name, topic]));
  for (const name of new Set([...history.names(), ...byName.keys()])) {
    const found = byName.get(name);
    const topic =
      found === undefined ? null : { topicId: found.topic_id, partitions: found.partitions_count };
    history.observe({
      client: CLIENT,
      transport: "listing",
      controllerId: CLIENT,
      input: { kind: "describe", name },
      output: { kind: "described", topic },
      trueAt: null,
      invokedAt,
      returnedAt,
    });
  }
}
