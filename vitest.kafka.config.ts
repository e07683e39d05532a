/** Owns how the tests against real Apache Kafka run: plain Node, one file at a time, with time for JVMs. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{kafka,harness}/**/*.test.ts"],
    environment: "node",
    pool: "forks",
    globalSetup: ["test/support/kafka/prepare.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
});
