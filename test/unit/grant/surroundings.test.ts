import { describe, expect, test } from "vitest";
import { mountsOf } from "../../../src/dockerfile/mount.ts";
import { readerOf, surroundingsOf } from "../../../src/grant/surroundings.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { stepsIn } from "./dockerfile-step.ts";

const sccache = recipes.get("sccache")!;

function at(text: string, host: (name: string) => string | undefined = () => undefined) {
  const { steps, settings, script } = stepsIn(text);
  const step = steps.at(-1)!;
  const here = settings(step);
  return {
    ...surroundingsOf(here, mountsOf(step.run, here.expand), () => script(step), sccache, host, true),
    reader: readerOf(here),
  };
}

describe("what a recipe may know", () => {
  test("is a home folder without slashes at its end", () => {
    expect(at("FROM base\nRUN make\n").home).toBe("/root");
    expect(at("FROM base\nENV HOME=/home/me//\nRUN make\n").home).toBe("/home/me");
    expect(at("FROM base\nENV HOME=/\nRUN make\n").home).toBe("/");
  });

  test("is not the home of a user whom only the image knows", () => {
    const step = at("FROM base\nUSER app\nRUN make\n");
    expect(step).toMatchObject({ home: undefined, user: "other", reader: "named" });
  });

  test("is who runs the step", () => {
    expect(at("FROM base\nRUN make\n")).toMatchObject({ user: "root", reader: 0 });
    expect(at("FROM base\nUSER root:wheel\nRUN make\n")).toMatchObject({ user: "root", reader: 0 });
    expect(at("FROM base\nUSER 0:0\nRUN make\n")).toMatchObject({ user: "root", reader: 0 });
    expect(at("FROM base\nUSER 1000:0\nRUN make\n")).toMatchObject({ user: "other", reader: 1000 });
  });

  test("is the Dockerfile's own variables, with values that are known", () => {
    const step = at("FROM base\nENV A=1 E=\nARG B\nARG C=3\nRUN make\n");
    expect(["A", "E", "B", "C"].map(step.variable)).toEqual(["1", "", undefined, "3"]);
    expect(step.variables()).toContainEqual(["C", "3"]);
    expect(step.variables().map(([name]) => name)).not.toContain("B");
  });

  test("is which variables the step's own mounts give it", () => {
    const step = at("FROM base\nRUN --mount=type=secret,id=key,env=AWS_ACCESS_KEY_ID make\n");
    expect(["AWS_ACCESS_KEY_ID", "AWS_REGION"].map(step.mounted)).toEqual(["key", undefined]);
  });

  test("is what the step's own commands set for what they run", () => {
    const step = at("FROM base\nENV OF_ENV=1\nRUN export A=1 && OF_ENV=2 && SHELLS=3 && B=$C env D= make\n");
    expect(["A", "OF_ENV", "SHELLS", "B", "D", "C"].map(step.assigned)).toEqual([
      "1",
      "2",
      undefined,
      null,
      "",
      undefined,
    ]);
  });

  test("is nothing of the step's script before a recipe asks for it", () => {
    const { steps, settings } = stepsIn("FROM base\nRUN A=1 make\n");
    const unread = () => {
      throw new Error("the script was read");
    };
    const step = surroundingsOf(settings(steps[0]!), [], unread, sccache, () => undefined, true);
    expect([step.home, step.mounted("A")]).toEqual(["/root", undefined]);
    expect(() => step.assigned("A")).toThrow("was read");
  });

  test("is of the host no more than the recipe says it reads", () => {
    const asked: string[] = [];
    const step = at("FROM base\nRUN make\n", (name) => {
      asked.push(name);
      return "x";
    });
    expect(step.host("SCCACHE_BUCKET")).toBe("x");
    expect(step.host("AWS_SECRET_ACCESS_KEY")).toBeUndefined();
    expect(asked).toEqual(["SCCACHE_BUCKET"]);
  });
});
