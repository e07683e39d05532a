/** What a URL asks for, checked. The same ones come again and again, and to check one costs more than to look it up. */

import type { GatewayContext } from "./context.ts";
import { readParams, readQuery } from "./input.ts";
import { badRequest } from "./kafka-error.ts";
import type { Route } from "./route.ts";

/** Nobody can change one: the next request may get it as well. */
export interface CheckedUrl {
  readonly params: unknown;
  readonly query: unknown;
}

interface KnownUrl extends CheckedUrl {
  readonly route: Route;
}

const MAX_KNOWN = 1000;
const MAX_KNOWN_LENGTH = 500;

const known = new Map<string, KnownUrl>();

/** Throws 400 for what the route does not take; that is not remembered. */
export function readUrl(route: Route, context: GatewayContext): CheckedUrl {
  const { url } = context.req;
  const found = known.get(url);
  if (found?.route === route) return found;
  checkEncoding(url);
  const query = Object.freeze(readQuery(url, route.query));
  const params = Object.freeze(readParams(context.req.param(), route.params));
  const checked = { route, params, query };
  if (url.length > MAX_KNOWN_LENGTH) return checked;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(url, checked);
  return checked;
}

/** Parsers take what is badly encoded as it stands, or put another sign there: something else would be meant then. */
function checkEncoding(url: string): void {
  if (!url.includes("%")) return;
  try {
    decodeURIComponent(url);
  } catch {
    throw badRequest(
      "The URL has a % that does not begin the code of a character. Allowed: %XX of UTF-8, with %25 for % itself.",
    );
  }
}
