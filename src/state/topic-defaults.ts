/** The properties of a controller that are defaults of topics, checked before it starts. */

import { readConfig } from "./config-key.ts";
import { trimJava } from "./java-text.ts";
import { inMilliseconds, TOPIC_CONFIGS } from "./topic-config.ts";

/** What is wrong with the properties that topics follow, or null. */
export function topicDefaultsProblem(properties: ReadonlyMap<string, string>): string | null {
  for (const config of TOPIC_CONFIGS) {
    for (const synonym of config.synonyms) {
      const text = properties.get(synonym.name);
      if (text === undefined) continue;
      const asGiven = { name: synonym.name, type: synonym.type, default: null };
      const read = readConfig(asGiven, text);
      if (read.kind === "refused") return read.problem;
      const keepsForEver = config.name === "retention.ms" && trimJava(text).startsWith("-");
      const value = keepsForEver ? "-1" : inMilliseconds(synonym, text);
      const limited = readConfig({ ...config, name: synonym.name }, value);
      if (limited.kind === "refused") return limited.problem;
    }
  }
  return null;
}
