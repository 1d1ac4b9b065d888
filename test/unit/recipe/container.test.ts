import { expect, test } from "vitest";
import { recipes } from "../../../src/recipe/recipes.ts";
import { everyOption } from "./every-option.ts";
import { surroundings } from "./surroundings.ts";

const container = { ...surroundings({ home: undefined, user: "other" }), container: true as const };

test.each(["git", "cargo", "go", "maven", "docker-config", "gcp", "azure", "ccache"])(
  "%s gives a container files under /run/secrets alone, and variables without any value",
  (name) => {
    for (const options of everyOption[name]!) {
      const serving = recipes.get(name)!.serve(options, container);
      if ("needs" in serving) throw new Error(serving.why);
      for (const mount of serving.mounts) {
        if (mount.kind === "file") expect(mount.target).toMatch(/^\/run\/secrets\//);
        else expect(mount.content.kind).toBe("text");
      }
    }
  },
);

test("bazel has no place in a container, and says what to do", () => {
  expect(() => recipes.get("bazel")!.serve(everyOption["bazel"]![0]!, container)).toThrow("/run/secrets");
});

test("what would be a value in a variable is left to the plan to refuse, whatever its name", () => {
  for (const [name, options] of [
    ["gradle", { properties: { "gpr.key": "token" } }],
    ["nuget", { sources: [{ name: "my-feed", url: "https://nuget.example.com/" }] }],
  ] as const) {
    const serving = recipes.get(name)!.serve(options, container);
    expect("mounts" in serving && serving.mounts.map(({ kind }) => kind)).toEqual(["variable"]);
  }
});
