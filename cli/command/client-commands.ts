// The commands that ask a quorum over HTTP, wherever it is.

import { type Command, InvalidArgumentError } from "commander";
import { QuorateClient } from "../../src/client/quorate-client.ts";
import { explain } from "./explain.ts";
import { logLines } from "./log.ts";
import { statusLines, topicLines } from "./status.ts";
import { createToken, revokeToken, rotateToken, type Shown, tokenLines } from "./token.ts";

interface Access {
  readonly url: string;
  readonly token?: string;
}

interface LogOptions extends Access {
  readonly follow: boolean;
  readonly from?: number;
  readonly type?: string[];
  readonly topic?: string;
  readonly broker?: number;
}

interface CreateOptions extends Access {
  readonly principal?: string;
  readonly description?: string;
  readonly expiresIn?: number;
}

/** Somebody waits for the answer, which a gateway without a leader takes 5 s to give. */
const TIMEOUT_MS = 15_000;
const MAX_TRIES = 2;

export function addClientCommands(program: Command): void {
  ask(
    program,
    "status",
    "show the leader, the controllers, the brokers and what is offline",
  ).action(run(async (client) => print(await statusLines(client))));
  ask(program, "topics", "list the topics").action(
    run(async (client) => print(await topicLines(client))),
  );
  ask(program, "log", "print the metadata log, one record to a line")
    .option("--follow", "go on with what is committed from now on", false)
    .option("--from <offset>", "where to begin", wholeNumber)
    .option("--type <types>", "only records of these types, separated by commas", words)
    .option("--topic <name>", "only records about this topic")
    .option("--broker <id>", "only records about this broker", wholeNumber)
    .action(run(printLog));
  const token = program.command("token").description("make, list, rotate and revoke access tokens");
  ask(token, "create", "make an access token and print it")
    .option("--principal <name>", "whose it is, such as User:alice; your own when absent")
    .option("--description <text>", "what it is for")
    .option("--expires-in <seconds>", "how long it is good; for ever when absent", wholeNumber)
    .action(
      run<CreateOptions>(async (client, { principal, description, expiresIn }) =>
        show(await createToken(client, { principal, description, expires_in_seconds: expiresIn })),
      ),
    );
  ask(token, "list", "list access tokens, without their secrets").action(
    run(async (client) => print(await tokenLines(client))),
  );
  ask(token, "rotate <token-id>", "give an access token another secret and print it")
    .option("--overlap <seconds>", "how long the secret before is good", wholeNumber, 0)
    .action((id: string, options: Access & { overlap: number }) =>
      run(async (client) => show(await rotateToken(client, id, options.overlap)))(options),
    );
  ask(token, "revoke <token-id>", "revoke an access token").action((id: string, options: Access) =>
    run(async (client) => show(await revokeToken(client, id)))(options),
  );
}

function ask(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--url <url>", "base URL of the gateway", "http://127.0.0.1:8080")
    .option("--token <text>", "access token (or QUORATE_TOKEN)");
}

/** An action with a client, whose failure is one line. */
function run<O extends Access>(
  action: (client: QuorateClient, options: O) => Promise<void>,
): (options: O) => Promise<void> {
  return async (options) => {
    try {
      const token = options.token ?? process.env.QUORATE_TOKEN;
      const { url } = options;
      const bounds = { timeoutMs: TIMEOUT_MS, maxTries: MAX_TRIES };
      await action(new QuorateClient({ url, token, ...bounds }), options);
    } catch (error) {
      throw new Error(explain(error), { cause: error });
    }
  };
}

async function printLog(client: QuorateClient, options: LogOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
  // Whoever reads the output may have seen enough: `quorate log | head`.
  process.stdout.once("error", () => process.exit(0));
  const { follow, from, type: types, topic, broker } = options;
  const wanted = { follow, from, types, topic, broker, signal: stop.signal };
  for await (const line of logLines(client, wanted)) console.log(line);
}

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function show({ output, remarks }: Shown): void {
  print(output);
  for (const remark of remarks) console.error(remark);
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("not a whole number");
}

function words(text: string): string[] {
  return text.split(",").map((word) => word.trim());
}
