/** Collects what a node wants done while it handles one event, in the order it was asked for. */

import type { KafkaConnection } from "./kafka-connection.ts";
import type { NodeEffect } from "./node-event.ts";

export class Outbox {
  #effects: NodeEffect[] = [];
  #urgent: NodeEffect[] = [];
  readonly #ready = new Set<KafkaConnection>();

  push(effect: NodeEffect): void {
    this.#effects.push(effect);
  }

  /** Asks for something that may be done before what was written is stored. */
  pushUrgent(effect: NodeEffect): void {
    this.#urgent.push(effect);
  }

  /** What may be done before what was written is stored. */
  takeUrgent(): readonly NodeEffect[] {
    if (this.#urgent.length === 0) return this.#urgent;
    const urgent = this.#urgent;
    this.#urgent = [];
    return urgent;
  }

  /** Remembers that an answer of this connection became ready. */
  markReady(connection: KafkaConnection): void {
    this.#ready.add(connection);
  }

  forget(connection: KafkaConnection): void {
    this.#ready.delete(connection);
  }

  /**
   * Everything collected; one write for each connection that has answers to send. Those come first: clients wait for
   * them, and to send to another process takes a while.
   */
  take(): NodeEffect[] {
    const writes: NodeEffect[] = [];
    for (const connection of this.#ready) {
      const bytes = connection.takeReady();
      if (bytes !== null) {
        writes.push({ kind: "write", connectionId: connection.connectionId, bytes });
      }
    }
    this.#ready.clear();
    const effects = writes.length > 0 ? [...writes, ...this.#effects] : this.#effects;
    this.#effects = [];
    return effects;
  }
}
