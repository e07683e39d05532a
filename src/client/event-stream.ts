/** Server-Sent Events out of the bytes of a stream, however these are cut (HTML standard, section 9.2). */

export interface ServerSentEvent {
  /** Of this event, not of one before it; null when it has none. */
  readonly id: string | null;
  /** Null when it has none; such an event only says how far the stream is. */
  readonly data: string | null;
}

/** More than any event of the log. */
const MAX_CHARACTERS = 2 ** 26;

export class EventStreamParser {
  /** How long to wait before coming back, as the stream has said; null when it has not. */
  retryMs: number | null = null;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #endsWithReturn = false;
  #id: string | null = null;
  #data: string[] = [];

  /** The events that are whole with these bytes. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    // A line feed that follows a carriage return ends the same line.
    if (this.#endsWithReturn && text.startsWith("\n")) text = text.slice(1);
    this.#endsWithReturn = text === "" ? false : text.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > MAX_CHARACTERS) {
      throw new Error(`an event has more than ${MAX_CHARACTERS} characters`);
    }
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      if (line === "") this.#end(events);
      else this.#take(line);
    }
    return events;
  }

  #end(events: ServerSentEvent[]): void {
    const data = this.#data.length === 0 ? null : this.#data.join("\n");
    if (this.#id !== null || data !== null) events.push({ id: this.#id, data });
    this.#id = null;
    this.#data = [];
  }

  #take(line: string): void {
    const [, field = "", value = ""] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
  }
}
