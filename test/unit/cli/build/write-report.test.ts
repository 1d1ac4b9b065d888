import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ReportAsk, writeReport } from "../../../../src/cli/build/write-report.ts";
import type { BuildSummary } from "../../../../src/report/summary.ts";
import { leak, pattern } from "../../report/made-report.ts";
import { scratch } from "../../system/scratch.ts";

const summary: BuildSummary = {
  steps: [{ label: "build 2: RUN npm ci", line: 3, ran: "ran", gets: [] }],
  secrets: [{ name: "npm-token", from: "env", reach: undefined, lifeLeftMs: undefined, renewals: 0, steps: 1 }],
  leftOut: [],
  masked: [],
  searched: { layers: 4, bytes: 1_000_000, files: 12, platforms: ["linux/amd64"], values: 1, onRecord: 0 },
  unproven: [],
  published: [],
  result: "leak",
  status: 3,
};

async function written(name: string, over: Partial<ReportAsk> = {}): Promise<string> {
  const path = join(scratch(), name);
  mkdirSync(join(path, ".."), { recursive: true });
  const verdict = {
    leaks: [leak],
    others: [pattern],
    skipped: [],
    leakedBefore: [{ diffId: "sha256:a", createdBy: "RUN make" }],
    unproven: [],
    isComplete: true,
    mayPublish: false,
  };
  const now = Date.UTC(2030, 0, 2, 3, 4, 5);
  await writeReport({ path, summary, verdict, scans: [], name: "app:1", ms: 4000, now, mask: (text) => text, ...over });
  return readFileSync(path, "utf8");
}

describe("the report of a build", () => {
  test("is JSON, with everything that is known of it", async () => {
    const report = JSON.parse(await written("report.json"));
    expect(report).toMatchObject({ version: 1, complete: true, result: "leak", status: 3, leftOut: [] });
    expect(report.findings.map(({ rule }: { rule: string }) => rule)).toEqual(["known-value", "github-token"]);
  });

  test("is a page where its name says so: how the build went, then the findings", async () => {
    const page = await written("report.html");
    for (const text of [
      "<dt>Steps</dt><dd>1 granted: 1 ran</dd>",
      "<dt>Result</dt><dd>LEAK: nothing was published</dd>",
      "<dt>Leaked before</dt><dd>RUN make</dd>",
      'data-rule="known-value"',
      'data-rule="github-token"',
      "2030-01-02T03:04:01Z",
    ]) {
      expect(page).toContain(text);
    }
  });

  test("of a build that failed says that nothing was searched", async () => {
    const failed = { ...summary, result: "failed", searched: undefined, status: 1 } as const;
    const page = await written("report.html", { summary: failed, verdict: undefined });
    expect(page).toContain("the result: it was not searched (failed)");
  });

  test("is masked, whatever stands in it", async () => {
    const page = await written("report.html", { mask: (text) => text.replaceAll("app:1", "[secret x]") });
    expect(page).not.toContain("app:1");
  });
});
