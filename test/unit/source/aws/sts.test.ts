import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../../..");

/** How many files of AWS's SDK a process has loaded that did this. */
function loadedBy(code: string): number {
  const count =
    "process.stdout.write(String(Object.keys(require('node:module')._cache).filter((path) => path.includes('@aws-sdk')).length))";
  const kinds = JSON.stringify(join(root, "src/source/kind/kind.ts"));
  const program = `import(${kinds}).then(async ({ createSource }) => { ${code}; ${count}; });`;
  return Number(execFileSync(process.execPath, ["-e", program], { cwd: root, stdio: ["ignore", "pipe", "ignore"] }));
}

const source = `createSource("it", { from: "aws-session" }, { environment: {}, trust: "full" })`;

test("AWS's SDK is loaded by nobody who mints no session", () => {
  expect(loadedBy(source)).toBe(0);
  expect(loadedBy(`await import("@aws-sdk/client-sts")`)).toBeGreaterThan(0);
});
