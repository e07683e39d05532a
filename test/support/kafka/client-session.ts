/**
 * Owns one long-lived JVM of Kafka clients, so that tests drive load without a JVM start for each job.
 * Every answer is the clients' own: what is reported acknowledged was acknowledged to them.
 */
import type { Ranges } from "./ranges.ts";
import { type RunningJob, SessionProcess } from "./session-process.ts";
import type { TopicDescription } from "./tool-output.ts";

/** Where a session's clients connect to. */
export interface SessionOptions {
  /** Brokers, as `host:port,...`. */
  readonly brokers: string;
  /** Controllers, for questions asked with `via: "controllers"`. */
  readonly controllers?: string;
}

/** Which nodes an administrative question goes to. */
export type Via = "brokers" | "controllers";

/** What became of produced messages; message i of a prefix has the value `<prefix>-<i>`. */
export interface Produced {
  readonly sent: number;
  readonly acknowledged: Ranges;
  readonly failures: number;
  readonly lastError: string;
}

/** What a consumer received, by prefix. */
export interface Consumed {
  readonly consumed: number;
  readonly duplicates: number;
  readonly received: Readonly<Record<string, Ranges>>;
}

/** The quorum as an admin client sees it. */
export interface QuorumView {
  readonly leader: number;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly voters: readonly { readonly id: number; readonly logEndOffset: number }[];
  readonly observers: readonly { readonly id: number; readonly logEndOffset: number }[];
}

/** One attempt of a creation load. */
export interface CreateEvent {
  readonly topic: string;
  readonly acknowledged: boolean;
  readonly error?: string;
}

const START_TIMEOUT_MS = 120_000;
// What an answer may take beyond the deadline that its command has itself.
const ANSWER_MARGIN_MS = 60_000;

/** Typed calls into a session; they may overlap. */
export class ClientSession {
  readonly #process: SessionProcess;

  private constructor(process: SessionProcess) {
    this.#process = process;
  }

  /** Starts the JVM and waits until it takes commands; it need not reach any node yet. */
  static async start(
    options: SessionOptions,
    timeoutMs = START_TIMEOUT_MS,
  ): Promise<ClientSession> {
    const { brokers, controllers = "-" } = options;
    return new ClientSession(
      await SessionProcess.start("Session.java", [brokers, controllers], timeoutMs),
    );
  }

  /** Creates a topic; rejects with the broker's error name first in the message. */
  async createTopic(
    topic: string,
    options: {
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly configs?: Readonly<Record<string, string>>;
    },
  ): Promise<void> {
    await this.ask("create", { topic, ...options });
  }

  /** Deletes a topic. */
  async deleteTopic(topic: string): Promise<void> {
    await this.ask("delete", { topic });
  }

  /** Returns the names of all topics that are not internal, in order. */
  async listTopics(): Promise<string[]> {
    return ((await this.ask("topics")) as { topics: string[] }).topics;
  }

  /** Returns where a topic's partitions are. */
  async describeTopic(topic: string): Promise<TopicDescription> {
    return {
      topic,
      ...((await this.ask("describe", { topic })) as Omit<TopicDescription, "topic">),
    };
  }

  /** Returns the nodes that clients are told of: unfenced brokers, or voters when asked of controllers. */
  async cluster(
    via: Via = "brokers",
  ): Promise<{ clusterId: string; controller: number; nodes: number[] }> {
    return (await this.ask("cluster", { via })) as Awaited<ReturnType<ClientSession["cluster"]>>;
  }

  /** Returns the quorum's leader, epoch and replicas. */
  async quorum(via: Via = "brokers"): Promise<QuorumView> {
    return (await this.ask("quorum", { via })) as QuorumView;
  }

  /** Produces `count` messages with acks=all and waits for the fate of each. */
  async produce(
    topic: string,
    options: {
      readonly count: number;
      readonly prefix: string;
      readonly client?: Readonly<Record<string, string>>;
    },
    timeoutMs?: number,
  ): Promise<Produced> {
    return (await this.ask("produce", { topic, ...options }, timeoutMs)) as Produced;
  }

  /** Consumes as a member of a group from its position on, until `count` messages or the deadline. */
  async consume(
    topic: string,
    options: {
      readonly group: string;
      readonly count: number;
      readonly timeoutMs?: number;
      readonly isolation?: "read_committed" | "read_uncommitted";
      readonly client?: Readonly<Record<string, string>>;
    },
  ): Promise<Consumed> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const answer = await this.ask(
      "consume",
      { topic, ...options, timeoutMs },
      timeoutMs + ANSWER_MARGIN_MS,
    );
    return answer as Consumed;
  }

  /** Produces in transactions, of which every `abortEvery`-th is aborted. */
  async transact(
    topic: string,
    options: {
      readonly transactionalId: string;
      readonly prefix: string;
      readonly transactions: number;
      readonly messagesPerTransaction: number;
      readonly abortEvery?: number;
      readonly client?: Readonly<Record<string, string>>;
    },
    timeoutMs?: number,
  ): Promise<{ committed: Ranges; aborted: number }> {
    const answer = await this.ask("transact", { topic, ...options }, timeoutMs);
    return answer as { committed: Ranges; aborted: number };
  }

  /** Creates topics `<prefix>-0`, `<prefix>-1` ... one after another until it is stopped. */
  createLoad(options: {
    readonly prefix: string;
    readonly partitions: number;
    readonly replicationFactor: number;
    readonly intervalMs?: number;
  }): RunningJob<CreateEvent, { failed: string[] }> {
    return this.#process.startJob("create-until-stopped", { intervalMs: 0, ...options });
  }

  /** Produces a message every `intervalMs` until it is stopped. */
  produceLoad(
    topic: string,
    options: {
      readonly prefix: string;
      readonly intervalMs?: number;
      readonly client?: Readonly<Record<string, string>>;
    },
  ): RunningJob<never, Produced> {
    return this.#process.startJob("produce", { topic, intervalMs: 5, ...options });
  }

  /** Sends a command that has no method here and returns its answer's fields. */
  async ask(
    command: string,
    fields: Readonly<Record<string, unknown>> = {},
    timeoutMs?: number,
  ): Promise<unknown> {
    return await this.#process.ask(command, fields, timeoutMs);
  }

  /** Ends the JVM and waits until it is gone. */
  async close(): Promise<void> {
    await this.#process.close();
  }
}
