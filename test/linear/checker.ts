/**
 * Decides whether a history is linearizable: whether its operations can be put into one order that the
 * model allows and that keeps every operation between its call and its return. The search is that of
 * Wing and Gong with Lowe's memory of configurations, but best first instead of depth first: it goes on
 * from the configuration that has come furthest with the fewest operations of unknown outcome.
 */

import { present } from "../../src/base/assert.ts";
import type { Model, Operation } from "./history.ts";
import { type Frontier, KnownOperations } from "./known-operations.ts";
import { PriorityQueue } from "./priority-queue.ts";
import { UnknownOperations, type Used } from "./unknown-operations.ts";
import { VisitedConfigurations } from "./visited-configurations.ts";

/** "undecided": the budget was used up first. */
export type Verdict = "linearizable" | "not-linearizable" | "undecided";

/** The furthest that the search came. */
export interface DeadEnd<State, Input, Output> {
  /** In the order in which they may have taken effect. */
  readonly prefix: readonly Operation<Input, Output>[];
  /** After the prefix. */
  readonly state: State;
  /** One of these has to take effect next, and none was found that can. */
  readonly blocked: readonly Operation<Input, Output>[];
}

export type CheckResult<State, Input, Output> =
  | {
      readonly verdict: "linearizable";
      readonly visited: number;
      /** An order that explains the history; operations that are not in it never took effect. */
      readonly order: readonly Operation<Input, Output>[];
    }
  | {
      readonly verdict: "not-linearizable" | "undecided";
      readonly visited: number;
      readonly deadEnd: DeadEnd<State, Input, Output>;
    };

/** Configurations that a check visits before it gives up. */
export const DEFAULT_BUDGET = 300_000;

/**
 * How many operations of known outcome one of unknown outcome has to bring forth to be worth its use.
 * It decides the time that a search takes and never its verdict.
 */
const UNKNOWN_COST = 15;

/** What has been placed and what came of it. */
interface Configuration<State, Input, Output> {
  readonly from: Configuration<State, Input, Output> | null;
  /** What was placed since `from`, in order. */
  readonly placed: readonly Operation<Input, Output>[];
  readonly frontier: Frontier;
  readonly state: State;
  readonly used: Used;
  readonly cost: number;
}

/** Leads from one configuration to the next. */
interface Move<State, Input, Output> {
  readonly from: Configuration<State, Input, Output>;
  readonly operation: Operation<Input, Output>;
  /** Of an operation of known outcome; null for others. */
  readonly knownIndex: number | null;
  readonly state: State;
  readonly used: Used;
}

/** Searches for an order that explains the history, in at most `budget` configurations. */
export function checkLinearizable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  budget: number = DEFAULT_BUDGET,
): CheckResult<State, Input, Output> {
  return new Search(model, operations).run(budget);
}

class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #known: KnownOperations<Input, Output>;
  readonly #unknown: UnknownOperations<Input, Output>;
  readonly #visited = new VisitedConfigurations();
  readonly #moves = new PriorityQueue<Move<State, Input, Output>>();
  #furthest: Configuration<State, Input, Output> | null = null;

  constructor(model: Model<State, Input, Output>, operations: readonly Operation<Input, Output>[]) {
    this.#model = model;
    this.#known = new KnownOperations(operations.filter(({ output }) => output !== null));
    this.#unknown = new UnknownOperations(operations.filter(({ output }) => output === null));
  }

  run(budget: number): CheckResult<State, Input, Output> {
    let configuration = this.#observe(this.#start());
    for (;;) {
      if (configuration.frontier.pending.length === 0) {
        const order = orderOf(configuration);
        return { verdict: "linearizable", visited: this.#visited.size, order };
      }
      this.#visit(configuration);
      const move = this.#moves.pop();
      if (move === undefined) return this.#failure("not-linearizable");
      if (this.#visited.size >= budget) return this.#failure("undecided");
      configuration = this.#observe(this.#follow(move));
    }
  }

  #start(): Configuration<State, Input, Output> {
    return {
      from: null,
      placed: [],
      frontier: this.#known.start(),
      state: this.#model.initial,
      used: this.#unknown.noneUsed,
      cost: 0,
    };
  }

  #follow(move: Move<State, Input, Output>): Configuration<State, Input, Output> {
    const { from, operation, knownIndex, state, used } = move;
    const frontier =
      knownIndex === null ? from.frontier : this.#known.place(from.frontier, [knownIndex]);
    return { from, placed: [operation], frontier, state, used, cost: costOf(move) };
  }

  /** Places all observations that can be, which needs no alternative. */
  #observe(
    configuration: Configuration<State, Input, Output>,
  ): Configuration<State, Input, Output> {
    if (this.#model.isObservation === undefined) return configuration;
    const key = this.#model.key(configuration.state);
    let { frontier, state, cost } = configuration;
    const placed = [...configuration.placed];
    for (;;) {
      const seen: number[] = [];
      for (const index of frontier.pending) {
        const { input, output } = this.#known.at(index);
        if (!this.#model.isObservation(input, output!)) continue;
        const next = this.#model.step(state, input, output).find((s) => this.#model.key(s) === key);
        if (next === undefined) continue;
        state = next;
        seen.push(index);
      }
      if (seen.length === 0) return { ...configuration, placed, frontier, state, cost };
      placed.push(...seen.map((index) => this.#known.at(index)));
      frontier = this.#known.place(frontier, seen);
      cost -= seen.length;
    }
  }

  /** Notes the moves from here, unless they can lead to nothing new. */
  #visit(configuration: Configuration<State, Input, Output>): void {
    const { frontier, state, used } = configuration;
    const key = `${frontier.invoked} ${frontier.pending.join()} ${this.#model.key(state)}`;
    if (!this.#visited.add(key, used)) return;
    if (this.#furthest === null || placedKnown(configuration) > placedKnown(this.#furthest)) {
      this.#furthest = configuration;
    }
    const moves = [...this.#unknownMoves(configuration), ...this.#knownMoves(configuration)];
    for (const move of moves) this.#moves.push(costOf(move), move);
  }

  /** The most urgent last, to be tried first: most servers answer in the order in which they act. */
  #knownMoves(from: Configuration<State, Input, Output>): Move<State, Input, Output>[] {
    const { frontier, state, used } = from;
    return frontier.pending
      .flatMap((knownIndex) => {
        const operation = this.#known.at(knownIndex);
        const states = this.#model.step(state, operation.input, operation.output);
        return states.map((next) => ({ from, operation, knownIndex, state: next, used }));
      })
      .sort((a, b) => b.operation.returnedAt - a.operation.returnedAt);
  }

  #unknownMoves(from: Configuration<State, Input, Output>): Move<State, Input, Output>[] {
    const key = this.#model.key(from.state);
    const deadline = this.#known.deadline(from.frontier);
    return this.#unknown.usable(from.used, deadline).flatMap((use) =>
      this.#model
        .step(from.state, use.operation.input, null)
        // One that changes nothing may as well never have taken effect.
        .filter((next) => this.#model.key(next) !== key)
        .map((state) => ({ from, ...use, knownIndex: null, state })),
    );
  }

  #failure(verdict: "not-linearizable" | "undecided"): CheckResult<State, Input, Output> {
    const furthest = present(this.#furthest, "the start has been visited");
    const deadEnd = {
      prefix: orderOf(furthest),
      state: furthest.state,
      blocked: furthest.frontier.pending.map((index) => this.#known.at(index)),
    };
    return { verdict, visited: this.#visited.size, deadEnd };
  }
}

function costOf<State, Input, Output>({ from, knownIndex }: Move<State, Input, Output>): number {
  return from.cost + (knownIndex === null ? UNKNOWN_COST : -1);
}

function placedKnown<State, Input, Output>({
  frontier: { invoked, pending },
}: Configuration<State, Input, Output>): number {
  return invoked - pending.length;
}

function orderOf<State, Input, Output>(
  configuration: Configuration<State, Input, Output>,
): Operation<Input, Output>[] {
  const steps = [];
  for (
    let at: Configuration<State, Input, Output> | null = configuration;
    at !== null;
    at = at.from
  ) {
    steps.push(at.placed);
  }
  return steps.reverse().flat();
}
