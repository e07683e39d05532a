// The tests that need no broker: plain Node, with the hosts started on loopback where a test needs one.
// The simulator's long runs are a project of their own, because they take every core for themselves.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "core",
          environment: "node",
          setupFiles: ["test/support/property-seed.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/kafka/**", "test/harness/**", "test/sim/runs/**"],
          // Waits in tests have deadlines of their own; these only end a test that hangs.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "sim",
          environment: "node",
          include: ["test/sim/runs/**/*.test.ts"],
          fileParallelism: false,
        },
      },
    ],
  },
});
