import { expect, test } from "vitest";
import { readContainerRequests, readRequests } from "../../../src/cli/grant-requests.ts";
import type { Config } from "../../../src/config/config.ts";

const config: Config = {
  version: 1,
  grants: [
    { with: "sccache", options: { bucket: "of-steps" } },
    { secret: "token", container: true },
    { secret: "token", steps: { run: "make" } },
    { with: "aws", container: true, options: { region: "r" } },
  ],
};
const site = { config, configPath: "/buildseal.yaml" };
const named = (...names: string[]) => ({ names, origin: "--seal-with" });

test("a build has the grants to steps, a run those to its container", async () => {
  const toSteps = await readRequests(site, named());
  expect(toSteps.map(({ kind, origin }) => [kind, origin])).toEqual([
    ["recipe", "/buildseal.yaml, grants[0]"],
    ["secret", "/buildseal.yaml, grants[2]"],
  ]);
  const toContainer = await readContainerRequests(site, named());
  expect(toContainer.map(({ kind, origin }) => [kind, origin])).toEqual([
    ["secret", "/buildseal.yaml, grants[1]"],
    ["recipe", "/buildseal.yaml, grants[3]"],
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
  expect(await readContainerRequests({ config: undefined, configPath: undefined }, named())).toEqual([]);
});
