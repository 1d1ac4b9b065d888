import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

type Count = { passed: number; failed: number };

/**
 * Ends a run with one line that people and machines read, and fails a run in which a test was skipped. With
 * CLOSING_TALLY, a file, the line counts the runs before this one too.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) states[test.result().state]++;
      if (module.state() === "failed" && tests.every((test) => test.result().state !== "failed")) states.failed++;
    }
    const skipped = states.skipped + states.pending;
    if (skipped > 0) {
      process.stdout.write(`\nA skipped test counts as a failure here: ${skipped} skipped.\n`);
      process.exitCode = 1;
    }
    const before = tallyBefore();
    const count = { passed: before.passed + states.passed, failed: before.failed + states.failed + skipped };
    const tally = process.env["CLOSING_TALLY"];
    if (tally !== undefined) writeFileSync(tally, JSON.stringify(count));
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed\n`);
  }
}

function tallyBefore(): Count {
  const tally = process.env["CLOSING_TALLY"];
  if (tally === undefined || !existsSync(tally)) return { passed: 0, failed: 0 };
  const text = readFileSync(tally, "utf8");
  return text === "" ? { passed: 0, failed: 0 } : (JSON.parse(text) as Count);
}
