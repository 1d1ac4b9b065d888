import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = JSON.stringify(join(import.meta.dirname, "../../../src/cli/run-command.ts"));

test.each([
  ["an error that nobody caught", 'setImmediate(() => { throw new Error("odd"); });'],
  ["a promise that nobody waits for", 'Promise.reject(new Error("odd"));'],
  ["what the command throws", 'throw new Error("odd");'],
])("ends with status 2 and a sentence: %s", (_, does) => {
  const command = `async () => { ${does} await new Promise((done) => setTimeout(done, 20_000)); return 0; }`;
  const program = `import { runCommand } from ${source}; await runCommand(["node", "buildseal"], ${command});`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(stderr).toMatch(/^buildseal: a mistake of buildseal's own: Error: odd\..*BUILDSEAL_DEBUG=1[^\n]*\n$/);
  expect(status).toBe(2);
});
