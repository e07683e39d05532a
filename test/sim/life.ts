/** One life of a controller, from a start to an end: everything that is only in memory. */

import type { OpenNode } from "../../src/controller/controller-node.ts";
import type { NodeEffect, NodeEvent, NodeOptions } from "../../src/controller/node-event.ts";
import type { NodeStores } from "../../src/controller/node-stores.ts";
import type { SteadyClock } from "../../workers/controller/steady-clock.ts";
import type { ControllerHost } from "./controller-host.ts";
import type { HeldState } from "./held-state.ts";
import type { HoldingCode } from "./holding.ts";
import type { ReplicaView } from "./observation.ts";
import type { Item } from "./scheduler.ts";

/** The code that a controller runs. */
export interface Build {
  readonly name: string;
  readonly createNode: (stores: NodeStores, options: NodeOptions) => OpenNode;
  readonly holding: HoldingCode;
}

/** What one transaction wants done, and waits for the disk with. */
export interface Output {
  readonly wrote: boolean;
  effects: readonly NodeEffect[];
  /** The controller as it was then: nobody can know before this output leaves. */
  readonly view: ReplicaView | null;
}

export class Life {
  readonly host: ControllerHost;
  readonly number: number;
  readonly node: OpenNode;
  readonly #clock: SteadyClock;
  readonly queue: NodeEvent[] = [];
  readonly outputs: Output[] = [];
  /** What to do when it ends, by what waits for it. */
  readonly onEnd = new Map<object, () => void>();
  /** By controller: what the clock showed when a request of that one was last handled. */
  readonly heardMs = new Map<number, number>();
  busyUntilMs = 0;
  /** When it gets to what has arrived, while it is busy. */
  wake: Item | null = null;
  isSyncing = false;
  timer: Item | null = null;
  ended = false;
  /** Where it holds rows back. */
  readonly held: HeldState | null;
  /** Where the table ended before the newest transaction, and whether that one has written to it. */
  tableEndOffset: number;
  hasFlushed = false;

  constructor(
    host: ControllerHost,
    number: number,
    node: OpenNode,
    clock: SteadyClock,
    held: HeldState | null,
  ) {
    this.host = host;
    this.number = number;
    this.node = node;
    this.#clock = clock;
    this.held = held;
    this.tableEndOffset = host.disk.table.endOffset;
  }

  /** What time it is for this life. */
  get clockMs(): number {
    return this.#clock.read(this.host.wallMs);
  }
}
