/** The rights of senders, as decisions about topics ask for them. */

import type { TopicRights } from "../../src/state/topic-rights.ts";

export const EVERY_RIGHT: TopicRights = rightsOf(() => true);

/** The rights that `may` gives for an operation and a topic's name. */
export function rightsOf(may: (operation: string, name: string) => boolean): TopicRights {
  return {
    mayCreate: (name) => may("create", name),
    mayDescribeConfigs: (name) => may("describe-configs", name),
    mayDescribe: (name) => may("describe", name),
    mayDelete: (name) => may("delete", name),
    mayAlter: (name) => may("alter", name),
  };
}
