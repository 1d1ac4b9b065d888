import { expect, test } from "vitest";
import { writtenSecretsIn } from "../../../src/lint/written-secret.ts";
import { readCiDocument } from "../../../src/workflow/read.ts";

// stands for a value, of no shape that a scanner knows
const value = ["sword", "fish"].join("");

function written(name: string, text: string): string[] {
  const document = readCiDocument(name, new TextEncoder().encode(text));
  const places = new Map(writtenSecretsIn(document).map(({ start, end }) => [start, document.text.slice(start, end)]));
  return [...places].sort(([a], [b]) => a - b).map(([, text]) => text);
}

test("what is written out under a secret's name is known in every kind of file", () => {
  const workflow = `env: { A_TOKEN: ${value} }\njobs:\n  docker:\n    env: { B_TOKEN: "${value}" }\n    steps:\n      - env: { C_TOKEN: ${value} }\n        with: { password: ${value} }\n        run: export D_TOKEN=${value}\n`;
  expect(written(".github/workflows/a.yml", workflow)).toHaveLength(5);
  expect(written(".gitlab-ci.yml", `docker:\n  variables: { A_TOKEN: { value: ${value} } }\n`)).toEqual([value]);
  const compose = `services: { a: { build: { args: [A_TOKEN=${value}] }, environment: { B_TOKEN: ${value} } } }\n`;
  expect(written("compose.yml", compose)).toHaveLength(2);
  expect(written("docker-bake.hcl", `variable "A_TOKEN" {\n  default = "${value}"\n}\n`)).toEqual([`"${value}"`]);
  const script = `docker build --build-arg A_TOKEN=${value} .\ndocker run -e "B_TOKEN=${value} x" y\nC_TOKEN=${value}\n`;
  expect(written("a.sh", script)).toEqual([value, `${value} x"`, value]);
});

test("a variable, an expression and what has another name are no values", () => {
  const script = `A_TOKEN=$X B_TOKEN="\${Y}" C=${value} docker run -e A_TOKEN=$A -e D_TOKEN -e E=${value} x\n`;
  expect(written("a.sh", script)).toEqual([]);
  expect(written(".github/workflows/a.yml", `env: { A_TOKEN: "\${{ secrets.docker }}", B_TOKEN: }\n`)).toEqual([]);
});
