import { describe, expect, test } from "vitest";
import { isPlatform, isUnknownPlatform, platformText } from "../../../src/image/platform.ts";
import { missingPlatforms } from "../../../src/image/unmet-choice.ts";

describe("a platform is meant by", () => {
  test.each([
    ["linux/x86_64", "linux/amd64"],
    ["linux/amd64", "linux/x86-64"],
    ["Linux/AMD64", "linux/amd64"],
    ["linux/amd64", "linux/amd64/v1"],
    ["linux/amd64/v3", "linux/amd64"],
    ["linux/arm64", "linux/arm64/v8"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/aarch64/8", "linux/arm64/v8"],
    ["linux/arm64/v9.0", "linux/arm64/v9"],
    ["linux/arm", "linux/arm/v7"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/arm/v6", "linux/arm"],
    ["linux/i386", "linux/386"],
    ["macos/arm64", "darwin/arm64"],
    ["linux/amd64", "amd64"],
    ["linux/x86_64", "amd64"],
    ["windows/amd64", "windows"],
  ])("its other name: %s by %s", (platform, wanted) => {
    expect(isPlatform(platform, wanted)).toBe(true);
  });

  test.each([
    ["linux/amd64/v3", "linux/amd64/v1"],
    ["linux/arm/v6", "linux/arm/v7"],
    ["linux/arm64/v9", "linux/arm64/v8"],
    ["linux/arm64", "linux/arm"],
    ["windows/amd64", "linux/amd64"],
    ["unknown/unknown", "linux/amd64"],
  ])("no name of another: %s by %s", (platform, wanted) => {
    expect(isPlatform(platform, wanted)).toBe(false);
  });
});

test("a platform without a system or an architecture is none", () => {
  expect(platformText("linux", "arm64", "v8")).toBe("linux/arm64/v8");
  expect(platformText("linux", "arm64", undefined)).toBe("linux/arm64");
  expect(platformText("linux", "", "v8")).toBeUndefined();
  expect(platformText(undefined, "amd64", "v2")).toBeUndefined();
});

test("what has an unknown platform on purpose names both parts so", () => {
  expect(isUnknownPlatform("unknown/unknown")).toBe(true);
  expect(isUnknownPlatform("linux/unknown")).toBe(false);
});

describe("where an engine takes an older platform for the one that was chosen, that is told", () => {
  test.each([
    ["linux/amd64", ["linux/amd64/v2", "linux/386"], "linux/386"],
    ["linux/x86_64", ["linux/amd64/v3", "linux/i386"], "linux/i386"],
    ["linux/arm64", ["linux/arm64/v9", "linux/arm/v7"], "linux/arm/v7"],
  ])("%s of %j", (wanted, there, other) => {
    const why = `an engine may take ${other} for it`;
    expect(missingPlatforms({ platforms: [wanted] }, new Set(there))).toEqual([
      { what: `the platform ${wanted}`, why },
    ]);
  });

  test.each([
    ["linux/amd64", ["linux/amd64", "linux/amd64/v2", "linux/386"]],
    ["linux/amd64", ["linux/x86_64", "linux/386"]],
    ["linux/amd64", ["linux/amd64/v2", "windows/386"]],
    ["linux/arm64", ["linux/arm64", "linux/arm/v7"]],
    ["linux/arm", ["linux/arm/v6", "linux/arm64"]],
    ["linux", ["linux/amd64/v2", "linux/386"]],
  ])("%s of %j is what it says", (wanted, there) => {
    expect(missingPlatforms({ platforms: [wanted] }, new Set(there))).toEqual([]);
  });
});
