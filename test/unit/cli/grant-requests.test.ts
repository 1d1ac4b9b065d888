import { expect, test } from "vitest";
import { readContainerRequests, readRequests } from "../../../src/cli/grant-requests.ts";
import type { Config } from "../../../src/config/config.ts";
import type { PlaceOf } from "../../../src/config/document.ts";
import type { GrantEntry } from "../../../src/grant/request-schema.ts";

const config: Config = {
  version: 1,
  grants: [
    { with: "sccache", options: { bucket: "of-steps" } },
    { secret: "token", container: true },
    { secret: "token", steps: { run: "make" } },
    { with: "aws", container: true, options: { region: "r" } },
  ],
};
/** The grants are one below the other, from line 3 on. */
const placeOf: PlaceOf = ([, at, ...way]) => ({
  file: "/b.yaml",
  line: 3 + Number(at),
  column: way.length === 0 ? 5 : 9,
});
const site = { config, placeOf };
const named = (...names: string[]) => ({ names, origin: "--seal-with" });

test("a build has the grants to steps, a run those to its container", async () => {
  const toSteps = await readRequests(site, named());
  expect(toSteps.map(({ kind, origin }) => [kind, origin])).toEqual([
    ["recipe", "/b.yaml:3:5, grants[0]"],
    ["secret", "/b.yaml:5:5, grants[2]"],
  ]);
  const toContainer = await readContainerRequests(site, named());
  expect(toContainer.map(({ kind, origin }) => [kind, origin])).toEqual([
    ["secret", "/b.yaml:4:5, grants[1]"],
    ["recipe", "/b.yaml:6:5, grants[3]"],
  ]);
});

test("a recipe by name is not granted twice; for a container it has the options that steps have", async () => {
  expect(await readRequests(site, named("sccache"))).toHaveLength(2);
  expect(await readRequests(site, named("aws"))).toHaveLength(3);
  expect(await readContainerRequests(site, named("aws"))).toHaveLength(2);
  const [, , added] = await readContainerRequests(site, named("sccache"));
  expect(added).toMatchObject({
    kind: "recipe",
    origin: "--seal-with",
    container: true,
    options: { bucket: "of-steps" },
  });
  expect(await readContainerRequests({ config: undefined, placeOf: undefined }, named())).toEqual([]);
});

test("an error of a grant names the file, and line and column of what it is about", async () => {
  const refused = async (grant: GrantEntry) =>
    readRequests({ config: { version: 1, grants: [grant] }, placeOf }, named()).catch((error: Error) => error.message);
  expect(await refused({ with: "scache" })).toBe("/b.yaml:3:5, grants[0]: there is no recipe `scache`");
  expect(await refused({ with: "sccache", options: { buckt: "x" } })).toBe(
    "/b.yaml:3:9, grants[0]: recipe sccache: unknown key `buckt` in `options`",
  );
});
