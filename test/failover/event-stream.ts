/** Server-Sent Events as a browser reads them: whole blocks only, and the last id counts even without data. */

export interface Event {
  /** The last id that the stream has named so far; null before the first. */
  readonly id: string | null;
  readonly data: string;
}

export class EventStream {
  readonly #decoder = new TextDecoder();
  #rest = "";
  /** What the browser would send as Last-Event-ID; null for nothing. */
  lastEventId: string | null;

  constructor(lastEventId: string | null) {
    this.lastEventId = lastEventId;
  }

  /** The events that a piece of the stream completes; what is cut off at the end of the stream is none. */
  push(piece: Uint8Array): Event[] {
    const blocks = (this.#rest + this.#decoder.decode(piece, { stream: true })).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => this.#read(block));
  }

  #read(block: string): Event[] {
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (name === "id") this.lastEventId = value;
      if (name === "data") data.push(value);
    }
    return data.length === 0 ? [] : [{ id: this.lastEventId, data: data.join("\n") }];
  }
}
