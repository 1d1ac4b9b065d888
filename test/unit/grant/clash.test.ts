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
  expect(remedyForClash(["recipe sccache", "recipe aws"], "step")).toContain(
    "`options: { credentials: web-identity }`",
  );
});
