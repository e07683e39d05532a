#!/usr/bin/env node
// The `quorate` command.

import { Command, InvalidArgumentError } from "commander";
import { startBridge } from "./bridge.ts";
import { addClientCommands } from "./command/client-commands.ts";
import { checkPortsFree } from "./ports.ts";
import { start } from "./start.ts";

const MAX_CONTROLLERS = 9;

interface BridgeCommand {
  url: string;
  kafkaPort: number;
  controllers: number;
  token?: string;
}

const program = new Command("quorate")
  .description("A KRaft controller quorum without servers")
  .showHelpAfterError();

program
  .command("start")
  .description("run a quorum of three controllers on this machine")
  .option("--data <folder>", "where the data is kept", ".quorate")
  .option("--http-port <port>", "port of the HTTP API", portOf, 8080)
  .option(
    "--kafka-port <port>",
    "Kafka port of the first controller; the others follow",
    portOf,
    9093,
  )
  .option("--processes", "run each controller in a process of its own", false)
  .option(
    "--property <name=value>",
    "a controller property, as in server.properties; may be given again",
    addProperty,
    {},
  )
  .action(async ({ property, ...options }) => {
    const stopped = whenStopped();
    const quorum = await start({ ...options, properties: property }, (line) => console.log(line));
    await stopped;
    await quorum.close();
  });

program
  .command("bridge")
  .description("let brokers on this machine reach controllers elsewhere")
  .requiredOption("--url <url>", "base URL of the gateway", urlOf)
  .option(
    "--kafka-port <port>",
    "local port of the first controller; the others follow",
    portOf,
    9093,
  )
  .option("--controllers <count>", "number of controllers", countOf, 3)
  .option("--token <text>", "access token that opens the connections (or QUORATE_TOKEN)")
  .action(async (options: BridgeCommand) => {
    const ids = Array.from({ length: options.controllers }, (_, index) => index + 1);
    const ports = new Map(ids.map((id) => [id, options.kafkaPort + id - 1]));
    const print = (line: string): void => console.log(line);
    await checkPortsFree([...ports.values()].map((port) => ({ option: "--kafka-port", port })));
    const bridge = await startBridge({
      url: options.url,
      ports,
      token: options.token ?? process.env.QUORATE_TOKEN,
      print,
    });
    for (const [id, port] of ports) print(`controller ${id}: 127.0.0.1:${port} -> ${options.url}`);
    await whenStopped();
    await bridge.close();
  });

addClientCommands(program);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

/** Resolves at the first signal to stop; the second one ends the command as it always does. */
function whenStopped(): Promise<void> {
  return new Promise((stopped) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stopped());
  });
}

function portOf(text: string): number {
  const port = Number(text);
  // Room for the ports that follow the first.
  if (Number.isInteger(port) && port >= 1 && port <= 65_535 - MAX_CONTROLLERS) return port;
  throw new InvalidArgumentError("not a port");
}

function addProperty(text: string, before: Record<string, string>): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("not name=value");
  return { ...before, [name.trim()]: value };
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_CONTROLLERS) return count;
  throw new InvalidArgumentError(`not a number from 1 to ${MAX_CONTROLLERS}`);
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^(http|ws)s?:$/.test(url.protocol)) return text;
  throw new InvalidArgumentError("not an http or ws URL");
}
