/** What every client asked, what it was told and when, on the one clock of this process. Nothing is ever taken out. */

import type { TopicInput, TopicOperation, TopicOutput } from "../linear/topic-model.ts";
import { Acknowledgements } from "./acknowledgements.ts";

/** Where the answer said that it was true. */
export interface TrueAt {
  readonly offset: number;
  readonly epoch: number;
}

/** How a call ended. */
export type Outcome =
  | { readonly kind: "answered"; readonly output: TopicOutput; readonly trueAt: TrueAt | null }
  /** It was sent, and nobody said what became of it. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** Nobody took the connection. */
  | { readonly kind: "not-sent" }
  /** An answer that the documentation rules out; what became of the call is unknown as well. */
  | { readonly kind: "unexpected"; readonly reason: string };

export type Transport = "kafka" | "http" | "listing";

/** An operation, and what the checkers do not need but whoever reads the history does. */
export interface RecordedOperation extends TopicOperation {
  readonly transport: Transport;
  /** The controller that was called, or whose gateway was. */
  readonly controllerId: number;
  readonly trueAt: TrueAt | null;
  /** Why the outcome is unknown. */
  readonly reason?: string;
}

export interface Call {
  readonly client: number;
  readonly transport: Transport;
  readonly controllerId: number;
  readonly input: TopicInput;
}

export function isAcknowledgedWrite(output: TopicOutput | null): boolean {
  return output?.kind === "created" || output?.kind === "deleted" || output?.kind === "grown";
}

export class History {
  readonly #byName = new Map<string, RecordedOperation[]>();
  readonly #counts = new Map<string, number>();
  readonly #unexpected: string[] = [];
  readonly acknowledgements = new Acknowledgements();
  #operations = 0;

  /** How many operations of a kind ended how, by `<kind>: <outcome>`. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get acknowledgedWrites(): number {
    return this.acknowledgements.count;
  }

  /** Without what the listings say. */
  get operations(): number {
    return this.#operations;
  }

  /** Answers that should not exist. */
  get unexpected(): readonly string[] {
    return this.#unexpected;
  }

  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  of(name: string): readonly RecordedOperation[] {
    return this.#byName.get(name) ?? [];
  }

  all(): RecordedOperation[] {
    return [...this.#byName.values()].flat();
  }

  /** Makes a call and records it with the times between which it happened. */
  async perform(call: Call, send: () => Promise<Outcome>): Promise<Outcome> {
    const invokedAt = performance.now();
    const outcome = await send();
    this.record(call, outcome, invokedAt, performance.now());
    return outcome;
  }

  record(call: Call, outcome: Outcome, invokedAt: number, endedAt: number): void {
    this.#count(call.input, outcome);
    if (outcome.kind === "not-sent") return;
    this.#operations += 1;
    if (outcome.kind === "unexpected") {
      const { transport, controllerId, input } = call;
      const asked = `${JSON.stringify(input)} over ${transport} to ${controllerId}`;
      this.#unexpected.push(`${asked} was answered with ${outcome.reason}`);
    }
    if (outcome.kind === "answered") {
      const { output, trueAt } = outcome;
      this.#add({ ...call, output, trueAt, invokedAt, returnedAt: endedAt });
      if (isAcknowledgedWrite(output)) this.acknowledgements.add(invokedAt, endedAt);
    } else if (call.input.kind !== "describe") {
      // A read without an answer says nothing and changed nothing.
      const returnedAt = Number.POSITIVE_INFINITY;
      const { reason } = outcome;
      this.#add({ ...call, output: null, trueAt: null, invokedAt, returnedAt, reason });
    }
  }

  /** Records what a listing of all topics says about one name. */
  observe(operation: RecordedOperation): void {
    this.#add(operation);
  }

  #add(operation: RecordedOperation): void {
    const { name } = operation.input;
    const operations = this.#byName.get(name);
    if (operations === undefined) this.#byName.set(name, [operation]);
    else operations.push(operation);
  }

  #count(input: TopicInput, outcome: Outcome): void {
    const key = `${input.kind}: ${outcomeName(outcome)}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function outcomeName(outcome: Outcome): string {
  if (outcome.kind !== "answered") return outcome.kind;
  const { output } = outcome;
  return output.kind === "refused" ? output.error : output.kind;
}
