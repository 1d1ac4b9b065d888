import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { placeCover, placeMount } from "../../../src/grant/mount.ts";
import type { RecipeMount } from "../../../src/recipe/recipe.ts";
import { stepIn } from "./dockerfile-step.ts";

const content = { kind: "text" as const, render: () => "" };
const file = (target: string, id = "token"): RecipeMount => ({ kind: "file", id, target, content });
const variable = (name: string, id = "token"): RecipeMount => ({ kind: "variable", id, variable: name, content });
const step = (mounts = "") => stepIn(`FROM base\nRUN ${mounts} make\n`);

function refusal(mount: RecipeMount, mounts: string): string {
  try {
    placeMount(mount, step(mounts), 0);
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    return (error as SealError).message;
  }
  throw new Error("nothing was refused");
}

describe("a mount", () => {
  test("has its type first and is always required", () => {
    expect(placeMount(file("/t"), step(), 0)).toBe("--mount=type=secret,id=token,target=/t,required=true");
    expect(placeMount(variable("T"), step(), 0)).toBe("--mount=type=secret,id=token,env=T,required=true");
  });

  test("can be read by who runs the step, and by nobody else where his number is known", () => {
    expect(placeMount(file("/t"), step(), 1000)).toMatch(/,uid=1000$/);
    expect(placeMount(file("/t"), step(), "named")).toMatch(/,mode=0444$/);
    expect(placeMount(file("/t"), step(), "unknown")).toMatch(/,mode=0444$/);
    expect(placeMount(variable("T"), step(), 1000)).not.toMatch(/uid|mode/);
  });
});

describe("an empty folder over a place", () => {
  test("is in memory, and left out where the step mounts something there by itself", () => {
    expect(placeCover("/root/x", step().mounts)).toBe("--mount=type=tmpfs,target=/root/x");
    for (const type of ["tmpfs", "cache", "bind"]) {
      expect(placeCover("/root/x", step(`--mount=type=${type},target=/root//x/`).mounts)).toBeUndefined();
    }
  });
});

describe("what the step has already", () => {
  test.each([
    ["--mount=type=secret,id=token", file("/run/secrets/token")],
    ["--mount=type=secret,target=/run/secrets/token", file("/run/secrets/token")],
    ["--mount=type=secret,source=token,dst=/t", file("/t")],
    ["--mount=type=secret,id=token,target=/t/", file("/t")],
    ["--mount=type=secret,id=token,env=T", variable("T")],
    ["--mount=type=secret,id=token,env=T,target=/t", file("/t")],
    ["--mount=type=secret,id=token,env=T --mount=type=secret,id=token,target=/t", file("/t")],
  ])("%s is not doubled", (mounts, mount) => {
    expect(placeMount(mount, step(mounts), 0)).toBeUndefined();
  });

  test.each([
    ["--mount=type=secret,id=token,target=/x", file("/t")],
    ["--mount=type=secret,id=token,env=X", variable("T")],
    ["--mount=type=secret,id=token", variable("T")],
    ["--mount=type=secret,id=other,target=/t", file("/t")],
    ["--mount=type=secret,id=other,env=T", variable("T")],
    ["--mount=type=cache,target=//t/", file("/t")],
    ["--mount=type=bind,target=/t", file("/t")],
  ])("%s is in the way", (mounts, mount) => {
    expect(refusal(mount, mounts)).toContain("mounts");
  });

  test.each([
    ["--mount=type=cache,id=token,target=/x", file("/t")],
    ["--mount=type=secret,id=other", file("/t")],
    ["--mount=type=ssh", file("/t")],
    ["--mount=type=tmpfs,target=/t/deeper", file("/t")],
  ])("%s is not", (mounts, mount) => {
    expect(placeMount(mount, step(mounts), 0)).toBeDefined();
  });
});
