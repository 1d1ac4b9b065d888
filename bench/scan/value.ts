import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { needleLiterals } from "../../src/scan/needle-literal.ts";
import { contentRules } from "../../src/scan/rule/every-rule.ts";
import { needlesOf } from "../../src/secret/needle.ts";
import { Secret } from "../../src/secret/secret.ts";

export type Values = { readonly file: string; readonly literals: readonly Uint8Array[] };

/** So many random values as a file of needles, and every literal that is looked for because of them and of all rules. */
export async function makeValues(file: string, count: number): Promise<Values> {
  const values = Array.from({ length: count }, (_, at) => [
    `value-${at}`,
    randomBytes(24 + (at % 8)).toString("base64"),
  ]);
  await writeFile(file, JSON.stringify(Object.fromEntries(values)), { mode: 0o600 });
  const needles = values.flatMap(([name = "", value = ""]) => needlesOf(new Secret(name, value), "scan"));
  return {
    file,
    literals: [
      ...needleLiterals(needles).map(({ literal }) => literal.bytes),
      ...contentRules.flatMap(({ literals }) => literals.map((text) => Buffer.from(text, "latin1"))),
    ],
  };
}

/** So many of twelve letters and digits as a file of needles, whose name it gives. */
export async function writePasswords(file: string, count: number): Promise<string> {
  const values = Array.from({ length: count }, (_, at) => [
    `password-${at}`,
    randomBytes(24).toString("base64").replace(/[+/=]/g, "").slice(0, 12),
  ]);
  await writeFile(file, JSON.stringify(Object.fromEntries(values)), { mode: 0o600 });
  return file;
}

/** One a line, as ripgrep reads them; those that hold a zero byte or a line's end cannot be given to it. */
export async function writeWords(file: string, literals: readonly Uint8Array[]): Promise<number> {
  const words = literals.filter((bytes) => !bytes.includes(0) && !bytes.includes(10));
  await writeFile(file, Buffer.concat(words.flatMap((bytes) => [bytes, Buffer.from("\n")])), { mode: 0o600 });
  return words.length;
}
