/** Owns what Kafka's programs log: warnings everywhere, and the few lines that tell how a node is doing. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "./releases.ts";

// The lifecycle class moved between packages from release to release.
const NODE_LOGGERS = [
  "kafka.server.KafkaRaftServer",
  "kafka.server.BrokerLifecycleManager",
  "org.apache.kafka.server.BrokerLifecycleManager",
];
const PATTERN = "[%d{HH:mm:ss.SSS}] %p %m (%c)%n";

/** Writes a server node's logging configuration into `folder` and returns the JVM flag that selects it. */
export function nodeLogging(release: Release, folder: string): string {
  return writeLogging(release, {
    folder,
    target: "System.out",
    level: "WARN",
    informed: NODE_LOGGERS,
  });
}

/** Writes a tool's logging configuration into `folder`: errors only, beside what the tool prints. */
export function toolLogging(release: Release, folder: string): string {
  return writeLogging(release, { folder, target: "System.err", level: "ERROR", informed: [] });
}

interface Logging {
  readonly folder: string;
  readonly target: "System.out" | "System.err";
  readonly level: string;
  readonly informed: readonly string[];
}

function writeLogging(release: Release, logging: Logging): string {
  const file = join(logging.folder, `${release.logging}-${logging.level}.properties`);
  const lines = release.logging === "log4j2" ? log4j2(logging) : reload4j(logging);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return release.logging === "log4j2"
    ? `-Dlog4j2.configurationFile=${file}`
    : `-Dlog4j.configuration=file:${file}`;
}

function log4j2({ target, level, informed }: Logging): string[] {
  return [
    "status=error",
    "appender.console.type=Console",
    "appender.console.name=console",
    `appender.console.target=${target === "System.out" ? "SYSTEM_OUT" : "SYSTEM_ERR"}`,
    "appender.console.layout.type=PatternLayout",
    `appender.console.layout.pattern=${PATTERN}`,
    `rootLogger.level=${level}`,
    "rootLogger.appenderRef.console.ref=console",
    ...informed.flatMap((name, i) => [`logger.l${i}.name=${name}`, `logger.l${i}.level=INFO`]),
  ];
}

function reload4j({ target, level, informed }: Logging): string[] {
  return [
    `log4j.rootLogger=${level}, console`,
    "log4j.appender.console=org.apache.log4j.ConsoleAppender",
    `log4j.appender.console.target=${target}`,
    "log4j.appender.console.layout=org.apache.log4j.PatternLayout",
    `log4j.appender.console.layout.ConversionPattern=${PATTERN}`,
    ...informed.map((name) => `log4j.logger.${name}=INFO`),
  ];
}
