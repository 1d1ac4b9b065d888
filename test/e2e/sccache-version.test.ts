import { cp, mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bucket, type SccacheWorld, startSccacheWorld, statisticsIn } from "./sccache-world.ts";
import { part } from "./service/part.ts";

// The toolchain image has sccache 0.17; others are built from their crates, which takes minutes each.
const versions = process.env["BUILDSEAL_EXTENDED"] === "1" ? ["0.17", "0.16.0", "0.19.0"] : ["0.17"];

let world: SccacheWorld;
beforeAll(async () => {
  world = await startSccacheWorld();
});
afterAll(() => world.stop());

const byProfile = `version: 1
grants: [{ with: sccache, options: { form: files } }]
`;

describe.each(versions)("sccache %s", (version) => {
  /** Builds twice with the same source: a step that fills the cache, and one that takes from it. */
  async function buildTwice(files: Readonly<Record<string, string>> = {}) {
    const project = await world.createConfigured(files);
    if (version !== "0.17") {
      await mkdir(project.path("bin"));
      await cp(await part("sccache", [version]), project.path("bin/sccache"));
    }
    const build = (round: number) =>
      world.build(project, ["--seal-with", "sccache", "--build-arg", `RUN_NUMBER=${round}`]);
    return [await build(1), await build(2)] as const;
  }

  test("takes the web identity by variables, which hold no secret", async () => {
    const [first, second] = await buildTwice();
    expect(first.status, first.output).toBe(0);
    expect(statisticsIn(first)).toMatchObject({ hits: 0, misses: 1, location: expect.stringContaining(bucket) });
    expect(second.status, second.output).toBe(0);
    expect(statisticsIn(second)).toMatchObject({ hits: 1, misses: 0 });
    expect(first.output).toMatch(new RegExp(`Version \\(client\\)\\s+${version.replaceAll(".", "\\.")}`));
  });

  test("takes it from a profile too, up to 0.17", async () => {
    const [first] = await buildTwice({ "buildseal.yaml": byProfile });
    if (version === "0.19.0") expect(first.status, first.output).not.toBe(0);
    else
      expect(statisticsIn(first), first.output).toMatchObject({ misses: 1, location: expect.stringContaining(bucket) });
  });
});
