import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one line that people and machines read, and fails a run in which a test was skipped. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) count.failed++;
    }
    const skipped = count.skipped + count.pending;
    if (skipped > 0) {
      process.stdout.write(`\nA skipped test counts as a failure here: ${skipped} skipped.\n`);
      process.exitCode = 1;
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed + skipped} failed\n`);
  }
}
