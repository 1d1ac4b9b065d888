import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../../src/finding/fingerprint.ts";

const place = { surface: "layer", path: "etc/a", inner: ["b"] } as const;

describe("a fingerprint", () => {
  test("is the same whatever a rebuild changes", () => {
    const rebuilt = {
      ...place,
      platform: "linux/arm64",
      layer: { index: 3, digest: "sha256:1", createdBy: "RUN x" },
      offset: 7,
      line: 2,
      deletedIn: 4,
    };
    expect(fingerprintOf("known-value", "a", rebuilt)).toBe(fingerprintOf("known-value", "a", place));
    expect(fingerprintOf("rule", "", { file: "Dockerfile", line: 1, column: 1, endLine: 1, endColumn: 2 })).toBe(
      fingerprintOf("rule", "", { file: "Dockerfile", line: 9, column: 3, endLine: 9, endColumn: 4 }),
    );
  });

  test("is another for another rule, secret, path or inner path", () => {
    const all = [
      fingerprintOf("known-value", "a", place),
      fingerprintOf("other", "a", place),
      fingerprintOf("known-value", "b", place),
      fingerprintOf("known-value", "a", { ...place, path: "etc/c" }),
      fingerprintOf("known-value", "a", { ...place, inner: ["c"] }),
      fingerprintOf("known-value", "a", { ...place, surface: "path" }),
    ];
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{32}$/);
  });
});
