import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNeedles } from "../../../../src/cli/scan-image/needles.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "buildseal-needles-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file that is far too large for a list of values is not read to its end", async () => {
  const refused = await readNeedles("/dev/zero", () => {}).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "ARGUMENT",
    message: "/dev/zero has more than 13631488 bytes, so it is no list of values that can be looked for",
  });
});

test("values that are more than can be looked for at once are refused, with their size alone", async () => {
  const file = join(folder, "many.json");
  const values = Array.from({ length: 60 }, (_, index) => [`value-${index}`, randomBytes(10_000).toString("hex")]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(values)), { mode: 0o600 });
  const refused = await readNeedles(file, () => {}).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "ARGUMENT",
    message: `The values in ${file} have 1200000 bytes together, and no more than 1048576 are looked for at once`,
  });
});
