import { defineConfig } from "vitest/config";

/** End-to-end tests that need no engine: nothing keeps them from running side by side, and beside the unit tests. */
const withoutEngine = [
  "bad-input",
  "explain",
  "lint",
  "scan-bad-input",
  "scan-bomb",
  "scan-crafted",
  "scan-needle",
  "scan-registry",
  "scan-rule",
  "scan-start",
].map((name) => `test/e2e/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          globalSetup: ["test/unit/bundle.ts"],
          testTimeout: 20_000,
        },
      },
      { test: { name: "architecture", include: ["test/architecture.test.ts"] } },
      { test: { name: "files", include: withoutEngine, testTimeout: 300_000, hookTimeout: 900_000 } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: withoutEngine,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
