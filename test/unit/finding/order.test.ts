import { expect, test } from "vitest";
import type { Finding, ImagePlace } from "../../../src/finding/finding.ts";
import { compareFindings, comparePlaces } from "../../../src/finding/order.ts";

function finding(severity: Finding["severity"], where: Finding["where"], rule = "a"): Finding {
  return { rule, severity, message: "", remedy: "", fingerprint: "", where };
}

test("the worst comes first, then places in the image's own order", () => {
  const layer = (index: number, path: string, offset = 0): ImagePlace => ({
    surface: "layer",
    platform: "linux/amd64",
    layer: { index },
    path,
    offset,
  });
  const sorted = [
    finding("error", { surface: "config", platform: "linux/amd64", path: "config.Env.A" }),
    finding("error", layer(0, "a")),
    finding("error", layer(0, "b", 1)),
    finding("error", layer(0, "b", 2)),
    finding("error", layer(0, "b", 2), "b"),
    finding("error", layer(1, "a")),
    finding("error", { ...layer(0, "a"), platform: "linux/arm64" }),
    finding("warning", layer(0, "a")),
    finding("info", layer(0, "a")),
  ];
  for (let round = 0; round < 20; round++) {
    const shuffled = [...sorted].sort(() => Math.random() - 0.5);
    expect(shuffled.sort(compareFindings)).toEqual(sorted);
  }
});

test("places in files go by line and column", () => {
  const at = (line: number, column: number) => ({ file: "Dockerfile", line, column, endLine: line, endColumn: column });
  expect([at(10, 1), at(2, 5), at(2, 3)].sort(comparePlaces)).toEqual([at(2, 3), at(2, 5), at(10, 1)]);
  expect(comparePlaces(at(1, 1), { surface: "layer" })).toBeLessThan(0);
});
