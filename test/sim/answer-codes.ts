/** The error codes in an answer, wherever they stand. */

/** Each code that the body of a response carries, once. */
export function codesOf(response: object): Set<number> {
  const codes = new Set<number>();
  collect(response, codes);
  return codes;
}

function collect(value: unknown, codes: Set<number>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, codes);
  } else if (value !== null && typeof value === "object" && !(value instanceof Uint8Array)) {
    for (const [name, inner] of Object.entries(value)) {
      if (name === "errorCode" && typeof inner === "number") codes.add(inner);
      else collect(inner, codes);
    }
  }
}
