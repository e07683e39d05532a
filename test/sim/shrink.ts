/** Makes a failing plan small: what can be left out while the same invariant still breaks is left out. */

import type { Plan, Rates, Speeds } from "./plan.ts";
import type { Failure } from "./simulate.ts";

/** Runs a plan; null when nothing broke. */
export type Attempt = (plan: Plan) => Promise<Failure | null>;

const MOST_ATTEMPTS = 400;

/** The smallest plan found that breaks the invariant that `plan` breaks. */
export async function shrink(plan: Plan, attempt: Attempt): Promise<Plan> {
  const first = await attempt(plan);
  if (first === null) throw new Error(`Cannot shrink seed ${plan.seed}: nothing breaks`);
  let attempts = 0;
  let smallest = plan;
  let failure = first;
  const accepts = async (smaller: Plan): Promise<boolean> => {
    attempts += 1;
    if (attempts > MOST_ATTEMPTS) return false;
    const found = await attempt(smaller);
    if (found?.invariant !== first.invariant) return false;
    smallest = smaller;
    failure = found;
    return true;
  };
  await accepts({
    ...smallest,
    faults: smallest.faults.filter(({ atMs }) => atMs <= failure.atMs),
  });
  for (const simpler of simplerWorlds(plan)) await accepts({ ...smallest, ...simpler(smallest) });
  await shrinkFaults(() => smallest, accepts);
  for (const simpler of simplerWorlds(plan)) await accepts({ ...smallest, ...simpler(smallest) });
  return smallest;
}

type Simpler = (plan: Plan) => Partial<Plan>;

/** Ways to make a world simpler, the boldest first. */
function simplerWorlds(plan: Plan): Simpler[] {
  const noRates = Object.fromEntries(Object.keys(plan.rates).map((rate) => [rate, 0]));
  const rates = Object.keys(plan.rates).map((rate): Simpler => {
    return (now) => ({ rates: { ...now.rates, [rate]: 0 } });
  });
  const speeds: Partial<Speeds>[] = [
    { tailPerMille: 0 },
    { syncMs: 0 },
    { busyMs: 0 },
    { delayMs: 1, spreadMs: 0.5 },
  ];
  return [
    () => ({ rates: noRates as unknown as Rates }),
    ...rates,
    ...speeds.map(
      (speed): Simpler =>
        (now) => ({ speeds: { ...now.speeds, ...speed } }),
    ),
    ({ keys }) => (keys === undefined ? {} : { keys: { ...keys, perMille: 0 } }),
    ({ held }) => (held === undefined ? {} : { held: { ...held, tailBytes: 0 } }),
    ({ held }) => (held === undefined ? {} : { held: { ...held, rows: 1, records: 1 } }),
    () => ({ administrators: 0 }),
    ({ administrators }) => ({ administrators: Math.min(administrators, 1) }),
    () => ({ properties: {} }),
    ...Object.keys(plan.properties).map((name): Simpler => {
      return ({ properties }) => {
        const { [name]: _, ...others } = properties;
        return { properties: others };
      };
    }),
    () => ({ olderBuilds: [] }),
    (now) => ({ skewMs: now.skewMs.map(() => 0) }),
    () => ({ clients: 1 }),
    ({ clients }) => ({ clients: Math.min(clients, 2) }),
    () => ({ brokers: 1 }),
    ({ brokers }) => ({ brokers: Math.min(brokers, 3) }),
  ];
}

/** Leaves out ever smaller parts of the faults (delta debugging). */
async function shrinkFaults(
  now: () => Plan,
  accepts: (plan: Plan) => Promise<boolean>,
): Promise<void> {
  for (
    let size = Math.ceil(now().faults.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < now().faults.length; ) {
      const faults = now().faults.filter((_, i) => i < from || i >= from + size);
      if (!(await accepts({ ...now(), faults }))) from += size;
    }
  }
}
