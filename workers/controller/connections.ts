// The Kafka connections of one controller, by id. The table is bounded: when it is full, the
// connection that was answered longest ago makes room, so silent ones cannot lock others out.

/** One open connection, whatever carries it. */
export interface Connection {
  /** Queues bytes for the other end; never blocks. */
  write(bytes: Uint8Array): void;
  /** Ends the connection after what was written. */
  close(reason: string): void;
}

interface Entry {
  readonly connection: Connection;
  lastAnswerMs: number;
}

const MAX_CONNECTIONS = 1000;

/** A bounded table of open connections. */
export class Connections {
  readonly #entries = new Map<number, Entry>();
  #nextId = 1;

  /** Adds a connection and returns its id, and the id of one to give up when there are too many. */
  add(connection: Connection): { connectionId: number; victimId: number | null } {
    const victimId = this.#entries.size >= MAX_CONNECTIONS ? this.#leastUseful() : null;
    const connectionId = this.#nextId++;
    this.#entries.set(connectionId, { connection, lastAnswerMs: 0 });
    return { connectionId, victimId };
  }

  /** Whether events of this connection still count. */
  has(connectionId: number): boolean {
    return this.#entries.has(connectionId);
  }

  /** Forgets a connection and returns it, or null when it was forgotten already. */
  remove(connectionId: number): Connection | null {
    const entry = this.#entries.get(connectionId);
    this.#entries.delete(connectionId);
    return entry?.connection ?? null;
  }

  /** Writes to a connection; bytes for one that is gone are dropped. */
  write(connectionId: number, bytes: Uint8Array, nowMs: number): void {
    const entry = this.#entries.get(connectionId);
    if (entry === undefined) return;
    entry.lastAnswerMs = nowMs;
    entry.connection.write(bytes);
  }

  #leastUseful(): number | null {
    let victimId: number | null = null;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [connectionId, entry] of this.#entries) {
      if (entry.lastAnswerMs >= oldestMs) continue;
      oldestMs = entry.lastAnswerMs;
      victimId = connectionId;
    }
    return victimId;
  }
}
