/** Which quota counts for a client: the order in which a 4.4.0 controller looked for one. */

import { expect, it } from "vitest";
import type { QuotaEntityPart } from "../../src/state/metadata-view.ts";
import { type Client, type MutationRate, mutationRate } from "../../src/state/mutation-rate.ts";
import { clusterState } from "./cluster-state.ts";
import { record } from "./records.ts";

type Names = Readonly<Record<string, string | null>>;

const CLIENT = { user: "alice", clientId: "app" };

/** From the closest to the farthest, as Kafka looks for them. */
const CLOSEST_FIRST: readonly Names[] = [
  { user: "alice", "client-id": "app" },
  { user: "alice", "client-id": null },
  { user: "alice" },
  { user: null, "client-id": "app" },
  { user: null, "client-id": null },
  { user: null },
  { "client-id": "app" },
  { "client-id": null },
];

function quota(names: Names, value: number, key = "controller_mutation_rate") {
  const entity = Object.entries(names).map(
    ([entityType, entityName]): QuotaEntityPart => ({ entityType, entityName }),
  );
  return record("clientQuota", { entity: [...entity], key, value, remove: false });
}

/** Rates of 1, 2 and so on for the given entities. */
function rates(...names: readonly Names[]): (client: Client) => MutationRate | null {
  const state = clusterState([]);
  if (names.length > 0) state.apply(...names.map((each, i) => quota(each, i + 1)));
  return (client) => mutationRate(state.view(), client);
}

it("is the closest of those that there are", () => {
  for (let first = 0; first < CLOSEST_FIRST.length; first++) {
    const rate = rates(...CLOSEST_FIRST.slice(first))(CLIENT);
    expect(rate?.partitionsPerSecond, `without the first ${first}`).toBe(1);
  }
});

it("is none when there are only quotas for others, or of other kinds", () => {
  expect(rates()(CLIENT)).toBeNull();
  expect(rates({ user: "bob" }, { "client-id": "other" })(CLIENT)).toBeNull();
  const state = clusterState([]);
  state.apply(quota({ user: "alice" }, 5, "producer_byte_rate"));
  expect(mutationRate(state.view(), CLIENT)).toBeNull();
});

it.each<[Names, { user: string; clientId: string }, boolean]>([
  [{ user: "alice" }, { user: "alice", clientId: "other" }, true],
  [{ user: null }, { user: "alice", clientId: "other" }, true],
  [{ user: null }, { user: "bob", clientId: "app" }, false],
  [{ user: null, "client-id": null }, { user: "alice", clientId: "other" }, false],
  [{ "client-id": null }, { user: "bob", clientId: "app" }, true],
  [{ "client-id": null }, { user: "alice", clientId: "other" }, false],
])("a bucket for %j is shared with %j: %s", (names, other, shared) => {
  const found = rates(names);
  const buckets = [CLIENT, other].map((client) => found(client)?.bucket);
  expect(buckets[0] === buckets[1]).toBe(shared);
  expect(buckets).not.toContain(undefined);
});

it("has no default for a name that is empty", () => {
  const everyDefault = rates({ user: null, "client-id": null }, { "client-id": null });
  expect(everyDefault({ user: "alice", clientId: "" })).toBeNull();
  expect(everyDefault(CLIENT)?.partitionsPerSecond).toBe(1);
});
