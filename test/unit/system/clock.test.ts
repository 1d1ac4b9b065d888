import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What a process of its own has printed when nothing keeps it alive any more. */
async function printed(program: string): Promise<string> {
  const clock = JSON.stringify(join(import.meta.dirname, "../../../src/system/clock.ts"));
  const source = `import { systemClock } from ${clock};\n${program}`;
  return (await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source])).stdout.trim();
}

test("a process ends before a timer that holds nothing, and stays for one that does until that is taken back", async () => {
  expect(await printed(`systemClock.after(50, () => console.log("rang"));`)).toBe("");
  expect(await printed(`systemClock.after(50, () => console.log("rang"), "holding");`)).toBe("rang");
  expect(await printed(`systemClock.after(3_600_000, () => console.log("rang"), "holding")();`)).toBe("");
});
