import { describe, expect, test } from "vitest";
import { type BasesAsk, readBases } from "../../../src/buildx/base-image.ts";
import type { BuilderFacts } from "../../../src/buildx/builder.ts";
import type { CommandOutcome } from "../../../src/identity/host.ts";

const builder: BuilderFacts = {
  name: "ci",
  driver: "docker-container",
  store: "cache",
  nodes: [],
  frontendTakesEnv: true,
  keepsImages: false,
  takesSeveralOutputs: true,
  loadsByDefault: false,
};

type World = {
  readonly driver?: string;
  readonly engine?: Readonly<Record<string, unknown>>;
  readonly images?: Readonly<Record<string, unknown>>;
  readonly outlines?: Readonly<Record<string, unknown>>;
  readonly platform?: string;
};

/** A builder of maps: an image or an outline is what the test put there, as buildx prints it. */
function world({ driver = builder.driver, engine = {}, images = {}, outlines = {}, platform }: World) {
  const commands: (readonly string[])[] = [];
  const answer = (value: unknown): CommandOutcome =>
    value === undefined
      ? { kind: "exited", status: 1, stdout: new Uint8Array(), stderr: "not found" }
      : {
          kind: "exited",
          status: 0,
          stdout: new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
          stderr: "",
        };
  const ask: BasesAsk = {
    names: [...new Set([...Object.keys(engine), ...Object.keys(images), ...Object.keys(outlines)])],
    builder: { ...builder, driver },
    engineImage: async (name) => engine[name],
    buildx: ["docker", "buildx"],
    platform,
    run: async ({ command }) => {
      commands.push(command);
      const last = command.at(-1)!;
      return command.includes("imagetools") ? answer(images[last]) : answer(outlines[/^FROM (.*)\n$/.exec(last)![1]!]);
    },
    writeDockerfile: async (text) => text,
  };
  return { ask, commands };
}

const read = async (given: World) => (await readBases(world(given).ask)).get("base");

describe("a base image in the engine", () => {
  test("gives who its user is, its variables, and what its ONBUILD steps mount", async () => {
    const OnBuild = ["RUN --mount=type=secret,id=token make", "COPY . .", "RUN --mount=type=cache,target=/c x"];
    const engine = { base: { User: "app", WorkingDir: "/w", Env: ["A=b"], OnBuild } };
    expect(await read({ driver: "docker", engine })).toMatchObject({
      user: "app",
      workingDirectory: "/w",
      env: ["A=b"],
      secretIds: ["token"],
    });
  });

  test("may have none of it", async () => {
    const facts = { name: "base", user: "", workingDirectory: "", env: [], secretIds: [] };
    expect(await read({ driver: "docker", engine: { base: { Env: null, OnBuild: null } } })).toEqual(facts);
  });

  test("is asked for in the registry where the engine does not have it, and not where it does", async () => {
    const { ask, commands } = world({ driver: "docker", engine: { here: {} }, images: { there: { config: {} } } });
    expect([...(await readBases(ask)).keys()].sort()).toEqual(["here", "there"]);
    expect(commands.filter((command) => command.includes("imagetools")).map((command) => command.at(-1))).toEqual([
      "there",
    ]);
  });

  test("does not count for a builder that is no engine", async () => {
    const given = {
      engine: { base: { User: "of the engine" } },
      images: { base: { config: { User: "of the registry" } } },
    };
    expect((await read(given))?.user).toBe("of the registry");
  });
});

describe("a base image in a registry", () => {
  test("is read through the builder that will pull it", async () => {
    const { ask, commands } = world({ images: { base: { config: {} } }, platform: "linux/arm64" });
    await readBases(ask);
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).toContain("--builder=ci");
    expect(commands.flat()).toContain("--platform=linux/arm64");
  });

  test("of several platforms is that of the build, else the first", async () => {
    const images = { base: { "linux/amd64": { config: { User: "a" } }, "linux/arm64": { config: { User: "b" } } } };
    expect((await read({ images, platform: "linux/arm64" }))?.user).toBe("b");
    expect((await read({ images }))?.user).toBe("a");
  });

  test("has its ONBUILD steps in BuildKit's outline", async () => {
    const outlines = { base: { secrets: [{ name: "token", required: true }, {}] } };
    expect((await read({ images: { base: { config: {} } }, outlines }))?.secretIds).toEqual(["token"]);
    expect((await read({ outlines }))?.secretIds).toEqual(["token"]);
  });

  test.each(["null", '""', "[]", "{}", "not JSON", ""])("that is told as %j breaks nothing", async (text) => {
    const facts = await read({ images: { base: text }, outlines: { base: text } });
    expect(facts === undefined || facts.user === "").toBe(true);
  });

  test("that cannot be read is left out", async () => {
    const { ask } = world({});
    const nowhere = { ...ask, names: ["base"], run: async (): Promise<CommandOutcome> => ({ kind: "not-found" }) };
    expect((await readBases(nowhere)).size).toBe(0);
  });
});
