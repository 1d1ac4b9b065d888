import { expect, test } from "vitest";
import { configSchema } from "../../../src/config/config.ts";
import { readDocument, readPlaced } from "../../../src/config/document.ts";
import { pinChecks, pinnedChecks } from "../../../src/doctor/policy/pin-checks.ts";
import type { Policy } from "../../../src/grant/policy.ts";
import { policySchema } from "../../../src/grant/policy-schema.ts";

const read = async (path: string, text: string): Promise<Policy[number]> => ({
  path,
  file: await readDocument(path, `version: 1\n${text}`, policySchema),
});

const text = "version: 1\nsecrets:\n  release-key: { from: env, name: RELEASE_KEY }\n  other: { from: env, name: O }\n";

async function warnings(...policies: string[]) {
  const policy = await Promise.all(policies.map((one, at) => read(`p${at}.yaml`, one)));
  const { value, placeOf } = await readPlaced("buildseal.yaml", text, configSchema);
  return pinChecks(value, placeOf, policy);
}

test("a name that the checkout declares and a policy goes by alone is a warning at its declaration", async () => {
  expect(
    await warnings("grants: [{ secret: release-key }, { secret: aws-identity }, { with: sccache }]"),
  ).toMatchObject([
    {
      state: "warning",
      where: { line: 3 },
      says: expect.stringContaining("p0.yaml"),
      remedy: expect.stringContaining("source:"),
    },
  ]);
});

test("one that some policy pins in all its entries is none", async () => {
  const pinned = "{ secret: release-key, source: { from: env, name: RELEASE_KEY } }";
  expect(await warnings(`grants: [${pinned}]`)).toEqual([]);
  expect(await warnings("grants: [{ secret: release-key }]", `grants: [${pinned}]`)).toEqual([]);
  expect(await warnings(`grants: [${pinned}, { secret: release-key, stages: [x] }]`)).toHaveLength(1);
  expect(await warnings("sources: [env]")).toEqual([]);
});

test("what is pinned is shown, with where it has to come from", async () => {
  const policy = await read(
    "p.yaml",
    "grants: [{ with: git }, { secret: a, source: { from: env, name: A } }, { source: { from: irsa } }]",
  );
  expect(pinnedChecks([policy]).map(({ says }) => says)).toEqual([
    "p.yaml, grants[1]: secret a only from { from: env, name: A }",
    "p.yaml, grants[2]: any secret only from { from: irsa }",
  ]);
});
