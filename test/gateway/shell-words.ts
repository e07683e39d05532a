/** As much of a shell as the examples of the documentation need: words, quotes, variables, and what a command prints. */

/** The words of a command, with quotes taken away and variables put in. */
export function shellWords(command: string, variables: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let rest = command; rest.length > 0; ) {
    const [space] = rest.match(/^\s+/) ?? [];
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      rest = rest.slice(space.length);
      continue;
    }
    const [quoted, single, double] = rest.match(/^'([^']*)'|^"((?:\\.|[^"\\])*)"/) ?? [];
    if (quoted !== undefined) {
      word = (word ?? "") + (single ?? expand(double ?? "", variables));
      rest = rest.slice(quoted.length);
      continue;
    }
    const [plain = rest] = rest.match(/^[^\s'"]+/) ?? [];
    word = (word ?? "") + expand(plain, variables);
    rest = rest.slice(plain.length);
  }
  if (word !== null) words.push(word);
  return words;
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\\(.)|\$(\w+)/g, (_, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const value = variables.get(name);
    if (value === undefined) throw new Error(`the variable ${name} is not set`);
    return value;
  });
}

export interface CurlCall {
  readonly url: string;
  readonly init: RequestInit;
  /** The header that `-w '%header{...}'` prints, or null. */
  readonly printsHeader: string | null;
}

/** What a curl command asks for. */
export function curlCall(words: readonly string[]): CurlCall {
  const [program, ...rest] = words;
  if (program !== "curl") throw new Error(`not curl: ${program}`);
  const headers: Record<string, string> = {};
  const init: RequestInit = { method: "GET", headers };
  let url = "";
  let printsHeader: string | null = null;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const next = (): string => rest.shift() ?? "";
    if (word === "-s" || word === "-sN") continue;
    if (word === "-o") next();
    else if (word === "-X") init.method = next();
    else if (word === "-d") init.body = next();
    else if (word === "-w") printsHeader = next().match(/^%header\{(.*)\}$/)?.[1] ?? null;
    else if (word === "-H") {
      const [name = "", value = ""] = next().split(/:\s*/, 2);
      headers[name] = value;
    } else if (word.startsWith("-")) throw new Error(`curl has no ${word} here`);
    else url = word;
  }
  return { url, init, printsHeader };
}
