import { describe, expect, test } from "vitest";
import type { Finding, ImagePlace } from "../../../src/finding/finding.ts";
import { listFindings } from "../../../src/scan/list-finding.ts";
import { type IgnoreEntry, suppress } from "../../../src/scan/suppress.ts";

const at = (path: string, inner: string[] = []): ImagePlace => ({ surface: "layer", path, inner });
const found = (rule: string, fingerprint: string, where: ImagePlace, places: ImagePlace[] = []): Finding => ({
  rule,
  severity: "error",
  message: "m",
  remedy: "r",
  fingerprint,
  where,
  ...(places.length === 0 ? {} : { places }),
});
const entry = (over: Partial<IgnoreEntry>): IgnoreEntry => ({
  rule: "private-key",
  reason: "the key of the tests",
  at: { file: "ignore.yaml", line: 3, column: 3 },
  ...over,
});
const today = "2030-06-15";
const key = found("private-key", "f1", at("opt/app/testdata/key.pem"));

function left(findings: readonly Finding[], ignores: readonly IgnoreEntry[]): readonly string[] {
  return suppress(findings, { baseline: [], ignores, today }).fresh.map(({ fingerprint }) => fingerprint);
}

describe("an entry of an ignore list", () => {
  test("ignores its rule at its path, in what is below it, and by fingerprint", () => {
    expect(left([key], [entry({ path: "opt/*/testdata" })])).toEqual([]);
    expect(left([key], [entry({ path: "/opt/app/testdata/key.pem" })])).toEqual([]);
    expect(left([key], [entry({ fingerprint: "f1" })])).toEqual([]);
    const inJar = found("private-key", "f2", at("srv/app.jar", ["META-INF/key.pem"]));
    expect(left([inJar], [entry({ path: "srv/app.jar/META-INF" })])).toEqual([]);
    expect(left([inJar], [entry({ path: "**/key.pem" })])).toEqual([]);
  });

  test("ignores no other rule, path or fingerprint, and both must hold where both are given", () => {
    for (const other of [
      entry({ rule: "netrc", path: "**" }),
      entry({ path: "opt/app/test" }),
      entry({ path: "testdata/**" }),
      entry({ fingerprint: "f" }),
      entry({ path: "opt/**", fingerprint: "f2" }),
    ]) {
      expect(left([key], [other])).toEqual(["f1"]);
    }
  });

  test("ignores a finding only where it covers all its places", () => {
    const twice = found("private-key", "f3", at("testdata/a"), [at("etc/ssl/a")]);
    expect(left([twice], [entry({ path: "testdata" })])).toEqual(["f3"]);
    expect(left([twice], [entry({ path: "**" })])).toEqual([]);
  });

  test("that names a path ignores none that has places which nobody listed, as they may be anywhere", () => {
    const many = { ...found("private-key", "f4", at("testdata/a"), [at("testdata/b")]), unlisted: 3 };
    expect(left([many], [entry({ path: "testdata" })])).toEqual(["f4"]);
    expect(left([many], [entry({ fingerprint: "f4" })])).toEqual([]);
  });

  test("holds on its last day and not on the next one; both are told", () => {
    const last = entry({ path: "opt/**", expires: today });
    const late = entry({ path: "opt/**", expires: "2030-06-14" });
    expect(left([key], [last])).toEqual([]);
    const { fresh, expired } = suppress([key], { baseline: [], ignores: [late], today });
    expect([fresh.length, expired]).toEqual([1, [late]]);
  });

  test("never ignores a known value, nor does a baseline", () => {
    const value = found("known-value", "f9", at("a"));
    const baseline = [{ rule: "known-value", fingerprint: "f9", where: "a" }];
    const { fresh } = suppress([value], { baseline, ignores: [entry({ rule: "known-value", path: "**" })], today });
    expect(fresh).toEqual([value]);
  });
});

describe("what is wrong with the lists", () => {
  const baseline = [
    { rule: "private-key", fingerprint: "gone", where: "etc/old.pem" },
    { rule: "lint-rule", fingerprint: "x", where: "Dockerfile" },
  ];
  const ignores = [entry({ path: "nowhere" }), entry({ path: "opt", expires: "2030-01-01" })];
  const place = { file: "baseline.json", line: 4, column: 1, endLine: 4, endColumn: 2 };
  const told = (isWhole: boolean, ran: string[]) =>
    listFindings(
      suppress([key], { baseline, ignores, today }),
      (rule) => isWhole && ran.includes(rule),
      () => place,
    );

  test("is what has expired, what ignores nothing, and what is there no more, each with its place", () => {
    expect(told(true, ["private-key"]).map(({ rule, severity, where }) => [rule, severity, where])).toEqual([
      ["expired-ignore-entry", "warning", expect.objectContaining({ file: "ignore.yaml", line: 3 })],
      ["unused-ignore-entry", "info", expect.objectContaining({ file: "ignore.yaml", line: 3 })],
      ["unused-baseline-entry", "info", place],
    ]);
    expect(told(true, ["private-key"])[0]!.message).toContain("expired on 2030-01-01");
  });

  test("is said of an entry that covers a part of a finding, with what to do about it", () => {
    const twice = found("private-key", "f3", at("opt/a"), [at("etc/ssl/a")]);
    const suppressed = suppress([twice], { baseline: [], ignores: [entry({ path: "opt" })], today });
    const [told] = listFindings(
      suppressed,
      () => true,
      () => place,
    );
    expect(told).toMatchObject({
      rule: "unused-ignore-entry",
      message: "The entry for private-key at opt covers some places of a finding, and not all",
      remedy: "Name a path that covers them all, or the finding's fingerprint.",
    });
  });

  test("is no entry of a baseline for what an ignore list hides: it is there", () => {
    const known = [{ rule: "private-key", fingerprint: "f1", where: "opt/app/testdata/key.pem" }];
    const { fresh, unusedBaseline } = suppress([key], { baseline: known, ignores: [entry({ path: "opt" })], today });
    expect([fresh, unusedBaseline]).toEqual([[], []]);
  });

  test("is not judged by a scan of a part, nor for rules that did not run", () => {
    expect(told(false, ["private-key"]).map(({ rule }) => rule)).toEqual(["expired-ignore-entry"]);
    expect(told(true, ["netrc"]).map(({ rule }) => rule)).toEqual(["expired-ignore-entry"]);
  });
});
