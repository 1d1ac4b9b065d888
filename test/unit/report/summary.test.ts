import { describe, expect, test } from "vitest";
import { type BuildSummary, printSummary } from "../../../src/report/summary.ts";

const hour = 3_600_000;
const quiet: BuildSummary = {
  steps: [],
  secrets: [],
  leftOut: [],
  masked: [],
  searched: { layers: 1, bytes: 0, files: 1, platforms: ["linux/amd64"], values: 0, onRecord: 0 },
  unproven: [],
  published: [],
  result: "clean",
  status: 0,
};
const step = (ran: BuildSummary["steps"][number]["ran"]) => ({ label: "s", line: 1, ran, gets: [] });
const granted: BuildSummary = {
  ...quiet,
  steps: [step("ran"), step("ran"), step("from the cache"), step("not reached")],
  secrets: [
    { name: "aws", from: "irsa", reach: "arn:aws:iam::1:role/ci", lifeLeftMs: 23 * hour, renewals: 2, steps: 3 },
    { name: "npm", from: "env", reach: undefined, lifeLeftMs: undefined, renewals: 0, steps: 1 },
  ],
  masked: [
    { name: "npm", encoding: "raw", count: 1, step: "web 2: RUN npm ci" },
    { name: "npm", encoding: "base64", count: 1200, step: "Docker's own output" },
  ],
  searched: {
    layers: 14,
    bytes: 522_400_000,
    files: 12_401,
    platforms: ["linux/amd64", "linux/arm64"],
    values: 3,
    onRecord: 12,
  },
  published: ["tagged app:1", "pushed r/app:1"],
};

const rowOf = (summary: BuildSummary, name: string): string =>
  new RegExp(`^buildseal  ${name} +(.*)$`, "m").exec(printSummary(summary))![1]!;

describe("the lines at a build's end", () => {
  test("are six, of a build that granted something", () => {
    expect(printSummary(granted)).toBe(
      `buildseal  steps    4 granted: 2 ran; 1 from the cache; 1 not reached
buildseal  secrets  aws (irsa, arn:aws:iam::1:role/ci, 23 hours left) to 3 steps; npm (env, no known end) to 1 step
buildseal  renewed  aws 2 times
buildseal  masked   npm 1 time in web 2: RUN npm ci; npm as base64 1,200 times in Docker's own output
buildseal  searched 14 layers for 2 platforms, 12,401 files, 522 MB for 3 values and patterns; 12 of the layers are on record as searched for the same
buildseal  result   clean; tagged app:1; pushed r/app:1
`,
    );
  });

  test("are two, of one that granted nothing", () => {
    expect(printSummary(quiet)).toBe(
      "buildseal  searched 1 layer, 1 file, 0 kB for 0 values and patterns\nbuildseal  result   clean\n",
    );
  });

  test("say what was left out for want of an identity", () => {
    const summary = { ...quiet, leftOut: [{ name: "aws-identity", reason: "no variable is set" }] };
    expect(rowOf(summary, "steps")).toBe("none was granted anything");
    expect(rowOf(summary, "secrets")).toBe("no aws-identity: no variable is set");
    expect(rowOf(summary, "masked")).toBe("nothing: no value was printed");
    expect(rowOf(summary, "renewed")).toBe("nothing had to be");
  });

  test("say of many masked values three, and how many more", () => {
    const masked = Array.from({ length: 5 }, (_, at) => ({
      name: `s${at}`,
      encoding: "raw" as const,
      count: 1,
      step: "x",
    }));
    expect(rowOf({ ...granted, masked }, "masked")).toMatch(/s2 1 time in x; 2 more$/);
  });

  test("say what is not proven, in both places", () => {
    const summary = { ...granted, unproven: ["s"] };
    expect(rowOf(summary, "steps")).toContain("1 from the cache, 1 of them not proven");
    expect(rowOf(summary, "result")).toMatch(/^clean as far as is known: .*; tagged app:1/);
  });

  test("stay one line each, whatever is in a name", () => {
    const published = ["wrote /a\nbuildseal  result   clean\x1b[2J"];
    expect(printSummary({ ...quiet, published }).split("\n")).toHaveLength(3);
    expect(printSummary({ ...quiet, published })).not.toContain("\x1b");
  });
});

describe("the result", () => {
  const text = (result: BuildSummary["result"], published: string[] = []) =>
    rowOf({ ...quiet, result, published }, "result");

  test.each(["leak", "incomplete", "refused"] as const)("%s is that nothing was published", (result) => {
    expect(text(result)).toMatch(/: nothing was published$/);
  });

  test.each(["leak", "incomplete", "refused"] as const)(
    "%s under `scan: warn` is what was published all the same",
    (result) => {
      expect(text(result, ["tagged app:1"])).toMatch(/all the same \(scan: warn\): tagged app:1$/);
      expect(text(result, ["tagged app:1"])).not.toContain("nothing was published");
    },
  );

  test("of a build that failed or was not searched says no more", () => {
    expect(text("failed")).toBe("Docker's build failed");
    expect(text("not searched")).toBe("built, not searched");
  });
});
