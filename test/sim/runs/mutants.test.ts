/**
 * Bugs planted to prove that the simulator sees them: each must break an invariant within so many seeds, the one that is
 * to name it where one is.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { everyMutant } from "../mutant/every-mutant.ts";
import { type Catch, hunt, tellCatch } from "../mutant-hunt.ts";
import { Pool } from "../pool.ts";

const MOST_SEEDS = 4000;

const pool = new Pool();
const catches = new Map<string, Catch>();

beforeAll(async () => {
  for (const mutant of everyMutant) catches.set(mutant.name, await hunt(pool, mutant, MOST_SEEDS));
  process.stdout.write(`${[...catches.values()].map(tellCatch).join("\n")}\n`);
}, 2_700_000);

afterAll(() => pool.close());

describe(`a planted bug is found within ${MOST_SEEDS} seeds`, () => {
  test.each(everyMutant.map(({ name, mistake }) => [name, mistake]))("%s: %s", (name) => {
    expect(catches.get(name)?.failure).not.toBeNull();
  });
});
