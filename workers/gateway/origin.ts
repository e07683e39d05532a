/** Where requests go. A few origins come again and again, and to parse a URL costs more than to look one up. */

const MAX_KNOWN = 100;
const known = new Map<string, URL>();

/** Such as `https://example.com`. */
export function originOf(url: string): string {
  return rootOf(url).origin;
}

/** Such as `example.com`. */
export function hostnameOf(url: string): string {
  return rootOf(url).hostname;
}

/** The URL up to the first slash behind its authority: neither origin nor host name depends on the rest. */
function rootOf(url: string): URL {
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const root = pathStart < 0 ? url : url.slice(0, pathStart);
  const found = known.get(root);
  if (found !== undefined) return found;
  const parsed = new URL(root);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(root, parsed);
  return parsed;
}
