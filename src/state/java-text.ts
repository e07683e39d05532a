/** How Java reads and prints text, wherever what Kafka answers or writes depends on it. */

/** Without the characters up to U+0020 at both ends: String.trim. */
export function trimJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (start < end && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

/** The pieces of `text`, without empty ones at the end: String.split with a separator of one character. */
export function splitJava(text: string, separator: string): string[] {
  const pieces = text.split(separator);
  if (pieces.length === 1) return pieces;
  while (pieces.at(-1) === "") pieces.pop();
  return pieces;
}

/** The items of a list between commas, with the blanks around the commas. */
export function listItems(text: string): string[] {
  const trimmed = trimJava(text);
  return trimmed === "" ? [] : splitAtCommas(trimmed);
}

/** Always one item at least, also of an empty text. */
export function splitAtCommas(text: string): string[] {
  // No regular expression with blanks before the comma: it would try each of many blanks again and again.
  const pieces = text.split(",");
  return pieces.map((piece, i) => {
    let start = 0;
    let end = piece.length;
    while (i > 0 && start < end && isBlank(piece.charCodeAt(start))) start += 1;
    while (i < pieces.length - 1 && start < end && isBlank(piece.charCodeAt(end - 1))) end -= 1;
    return piece.slice(start, end);
  });
}

/** \s of java.util.regex. */
function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

const INTEGER_LIMITS = {
  INT: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  LONG: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  SHORT: { min: -(2n ** 15n), max: 2n ** 15n - 1n },
} as const;

/** The integer, or null when it is none or does not fit: Integer.parseInt and its kin. */
export function parseInteger(text: string, type: keyof typeof INTEGER_LIMITS): bigint | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const { min, max } = INTEGER_LIMITS[type];
  return value < min || value > max ? null : value;
}

// The point divides the digits, or there are none behind: long rows of digits must not be divided in every way.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)[fFdD]?$/;

/** The number, or null when it is none: Double.parseDouble. */
export function parseDouble(text: string): number | null {
  const trimmed = trimJava(text);
  const named = /^([+-]?)(NaN|Infinity)$/.exec(trimmed);
  if (named !== null) return Number(named[2]) * (named[1] === "-" ? -1 : 1);
  if (DECIMAL.test(trimmed)) return Number.parseFloat(trimmed);
  const [, sign, whole = "", fraction = "", exponent] = HEXADECIMAL.exec(trimmed) ?? [];
  const digits = whole + fraction;
  if (exponent === undefined || digits === "") return null;
  const value = Number(`0x${digits}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** Double.toString. */
export function doubleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size >= 1e-3 && size < 1e7) {
    return Number.isInteger(value) ? value.toFixed(1) : String(value);
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  const shown = mantissa.includes(".") ? mantissa : `${mantissa}.0`;
  return `${shown}E${Number(exponent)}`;
}
