/** When which process was dead or frozen, on the clock of the clients. */

export interface Downtime {
  readonly controllerId: number;
  readonly kind: "killed" | "stopped";
  readonly fromMs: number;
  /** Infinity while it lasts. */
  toMs: number;
}

export class Downtimes {
  readonly all: Downtime[] = [];

  begin(controllerId: number, kind: Downtime["kind"], nowMs: number): void {
    this.all.push({ controllerId, kind, fromMs: nowMs, toMs: Number.POSITIVE_INFINITY });
  }

  end(controllerId: number, nowMs: number): void {
    for (const downtime of this.all) {
      if (downtime.controllerId !== controllerId) continue;
      if (downtime.toMs === Number.POSITIVE_INFINITY) downtime.toMs = nowMs;
    }
  }
}
