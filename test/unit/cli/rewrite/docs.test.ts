import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { rewriteOptions } from "../../../../src/cli/rewrite/arguments.ts";
import { migrationNames } from "../../../../src/migrate/name.ts";
import { rewrite, scratch } from "./run.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/rewrite.md"), "utf8");
const examples = [
  ...page.matchAll(
    /^```console\n\$ buildseal rewrite (.*)\n```\n\n```dockerfile before\n([\s\S]*?)^```\n\n```dockerfile after\n([\s\S]*?)^```$/gm,
  ),
];

it.each(examples.map(([, command, before, after]) => [command!, before!, after!] as const))(
  "the example of `rewrite %s` is what it does",
  (command, before, after) => {
    const folder = scratch();
    writeFileSync(join(folder, "Dockerfile"), before);
    const done = rewrite(folder, command.split(" "));
    expect(done.stderr.includes("left as it is")).toBe(false);
    expect(done).toMatchObject({ status: 0, stdout: after });
  },
);

it("the page has an example of each migration, and every flag", () => {
  expect(examples.map(([, command]) => command!.split(" ").at(-1)).slice(1)).toEqual([...migrationNames]);
  for (const name of Object.keys(rewriteOptions)) expect(page).toContain(`\`--${name}`);
});
