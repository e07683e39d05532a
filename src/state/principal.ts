/** Principals, as text such as "User:alice". */

/** The type in front of the first colon, and the name behind it. */
export function principalParts(principal: string): {
  readonly type: string;
  readonly name: string;
} {
  const colon = principal.indexOf(":");
  return { type: principal.slice(0, colon), name: principal.slice(colon + 1) };
}
