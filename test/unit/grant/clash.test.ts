import { expect, test } from "vitest";
import { remedyForClash } from "../../../src/grant/clash.ts";

test("a recipe's place cannot be chosen, so the remedy for two at one place is another one", () => {
  const [npm, yarn, pip, token] = ["recipe npm", "recipe yarn", "recipe pip", "secret token"];
  expect(remedyForClash([token, "secret other"], "step")).toContain("`as:`");
  expect(remedyForClash([npm, token], "step")).toContain("the secret's grant");
  for (const grants of [
    [npm, pip],
    [npm, yarn],
    [pip, pip],
  ] as [string, string][]) {
    expect(remedyForClash(grants, "step")).not.toContain("as:");
    expect(remedyForClash(grants, "step")).toContain("`steps`");
    expect(remedyForClash(grants, "container")).not.toContain("`steps`");
  }
  expect(remedyForClash([npm, yarn], "step")).toContain("`with: yarn` alone");
  expect(remedyForClash([npm, pip], "container")).toContain("all hosts");
});

test("sccache and the AWS CLI have one place for keys: the step is split, or a web identity is for both, where there is one", () => {
  const [inStep, inContainer] = (["step", "container"] as const).map((where) =>
    remedyForClash(["recipe sccache", "recipe aws"], where),
  );
  expect(inStep).toMatch(/^Split the step, or narrow one of the two by `steps`/);
  expect(inContainer).toMatch(/^Leave one of the two out/);
  for (const remedy of [inStep, inContainer]) {
    expect(remedy).toMatch(/where AWS_WEB_IDENTITY_TOKEN_FILE is set.*`options: { credentials: web-identity }`/);
  }
});
