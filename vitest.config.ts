import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** End-to-end tests that need no engine: nothing keeps them from running side by side, and beside the unit tests. */
const withoutEngine = [
  "bad-input",
  "explain",
  "lint",
  "policy-check",
  "scan-bad-input",
  "scan-bomb",
  "scan-crafted",
  "scan-needle",
  "scan-registry",
  "scan-rule",
  "scan-start",
].map((name) => `test/e2e/${name}.test.ts`);

/** Those that look for what is left on the whole machine, at how long something takes, or empty a builder: one at a time. */
const alone = ["extreme", "freshness", "gate-output", "in-flight", "kill", "scan-interrupted", "terminal"].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** Many of these wait for something; of two cores Vitest would use one. */
const manyWorkers = { maxWorkers: Math.max(3, availableParallelism()) };

/** A build on a real engine takes its time. */
const patient = { testTimeout: 300_000, hookTimeout: 900_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          globalSetup: ["test/unit/bundle.ts"],
          // what a file changes of the process it undoes; loading the sources anew for each is a third of the time
          isolate: false,
          testTimeout: 20_000,
          ...manyWorkers,
        },
      },
      { test: { name: "architecture", include: ["test/architecture.test.ts"], ...manyWorkers } },
      { test: { name: "files", include: withoutEngine, ...patient, ...manyWorkers } },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: [...withoutEngine, ...alone],
          globalSetup: ["test/e2e/start-engines.ts"],
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          ...patient,
        },
      },
      {
        test: {
          name: "e2e-alone",
          include: alone,
          globalSetup: ["test/e2e/start-engines.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...patient,
        },
      },
    ],
  },
});
