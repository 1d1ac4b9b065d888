import { expect, test } from "vitest";
import { withoutLeftOut } from "../../../../src/cli/build/without-left-out.ts";
import { noticesIn, plan } from "../../grant/plan-of.ts";

const text = "FROM base\n# buildseal: with=sccache+aws\nRUN sccache -s && aws s3 ls\n";
const host = {
  SCCACHE_BUCKET: "cache",
  AWS_REGION: "us-west-2",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/token",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
};

test("a mount that a grant shares with one that is left out is inserted for it", async () => {
  const whole = await plan(text, { host });
  const made = withoutLeftOut(whole, new Map([["aws-identity", "of no token"]]));
  const [step] = made.steps;
  expect(step!.grants.map(({ what }) => what)).toEqual(["recipe aws"]);
  const { mounts } = step!.grants[0]!;
  const region = mounts.filter(({ shows }) => shows === "AWS_REGION");
  expect(region.map(({ id, text }) => text?.includes(`id=${id},env=AWS_REGION`))).toEqual([true]);
  for (const { id } of mounts) expect(made.contents.has(id), id).toBe(true);
  expect(made.secrets.has("aws-identity")).toBe(false);
});

test("a mount that nobody else shares goes with its grant", async () => {
  const whole = await plan(text, { host });
  const { steps, contents } = withoutLeftOut(whole, new Map([["aws-identity", "of no token"]]));
  const inserted = steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.map(({ shows }) => shows)));
  expect(inserted).not.toContain("AWS_ROLE_ARN");
  expect([...contents.keys()]).not.toContain("aws-identity-token");
});

test("nothing is told of what is left out", async () => {
  const { SCCACHE_BUCKET: _, ...noBucket } = host;
  const whole = await plan(text, { host: noBucket });
  expect(noticesIn(whole).join()).toContain("recipe sccache: no bucket is known");
  expect(noticesIn(withoutLeftOut(whole, new Map([["aws-identity", "of no token"]])))).toEqual([]);
});
