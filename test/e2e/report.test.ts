import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGrantedBuild } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import type { Engine } from "./service/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

const place = () => ({ engine, base: "buildseal/busybox", flags: [] });
const summaryOf = (stderr: string): string[] => stderr.split("\n").filter((line) => /^buildseal {2}\w/.test(line));

describe("the report at the end", () => {
  test("is six lines: steps, secrets, renewals, masked values, what was searched, result", async () => {
    const { build, word } = await createGrantedBuild(place(), ["RUN granted && cat $token", "RUN granted && true"]);
    const outcome = await build(["-t", `reported:${word}`], { report: true });
    expect(outcome.status, outcome.output).toBe(0);
    const lines = summaryOf(outcome.stderr);
    expect(lines.map((line) => line.split(/\s+/)[1])).toEqual([
      "steps",
      "secrets",
      "renewed",
      "masked",
      "searched",
      "result",
    ]);
    expect(lines[0]).toContain("2 granted");
    expect(lines[1]).toMatch(/token \(env/);
    expect(lines[3]).toMatch(/token 1 time/);
    expect(lines[4]).toMatch(/\d+ layers/);
    expect(lines[5]).toContain("clean");
  });

  test("has all of it as JSON in a file, without one value", async () => {
    const { build, word } = await createGrantedBuild(place(), [
      "RUN granted && cat $token && cat $token >/left-behind",
    ]);
    const { status, report, output } = await build(["-t", `reported:${word}`], { report: true });
    expect(status, output).toBe(3);
    expect(report.version).toBe(1);
    expect(report.tool.name).toBe("buildseal");
    expect(report.complete).toBe(true);
    const [finding] = report.findings;
    expect(finding).toMatchObject({
      rule: "known-value",
      severity: "error",
      secret: { name: "token", encoding: "raw" },
    });
    expect(finding.where).toMatchObject({ surface: "layer", path: expect.stringContaining("left-behind") });
    expect(finding.where.layer).toMatchObject({ index: 2, diffId: expect.stringMatching(/^sha256:/) });
    expect(finding.remedy).toBeTruthy();
    expect(JSON.stringify(report)).toContain("masked");
  });

  test("is written of a build that fails too", async () => {
    const { build } = await createGrantedBuild(place(), ["RUN granted && exit 3"]);
    const { status, report, output } = await build([], { report: true });
    expect(status, output).toBe(1);
    expect(report.version).toBe(1);
  });
});
