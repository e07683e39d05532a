/** A caller's rights on topics; those to create and to delete may be given for the cluster as a whole. */

import { shapeKeeper } from "../base/kept-shape.ts";
import { Operation } from "../state/authorizer.ts";
import type { TopicRights } from "../state/topic-rights.ts";
import { onCluster, onTopic } from "./authorization.ts";
import type { Caller } from "./caller.ts";

const kept = shapeKeeper<TopicRights>();

/** Denials are logged for what was asked for, not for what only adds to an answer. */
export function callerTopicRights(caller: Caller): TopicRights {
  const { CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER } = Operation;
  const quiet = { quiet: true };
  const createsAny = once(() => caller.authorize(onCluster(CREATE), quiet));
  const deletesAny = once(() => caller.authorize(onCluster(DELETE), quiet));
  return kept({
    mayCreate: (name) => createsAny() || caller.authorize(onTopic(CREATE, name)),
    mayDescribeConfigs: (name) => caller.authorize(onTopic(DESCRIBE_CONFIGS, name), quiet),
    mayDescribe: (name) => deletesAny() || caller.authorize(onTopic(DESCRIBE, name)),
    mayDelete: (name) => deletesAny() || caller.authorize(onTopic(DELETE, name)),
    mayAlter: (name) => caller.authorize(onTopic(ALTER, name)),
  });
}

function once(ask: () => boolean): () => boolean {
  let answer: boolean | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
