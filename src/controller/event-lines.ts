/** Lines for the operator that come up while one event is handled. Bounded, since a client decides how many there are. */

/** The fields of one line of the log. */
export type LogFields = Readonly<Record<string, string | number | readonly string[]>>;

const MAX_TEXT_LENGTH = 300;

export class EventLines {
  readonly #maxLines: number;
  #lines: LogFields[] = [];
  #omitted = 0;

  constructor(maxLines: number) {
    this.#maxLines = maxLines;
  }

  /** `fieldsOf` is not asked once there is no more room. */
  add(fieldsOf: () => LogFields): void {
    if (this.#lines.length < this.#maxLines) this.#lines.push(fieldsOf());
    else this.#omitted += 1;
  }

  /** The lines since the last call; when some were left out, the last one says how many. */
  take(): readonly LogFields[] {
    if (this.#lines.length === 0) return this.#lines;
    const lines = this.#lines;
    if (this.#omitted > 0) lines.push({ omitted: this.#omitted });
    this.#lines = [];
    this.#omitted = 0;
    return lines;
  }
}

/** A text that a client has chosen, short enough for a line. */
export function clipped(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}...`;
}
