/** Short ways to write down a history of topics: what was asked, the answer, and from when to when. */

import type { TopicInput, TopicOperation, TopicOutput } from "./topic-model.ts";

type Times = readonly [invokedAt: number, returnedAt: number];

type Refusal = (TopicOutput & { readonly kind: "refused" })["error"];

function answered(
  input: TopicInput,
  output: TopicOutput,
  [invokedAt, returnedAt]: Times,
): TopicOperation {
  return { client: 0, input, output, invokedAt, returnedAt };
}

/** A creation that returned this id. */
export function created(
  { name, topicId, partitions }: { name: string; topicId: string; partitions: number },
  times: Times,
): TopicOperation {
  return answered({ kind: "create", name, partitions }, { kind: "created", topicId }, times);
}

/** A deletion that returned this id, or did not say which. */
export function deleted(name: string, topicId: string | null, times: Times): TopicOperation {
  return answered({ kind: "delete", name }, { kind: "deleted", topicId }, times);
}

/** An acknowledged growth to a total of `count`. */
export function grown(name: string, count: number, times: Times): TopicOperation {
  return answered({ kind: "grow", name, count }, { kind: "grown" }, times);
}

/** A description of a topic that is there. */
export function seen(
  { name, topicId, partitions }: { name: string; topicId: string; partitions: number },
  times: Times,
): TopicOperation {
  const topic = { topicId, partitions };
  return answered({ kind: "describe", name }, { kind: "described", topic }, times);
}

/** A description of a topic that is not there. */
export function unseen(name: string, times: Times): TopicOperation {
  return answered({ kind: "describe", name }, { kind: "described", topic: null }, times);
}

/** A refusal that the topic's state has to explain. */
export function refused(input: TopicInput, error: Refusal, times: Times): TopicOperation {
  return answered(input, { kind: "refused", error }, times);
}

/** A refusal for a reason of another kind. */
export function ineffective(input: TopicInput, times: Times): TopicOperation {
  return answered(input, { kind: "no-effect" }, times);
}

/** A call of which nobody knows what came of it. */
export function lost(input: TopicInput, invokedAt: number): TopicOperation {
  return { client: 0, input, output: null, invokedAt, returnedAt: Number.POSITIVE_INFINITY };
}
