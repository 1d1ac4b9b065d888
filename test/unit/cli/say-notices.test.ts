import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { sayNotices } from "../../../src/cli/say-notices.ts";
import { createMask } from "../../../src/secret/mask.ts";
import { Secret } from "../../../src/secret/secret.ts";

test("a notice is told once, of what it is about and masked; what only explains a choice is not", () => {
  const value = randomBytes(20).toString("hex");
  const said: string[] = [];
  const mask = createMask();
  mask.add(new Secret("token", value));
  const grant = { what: "recipe npm", notices: [`the step has ${value}`], notes: ["it lies elsewhere"] };
  const session = { machine: { say: (sentence: string) => said.push(sentence) }, mask };
  sayNotices([grant, { ...grant }, { ...grant, what: "recipe yarn", notices: [] }], session as never);
  expect(said).toEqual(["warning: recipe npm: the step has [secret token]"]);
});
