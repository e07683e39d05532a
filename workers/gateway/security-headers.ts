/** What every answer tells a browser: guess nothing, keep nothing, run nothing, and tell no other site. */

/** Of answers that bring no policy of their own. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

const HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
} as const;

/** Those of an answer that brings no policy of its own. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  ...HEADERS,
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
};

/**
 * Puts the headers on an answer. There is none of CORS among them: pages of other origins may not read an answer, and a
 * preflight is refused like any other method that a path does not have.
 */
export function setSecurityHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  if (!headers.has("Content-Security-Policy")) {
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  }
}
