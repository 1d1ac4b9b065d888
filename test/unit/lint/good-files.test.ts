import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toText } from "../../../src/dockerfile/index.ts";
import { asDockerfile, fixtureFolder } from "./fixture.ts";

const folder = join(fixtureFolder, "good");
const files = readdirSync(folder);

describe("files written as official images are", () => {
  test("are many", () => {
    expect(files.length).toBeGreaterThanOrEqual(15);
  });

  test.each(files)("%s is silent under every rule", (name) => {
    const { findings } = asDockerfile(join(folder, name)).lint(toText(readFileSync(join(folder, name))));
    expect(findings.map(({ finding }) => `${finding.rule}: ${finding.message}`)).toEqual([]);
  });
});
