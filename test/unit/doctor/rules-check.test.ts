import { expect, test } from "vitest";
import { rulesChecks } from "../../../src/doctor/rules-check.ts";

const file = { version: 1 as const };

test("the rules that hold are named, and a fork's pull request is a warning with what it gets", () => {
  const none = rulesChecks({ configPath: undefined, policy: [], fork: undefined });
  expect(none.map(({ state }) => state)).toEqual(["none", "none"]);
  const both = [
    { path: "/a.yaml", file },
    { path: "/etc/b.yaml", file: { ...file, forks: "read-only" as const } },
  ];
  const checks = rulesChecks({ configPath: "buildseal.yaml", policy: both, fork: "this is a pull request from x/y" });
  expect(checks.map(({ state }) => state)).toEqual(["ok", "ok", "warning"]);
  expect(checks[1]?.says).toBe("policy /a.yaml and /etc/b.yaml");
  // both must say so
  expect(checks[2]?.says).toContain("no identity and no secret");
  const reading = rulesChecks({ configPath: undefined, policy: [both[1]!], fork: "this is a pull request from x/y" });
  expect(reading[2]?.says).toContain("narrows to reading");
});
