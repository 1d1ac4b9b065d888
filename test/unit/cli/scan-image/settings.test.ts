import { describe, expect, test } from "vitest";
import { parseScanCommand } from "../../../../src/cli/scan-image/arguments.ts";
import { settingsOf } from "../../../../src/cli/scan-image/settings.ts";

function settings(words: readonly string[], scan: Parameters<typeof settingsOf>[1] = {}) {
  const command = parseScanCommand([...words, "image"]);
  if (command === "help") throw new Error("not asked for");
  return settingsOf(command, scan, "/work/app/buildseal.yaml");
}

describe("how an image is scanned", () => {
  test("is by every rule, for errors, where nobody says anything", () => {
    expect(settings([])).toEqual({
      failOn: "error",
      only: { rules: [], from: "scan.only" },
      ruleFiles: [],
      skipPaths: [],
      baseline: undefined,
      ignore: undefined,
    });
  });

  test("is by the configuration, whose paths are from its own folder on", () => {
    const ignore = [{ rule: "netrc", path: "a", reason: "x" }];
    expect(
      settings([], { failOn: "warning", baseline: "b.json", skipPaths: ["usr/share"], rules: ["r.yaml"], ignore }),
    ).toMatchObject({
      failOn: "warning",
      baseline: "/work/app/b.json",
      skipPaths: ["usr/share"],
      ruleFiles: ["/work/app/r.yaml"],
      ignore: { entries: ignore, file: "/work/app/buildseal.yaml" },
    });
    expect(settings([], { ignore: "i.yaml" }).ignore).toBe("/work/app/i.yaml");
  });

  test("is by the flags before it; rules and paths of both count", () => {
    const words = ["--fail-on=never", "--baseline=x.json", "--ignore=i.yaml", "--skip-path=a", "--rule=mine.yaml"];
    expect(
      settings(words, { failOn: "info", baseline: "b.json", ignore: "j.yaml", skipPaths: ["b"], rules: ["r.yaml"] }),
    ).toMatchObject({
      failOn: "never",
      baseline: "x.json",
      ignore: "i.yaml",
      skipPaths: ["a", "b"],
      ruleFiles: ["mine.yaml", "/work/app/r.yaml"],
    });
  });

  test("leaves known values out by a flag alone, never by a file of the checkout", () => {
    expect(settings([], { only: ["netrc"] }).only.rules).toEqual(["netrc", "known-value"]);
    expect(settings(["--only", "netrc,npmrc", "--only=private-key"], { only: ["netrc"] }).only).toEqual({
      rules: ["netrc", "npmrc", "private-key"],
      from: "--only",
    });
  });
});

describe("a command line that makes no sense", () => {
  test.each([
    [["a", "b"], "One image at a time"],
    [[], "No image is named"],
    [["-", "--needles=-"], "cannot both come on stdin"],
    [["a", "--needles=x", "--only=netrc"], "--only leaves that out"],
    [["a", "--only=netrc,"], "a rule that is empty"],
    [["a", "--format=text", "--format=json"], "Two formats would go to one place"],
    [["a", "--format=json=x", "--format=sarif=x"], "Two formats would go to x"],
    [["a", "--format=json=x", "-o", "y"], "--output has nothing to write"],
    [["a", "--format=yaml"], "--format is one of"],
    [["a", "--verify=gcp"], "--verify is one of aws"],
    [["a", "--fail-on=critical"], "--fail-on is one of"],
  ])("%j is refused", (words, message) => {
    expect(() => parseScanCommand(words)).toThrow(message);
  });
});
