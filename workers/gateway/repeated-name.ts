/** Finds what JSON.parse passes over: a field that an object has twice, of which others may read another one than we do. */

/** The first name that some object of a valid JSON text has twice; null when none has. */
export function repeatedName(json: string): string | null {
  /** Of the objects and arrays around the place: the names that were seen; null for an array. */
  const around: (Set<string> | null)[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    const first = token[0];
    if (first === "{") around.push(new Set());
    else if (first === "[") around.push(null);
    else if (first === "}" || first === "]") around.pop();
    else {
      const name = nameIn(token);
      const names = around.at(-1);
      if (name === null || !names) continue;
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return null;
}

/** What opens and closes, and strings, with the colon behind those that are names. */
const TOKEN = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(?:[ \t\r\n]*:)?/g;

function nameIn(token: string): string | null {
  if (!token.endsWith(":")) return null;
  return JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
}
