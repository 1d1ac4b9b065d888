import { describe, expect, test } from "vitest";
import type { Finding, ImagePlace, Severity } from "../../../src/finding/finding.ts";
import { leakedLayers, reachVerdict } from "../../../src/gate/verdict.ts";
import type { ImageScan, ScannedLayer } from "../../../src/scan/image-scan.ts";

const layer = (index: number, diffId: string): ScannedLayer => ({
  index,
  digest: undefined,
  diffId,
  createdBy: `RUN ${diffId}`,
  historyIndex: undefined,
  wasSearched: true,
  bytes: 1,
});

function scan(given: Partial<ImageScan> = {}, diffIds: readonly string[] = []): ImageScan {
  const image = {
    platform: "linux/amd64",
    names: [],
    manifestDigest: undefined,
    configDigest: "",
    history: [],
    layers: diffIds.map((diffId, index) => layer(index, diffId)),
  };
  const stats = { wasSearched: true, bytes: 0, files: 0, layers: 0 };
  return {
    complete: true,
    topDigest: undefined,
    images: [image],
    findings: [],
    skipped: [],
    unopened: [],
    stats,
    ...given,
  };
}

const found = (rule: string, severity: Severity, where: ImagePlace = { surface: "config" }): Finding => ({
  rule,
  severity,
  message: "",
  remedy: "",
  fingerprint: `${rule} ${severity}`,
  where,
});
const proven = { unproven: [], proven: [] };
const leaked = (...ids: string[]) => new Map(ids.map((id) => [id, { state: "leaked" as const, at: "" }]));

describe("the verdict", () => {
  test("on nothing found is that it may be published", () => {
    expect(reachVerdict([scan({}, ["a"])], proven, "refuse", new Map())).toEqual({
      leaks: [],
      others: [],
      skipped: [],
      leakedBefore: [],
      unproven: [],
      isComplete: true,
      mayPublish: true,
    });
  });

  test("blocks a known value whatever its severity, a pattern as an error alone", () => {
    const findings = [
      found("known-value", "info"),
      found("npmrc", "error"),
      found("npmrc", "warning"),
      found("x", "info"),
    ];
    const verdict = reachVerdict([scan({ findings })], proven, "warn", new Map());
    expect(verdict.leaks).toEqual(findings.slice(0, 2));
    expect(verdict.others).toEqual(findings.slice(2));
    expect(verdict.mayPublish).toBe(false);
    expect(reachVerdict([scan({ findings: findings.slice(2) })], proven, "warn", new Map()).mayPublish).toBe(true);
  });

  test("is on all scans together: one that is bad is enough", () => {
    const verdict = reachVerdict(
      [scan(), scan({ findings: [found("known-value", "error")] }), scan()],
      proven,
      "warn",
      new Map(),
    );
    expect(verdict.mayPublish).toBe(false);
  });

  test("blocks what could not be read", () => {
    const skipped = [{ what: "layer 1", why: "corrupt" }];
    const verdict = reachVerdict([scan(), scan({ complete: false, skipped })], proven, "warn", new Map());
    expect(verdict).toMatchObject({ skipped, isComplete: false, mayPublish: false, leaks: [] });
  });

  test("blocks a layer that leaked before, and names it once, whatever platforms have it", () => {
    const scans = [scan({}, ["a", "b"]), scan({}, ["b", "c"])];
    const verdict = reachVerdict(scans, proven, "warn", leaked("b", "elsewhere"));
    expect(verdict.leakedBefore).toEqual([{ diffId: "b", createdBy: "RUN b" }]);
    expect(verdict.mayPublish).toBe(false);
  });

  test("does not name a layer twice where its leak is found again", () => {
    const layer = { index: 0, diffId: "b" };
    const findings = [{ ...found("known-value", "error"), where: { surface: "layer" as const, layer } }];
    const verdict = reachVerdict([scan({ findings }, ["b"])], proven, "warn", leaked("b"));
    expect(verdict).toMatchObject({ leaks: findings, leakedBefore: [], mayPublish: false });
  });

  test("blocks steps that are not proven only where that is refused", () => {
    const cached = { unproven: ["build 1"], proven: [] };
    expect(reachVerdict([scan()], cached, "refuse", new Map()).mayPublish).toBe(false);
    expect(reachVerdict([scan()], cached, "warn", new Map()).mayPublish).toBe(true);
    expect(reachVerdict([scan()], cached, "rerun", new Map()).unproven).toEqual(["build 1"]);
  });
});

test("the layers of known values are all their places, each once; a pattern is found again each time", () => {
  const at = (diffId?: string): ImagePlace => ({
    surface: "layer",
    layer: { index: 0, ...(diffId === undefined ? {} : { diffId }) },
  });
  const leaks = [
    { ...found("known-value", "error", at("a")), places: [at("b"), at("a"), at()] },
    found("known-value", "error", { surface: "config" }),
    found("known-value", "error", at("c")),
    found("private-key", "error", at("d")),
  ];
  expect(leakedLayers(leaks)).toEqual(["a", "b", "c"]);
  expect(leakedLayers([])).toEqual([]);
});
