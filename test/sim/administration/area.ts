/** One field of administration: knows what can be asked for in it, and what must come of it. */

import type { Desk } from "./desk.ts";

export interface Area {
  /** Asks for one thing. */
  act(): void;
  /** A controller leads a new epoch: the moment at which what it knows may be old. */
  onNewLeader?(controllerId: number): void;
}

export type NewArea = (desk: Desk) => Area;
