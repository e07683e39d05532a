/**
 * What the load generator says and hears, as bytes: a request is a template whose few changing bytes are written anew,
 * and of an answer only its length and its error are read. So the generator costs as little as it can, the same for all.
 */

/** One connection's protocol. */
export interface Wire {
  /** The next request, to be sent at once; it is overwritten by the one after. */
  next(): Uint8Array;
  /** How many bytes the answer at `start` takes, or 0 while it is not whole. Throws when it says that it failed. */
  answerLength(bytes: Buffer, start: number, end: number): number;
}

/** What the names of one client begin with; whole groups of three bytes, so that they stay whole in base64. */
export function clientPrefix(prefix: string, client: number): string {
  const own = `${prefix}-${String(client).padStart(4, "0")}-`;
  return own.padEnd(Math.ceil(own.length / 3) * 3, "-");
}

/** Counts in a fixed number of ASCII digits, in place. */
export function writeDigits(bytes: Uint8Array, start: number, digits: number, value: number): void {
  let rest = value;
  for (let i = start + digits - 1; i >= start; i--) {
    bytes[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
