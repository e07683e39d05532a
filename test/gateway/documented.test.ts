/** The tour of the documentation: every example is run, in order, and answered as the comment below it says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";
import { curlCall, shellWords } from "./shell-words.ts";

const PAGE = readFileSync(new URL("../../docs/http-api.md", import.meta.url), "utf8");
const LINES = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
  block.trimEnd().split("\n"),
);

const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
const gateway = new LiveGateway(71, { properties });
const variables = new Map<string, string>();

async function run(command: string): Promise<{ response: Response; printed: string | null }> {
  const { url, init, printsHeader } = curlCall(shellWords(command, variables));
  const response = await gateway.raw(url, init);
  return { response, printed: printsHeader === null ? null : response.headers.get(printsHeader) };
}

/** `NAME=text`, where the text may be what a command prints: `$(curl ... | jq -r .field)`. */
async function assign(name: string, text: string): Promise<void> {
  const [substitution, command, , field] =
    text.match(/\$\((curl .*?)( \| jq -r \.(\w+))?\)$/) ?? [];
  if (substitution === undefined || command === undefined) {
    variables.set(name, shellWords(text, variables).join(""));
    return;
  }
  const { response, printed } = await run(command);
  const value =
    field === undefined ? printed : ((await response.json()) as Record<string, unknown>)[field];
  expect(value, `${text} prints nothing`).toBeTruthy();
  const before = text.slice(0, -substitution.length);
  variables.set(name, shellWords(before, variables).join("") + String(value));
}

test("every example of the documentation does what it says", async () => {
  let examples = 0;
  for (const [index, line] of LINES.entries()) {
    const assignment = line.match(/^([A-Z]+)=(.*)$/);
    if (assignment !== null) {
      await assign(assignment[1] ?? "", assignment[2] ?? "");
      continue;
    }
    if (line.startsWith("# ")) continue;
    const [, status, body] = LINES[index + 1]?.match(/^# (\d{3})(?: (.*))?$/) ?? [];
    expect(status, `nothing says how this is answered: ${line}`).toBeDefined();
    const { response } = await run(line);
    if (body === undefined) {
      expect(`${line}\n# ${response.status}`).toBe(`${line}\n# ${status}`);
      await response.body?.cancel();
    } else {
      const answered = await response.json();
      expect(`# ${response.status}`, `${line} ${JSON.stringify(answered)}`).toBe(`# ${status}`);
      expect(answered, line).toMatchObject(JSON.parse(body));
    }
    examples += 1;
  }
  expect(examples).toBeGreaterThan(50);
});

test("the documentation names every status that a route answers with", () => {
  const statuses = ROUTES.flatMap(({ errors = [] }) => [...errors]);
  for (const status of new Set(statuses))
    expect(PAGE).toMatch(new RegExp(`^\\| ${status} \\|`, "m"));
});
