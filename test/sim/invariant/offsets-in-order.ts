/** The offsets that answers carry agree with time: whoever asks later is not answered from before. */

import { checkOffsets, type OffsetOperation } from "../../linear/offsets.ts";
import { type Acknowledgement, type Invariant, InvariantBroken } from "../observation.ts";

const WRITES: readonly string[] = ["created", "deleted", "grown"];

export class OffsetsInOrder implements Invariant {
  readonly name = "offsets-in-order";
  readonly #operations: OffsetOperation[] = [];

  onAcknowledged({ operation, offset }: Acknowledgement): void {
    const { client, input, output, invokedAt, returnedAt } = operation;
    if (offset === null || output === null) return;
    const isWrite = WRITES.includes(output.kind);
    const label = `${input.kind} of ${input.name}`;
    this.#operations.push({ client, invokedAt, returnedAt, offset, isWrite, label });
  }

  onEnd(): void {
    const [violation] = checkOffsets(this.#operations);
    if (violation !== undefined) throw new InvariantBroken(this.name, violation);
  }
}
