/** Owns running Kafka's stock command-line tools, each in a JVM of its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { classDataFlags } from "./class-data.ts";
import { type ProgramResult, runJava } from "./jvm.ts";
import { toolLogging } from "./logging.ts";
import { cacheFolder, fetchRelease, type Release, toolRelease } from "./releases.ts";

/** Each tool's main class; where it lived before it moved comes second, for older releases. */
export const MAIN_CLASSES = {
  AclCommand: ["org.apache.kafka.tools.AclCommand", "kafka.admin.AclCommand"],
  BrokerApiVersionsCommand: [
    "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka.admin.BrokerApiVersionsCommand",
  ],
  ClusterTool: ["org.apache.kafka.tools.ClusterTool"],
  ConfigCommand: ["kafka.admin.ConfigCommand", "org.apache.kafka.tools.ConfigCommand"],
  ConsoleConsumer: ["org.apache.kafka.tools.consumer.ConsoleConsumer"],
  ConsoleProducer: ["org.apache.kafka.tools.ConsoleProducer", "kafka.tools.ConsoleProducer"],
  ConsumerGroupCommand: ["org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"],
  ConsumerPerformance: ["org.apache.kafka.tools.ConsumerPerformance"],
  DelegationTokenCommand: ["org.apache.kafka.tools.DelegationTokenCommand"],
  DumpLogSegments: ["org.apache.kafka.tools.DumpLogSegments", "kafka.tools.DumpLogSegments"],
  FeatureCommand: ["org.apache.kafka.tools.FeatureCommand"],
  GetOffsetShell: ["org.apache.kafka.tools.GetOffsetShell"],
  LeaderElectionCommand: ["org.apache.kafka.tools.LeaderElectionCommand"],
  LogDirsCommand: ["org.apache.kafka.tools.LogDirsCommand"],
  MetadataQuorumCommand: ["org.apache.kafka.tools.MetadataQuorumCommand"],
  MetadataShell: ["org.apache.kafka.shell.MetadataShell"],
  ProducerPerformance: ["org.apache.kafka.tools.ProducerPerformance"],
  ReassignPartitionsCommand: ["org.apache.kafka.tools.reassign.ReassignPartitionsCommand"],
  StorageTool: ["kafka.tools.StorageTool"],
  TopicCommand: ["org.apache.kafka.tools.TopicCommand"],
  TransactionsCommand: ["org.apache.kafka.tools.TransactionsCommand"],
} as const satisfies Record<string, readonly string[]>;

/** A stock tool, by the name of its class. */
export type ToolName = keyof typeof MAIN_CLASSES;

/** How to run a tool. */
export interface ToolOptions {
  readonly timeoutMs?: number;
  /** What the tool reads on stdin, such as ConsoleProducer's messages. */
  readonly input?: string;
  /** The release whose tool to run; by default the pinned tool release or KAFKA_HOME. */
  readonly version?: string;
}

const TIMEOUT_MS = 60_000;

/** Runs a tool to its end; a tool that fails is a result, not an exception. */
export async function runTool(
  tool: ToolName,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ProgramResult> {
  const { version, input = "", timeoutMs = TIMEOUT_MS } = options;
  const release = await (version === undefined ? toolRelease() : fetchRelease(version));
  const flags = await toolFlags(release);
  for (const [i, mainClass] of MAIN_CLASSES[tool].entries()) {
    const result = await runJava(
      { classpath: release.classpath, flags, command: [mainClass, ...args] },
      { timeoutMs, input },
    );
    const isMissing = result.stderr.includes(`Could not find or load main class ${mainClass}`);
    if (!isMissing || i === MAIN_CLASSES[tool].length - 1) return result;
  }
  throw new Error(`Cannot run ${tool}: it has no main class.`);
}

/** Runs a tool that must succeed and returns its stdout; throws with all it printed otherwise. */
export async function runToolOk(
  tool: ToolName,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  const result = await runTool(tool, args, options);
  if (result.exitCode === 0) return result.stdout;
  throw new Error(
    `Cannot run ${tool} ${args.join(" ")}: it ended with ${result.exitCode}.\n${result.stdout}${result.stderr}`,
  );
}

/** JVM flags for tools and clients: quiet, small, and with the release's class data. */
export async function toolFlags(release: Release): Promise<string[]> {
  const folder = join(cacheFolder(), "logging");
  mkdirSync(folder, { recursive: true });
  return ["-Xmx256m", toolLogging(release, folder), ...(await classDataFlags(release))];
}
