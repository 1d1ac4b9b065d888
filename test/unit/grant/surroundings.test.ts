import { describe, expect, test } from "vitest";
import { mountsOf } from "../../../src/dockerfile/mount.ts";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { readShell } from "../../../src/dockerfile/shell/index.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import { readerOf, surroundingsOf } from "../../../src/grant/surroundings.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { stepsIn } from "./dockerfile-step.ts";

const sccache = recipes.get("sccache")!;
const idle = { body: "", script: () => readShell("") };

function at(text: string, host: (name: string) => string | undefined = () => undefined) {
  const { steps, settings, script } = stepsIn(text);
  const step = steps.at(-1)!;
  const here = settings(step);
  return {
    ...surroundingsOf(
      here,
      mountsOf(step.run, here.expand),
      { body: step.body, script: () => script(step) },
      sccache,
      host,
      true,
    ),
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
  });

  test("is which variables the step's own mounts give it", () => {
    const step = at("FROM base\nRUN --mount=type=secret,id=key,env=AWS_ACCESS_KEY_ID make\n");
    expect(["AWS_ACCESS_KEY_ID", "AWS_REGION"].map(step.mounted)).toEqual(["key", undefined]);
  });

  test("is whether an image that is not seen may set a variable", () => {
    const text = "FROM base\nENV A=1\nUSER root\nRUN make\n";
    const dockerfile = readDockerfile(new TextEncoder().encode(text));
    const [step] = stepsOf(dockerfile);
    const unseen = surroundingsOf(settingsOf(dockerfile)(step!), [], idle, sccache, () => undefined, true);
    expect(["A", "CARGO_HOME"].map((name) => unseen.isUnknown!(name))).toEqual([false, true]);
    expect(["A", "CARGO_HOME"].map((name) => at(text).isUnknown!(name))).toEqual([false, false]);
  });

  test("is which folders of its own mounts outlive it", () => {
    const kept = (mount: string, path: string) =>
      at(`FROM base\nWORKDIR /root\nRUN --mount=${mount} make\n`).keptUnder!(path);
    const settings = "/root/.m2/settings.xml";
    expect(kept("type=cache,target=/root//.m2/", settings)).toBe("/root/.m2");
    expect(kept("type=cache,target=.m2", settings)).toBe("/root/.m2");
    expect(kept("type=bind,target=/root", settings)).toBe("/root");
    for (const other of [
      "type=cache,target=/root/.m2/repository",
      "type=cache,target=/root/.m",
      "type=cache,target=/root/.m2/settings.xml",
      "type=tmpfs,target=/root/.m2",
      "type=secret,id=a,target=/root/.m2",
      "type=cache,target=$UNKNOWN/.m2",
    ]) {
      expect(kept(other, settings), other).toBeUndefined();
    }
  });

  test("is what lies in memory by its own mounts", () => {
    const mountAt = (mount: string, path: string) => at(`FROM base\nRUN --mount=${mount} make\n`).mountAt!(path);
    expect(mountAt("type=secret,id=x", "/run/secrets/x")).toBe("x");
    expect(mountAt("type=secret,id=x,target=/a/", "/a")).toBe("x");
    expect(mountAt("type=bind,source=f,target=/a", "/a")).toBe("");
    expect(mountAt("type=secret,id=x,env=X", "/run/secrets/x")).toBeUndefined();
    const inMemory = (mount: string, path: string) => at(`FROM base\nRUN --mount=${mount} make\n`).isInMemory!(path);
    expect(inMemory("type=tmpfs,target=/root/.azure/", "/root/.azure")).toBe(true);
    expect(inMemory("type=tmpfs,target=/root", "/root/.azure")).toBe(true);
    for (const target of ["/root/.cache/bazel", "/root", "/home/app/.cache", "/srv/.cache/bazel/", "/home"]) {
      expect(inMemory(`type=tmpfs,target=${target}`, "~/.cache/bazel"), target).toBe(true);
    }
    for (const target of ["/tmp", "/root/.cache/bazel/x", "/root/.config", "/src"]) {
      expect(inMemory(`type=tmpfs,target=${target}`, "~/.cache/bazel"), target).toBe(false);
    }
    for (const mount of [
      "type=tmpfs,target=/root/.azure/x",
      "type=tmpfs,target=/root/.az",
      "type=cache,target=/root",
    ]) {
      expect(inMemory(mount, "/root/.azure"), mount).toBe(false);
    }
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

  test("is the folder that it runs in, where that is known, and what it calls there", () => {
    const step = at('FROM base\nWORKDIR /app\nRUN ["sudo","npm","ci"]\n');
    expect(step.directory).toBe("/app");
    expect(step.ran!().calls).toEqual([
      { program: "sudo", arguments: ["npm", "ci"] },
      { program: "npm", arguments: ["ci"], as: { by: "sudo", user: "root", handsOn: [] } },
    ]);
    expect(at("FROM base\nWORKDIR $UNKNOWN/a\nRUN make\n").ran!().text).toBe("make");
  });

  test("is nothing of the step's script before a recipe asks for it", () => {
    const { steps, settings } = stepsIn("FROM base\nRUN A=1 make\n");
    const unread = () => {
      throw new Error("the script was read");
    };
    const step = surroundingsOf(settings(steps[0]!), [], { body: "", script: unread }, sccache, () => undefined, true);
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
