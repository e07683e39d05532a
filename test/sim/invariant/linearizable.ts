/** What clients saw of topics can be explained by one order of all operations that respects time. */

import { checkTopicHistory } from "../../linear/topic-model.ts";
import { type FinalWorld, type Invariant, InvariantBroken } from "../observation.ts";

export class Linearizable implements Invariant {
  readonly name = "linearizable";

  onEnd({ operations }: FinalWorld): void {
    const { verdict, explanation } = checkTopicHistory(operations);
    if (verdict === "linearizable") return;
    throw new InvariantBroken(this.name, `${verdict}\n${explanation ?? ""}`);
  }
}
