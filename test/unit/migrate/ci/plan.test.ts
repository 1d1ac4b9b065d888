import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { WantedCiMigration } from "../../../../src/migrate/ci/migration.ts";
import { buildsIn } from "../../../../src/workflow/build.ts";
import { readCiDocument } from "../../../../src/workflow/read.ts";
import { migrate } from "./migrated.ts";

const fixtures = resolve(import.meta.dirname, "../../../../fixtures/lint");
const corpus = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.startsWith("ci-") && /\.(?:yml|hcl|sh)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(fixtures, name), "utf8") }));

// what a step may be made of: every mixture must keep its shape
const option = fc.constantFrom(
  "--secret id=a,env=AWS_ACCESS_KEY_ID",
  '--secret "id=b,env=AWS_SECRET_ACCESS_KEY"',
  "--build-arg NPM_TOKEN=$NPM_TOKEN",
  "--build-arg=HF_TOKEN",
  "--build-arg VERSION=1",
  "--tag größe",
  "-q",
);
const command = fc
  .tuple(
    fc.constantFrom("docker build", "docker buildx build", "sudo docker build"),
    fc.array(option, { maxLength: 6 }),
  )
  .map(([head, options]) => [head, ...options, "."]);
const step = fc
  .tuple(
    fc.array(command, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(" \\\n            ", " "),
    fc.constantFrom("|", ">-", "|+"),
  )
  .map(
    ([commands, join, block]) =>
      `      - env: # é\n          AWS_ACCESS_KEY_ID: \${{ secrets.AWS_ACCESS_KEY_ID }}\n          AWS_SECRET_ACCESS_KEY: x\n        run: ${block}\n${commands.map((words) => `          ${words.join(block.startsWith(">") ? " " : join)};\n`).join("")}`,
  );
const generated = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => ({
  name: ".github/workflows/a.yml",
  text: `jobs:\n  a:\n    steps:\n${steps.join("")}`,
}));
const wanted: fc.Arbitrary<WantedCiMigration> = fc.record({
  migration: fc.constantFrom("static-aws-keys", "arg-secrets", "hf-token"),
});

test("what a migration leaves is as valid as before, has the same builds, and needs no edit again", () => {
  let edited = 0;
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...corpus), generated), wanted, ({ name, text: before }, migration) => {
      const first = migrate(name, before, migration);
      const second = migrate(name, first.text, migration);
      if (first.plan.edits.length > 0) edited++;
      expect(second.problems).toBe(first.problems);
      expect(second.plan.edits).toEqual([]);
      const builds = (text: string) => buildsIn(readCiDocument(name, new Uint8Array(Buffer.from(text))));
      expect(builds(first.text).length).toBe(builds(before).length);
      for (const place of first.plan.places) expect(place.edited || place.why !== undefined).toBe(true);
    }),
    { numRuns: 600, seed: 5 },
  );
  expect(edited).toBeGreaterThan(100);
});
