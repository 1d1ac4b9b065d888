import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { lookAtGrants } from "../../../../src/cli/doctor/look-at-grants.ts";
import type { AskedSecret } from "../../../../src/doctor/secret-check.ts";
import { readRequest } from "../../../../src/grant/request.ts";
import type { GrantEntry } from "../../../../src/grant/request-schema.ts";
import { recipes } from "../../../../src/recipe/recipes.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const value = new Secret("a", randomBytes(20).toString("hex"));
const answer = { value, fields: new Map([["user", "me"]]), notices: [] };
const asked: AskedSecret = { name: "a", kind: "exec", optional: false, answer };

async function look(entries: readonly GrantEntry[], secrets: readonly AskedSecret[] = [asked]) {
  const requests = await Promise.all(
    entries.map((entry, at) => readRequest(entry, () => `b.yaml, grants[${at}]`, recipes)),
  );
  return lookAtGrants(requests, new Set(["a"]), secrets);
}
const steps = { run: "make" };

test("a grant of a secret that is not declared is an error before there is a step", async () => {
  const checks = await look([
    { secret: "a", steps },
    { secret: "b", steps, container: true },
  ]);
  expect(checks).toMatchObject([
    { id: "rules.grant", state: "error", says: expect.stringMatching(/^b\.yaml, grants\[1\]: there is no secret `b`/) },
  ]);
});

test("so is that of a field that its source has not, once that has answered", async () => {
  const entries = [
    { secret: "a", field: "user", steps },
    { secret: "a", field: "tok", steps },
  ];
  expect(await look(entries)).toMatchObject([
    { says: "b.yaml, grants[1]: Secret a has no field `tok`", remedy: "Its fields are: user" },
  ]);
  expect(await look(entries, [{ ...asked, answer: "not-asked" }])).toEqual([]);
});
