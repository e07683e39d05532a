/** The page of metrics: every controller that has answered, and which have not. */

import type { ControllerFacts } from "../../../src/controller/controller-facts.ts";
import { CONTROLLER_FAMILIES, type ControllerFamily } from "./controller-families.ts";
import { family, histogram, type Sample } from "./text-format.ts";

/** What one controller of the deployment had to say. */
export interface Scraped {
  readonly controllerId: number;
  /** False when it has not answered in time. */
  readonly isUp: boolean;
  /** Null when it has answered, but does not know the client yet. */
  readonly facts: ControllerFacts | null;
}

export function metricsPage(scraped: readonly Scraped[]): string {
  const up = family(
    {
      name: "quorate_controller_up",
      help: "1 when the controller has answered the gateway in time.",
    },
    "gauge",
    scraped.map(({ controllerId, isUp }) => ({
      labels: { controller_id: controllerId },
      value: isUp ? 1 : 0,
    })),
  );
  const told = scraped.flatMap(({ controllerId, facts }) =>
    facts === null ? [] : [{ controllerId, facts }],
  );
  const families = CONTROLLER_FAMILIES.map((each) =>
    family(
      each,
      each.type,
      told.flatMap(({ controllerId, facts }) => samplesOf(each, controllerId, facts)),
    ),
  );
  const commits = histogram(
    {
      name: "quorate_commit_latency_seconds",
      help: "Time from append to commit at this leader since it started.",
    },
    told.map(({ controllerId, facts }) => ({
      labels: { controller_id: controllerId },
      counts: facts.runtime.commitLatencies,
    })),
  );
  return [up, ...families, commits].join("");
}

function samplesOf(
  { read }: ControllerFamily,
  controllerId: number,
  facts: ControllerFacts,
): readonly Sample[] {
  const found = read(facts);
  if (found === null) return [];
  const samples = typeof found === "number" ? [{ labels: {}, value: found }] : found;
  return samples.map(({ labels, value }) => ({
    labels: { controller_id: controllerId, ...labels },
    value,
  }));
}
