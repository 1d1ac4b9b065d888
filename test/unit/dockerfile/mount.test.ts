import { describe, expect, it } from "vitest";
import { mountsOf } from "../../../src/dockerfile/index.ts";
import { read } from "./text-of.ts";

function mounts(flags: string) {
  return mountsOf(read(`FROM a\nRUN ${flags} x\n`).instructions[1]!);
}

describe("the mounts of a RUN", () => {
  it("are bind mounts unless they say otherwise", () => {
    expect(mounts("--mount=target=/x")).toMatchObject([{ type: "bind", target: "/x", readOnly: true }]);
    expect(mounts("--mount=type=cache,dst=/x,sharing=locked")).toMatchObject([
      { type: "cache", target: "/x", sharing: "locked", readOnly: false },
    ]);
  });

  it("of secrets have the id and the path that BuildKit takes", () => {
    expect(mounts("--mount=type=secret,id=a")).toMatchObject([{ id: "a", target: "/run/secrets/a", required: false }]);
    expect(mounts("--mount=type=secret,source=a/b,required")).toMatchObject([
      { id: "a/b", target: "/run/secrets/b", required: true },
    ]);
    expect(mounts("--mount=type=secret,destination=/x/y")).toMatchObject([{ id: "y", target: "/x/y" }]);
    expect(mounts("--mount=type=secret,id=a,env=A")).toMatchObject([{ id: "a", env: "A", target: undefined }]);
    expect(mounts("--mount=type=secret,id=a,env=A,target=/x,mode=0440,uid=7,gid=8")).toMatchObject([
      { id: "a", env: "A", target: "/x", mode: 0o440, uid: 7, gid: 8 },
    ]);
  });

  it("may hold quoted commas", () => {
    expect(mounts(`'--mount=type=secret,"id=a,b",target=/x'`)).toEqual([]);
    expect(mounts(`--mount='type=secret,"id=a,b",target=/x'`)).toMatchObject([{ id: "a,b", target: "/x" }]);
  });

  it.each([
    ["required,type=secret,id=a", "unexpected key 'required'"],
    ["type=secret", "one of source, target required"],
    ["type=secret,id=a,source=b", "both source and id"],
    ["type=secret,id=a,from=b", "should not have a from"],
    ["type=secret,id=a,idd=b", "did you mean id"],
    ["type=secret,id=a,uid=root", "invalid value root for uid"],
    ["type=bind,from=$X", "variable expansion"],
    ["type=bind,mode=0400,target=/x", "mode not allowed"],
    ["type=secrets,id=a", "unsupported mount type"],
    ["type=secret,id", "key=value"],
    ["type=tmpfs,target=/x,size=lots", "invalid value for size"],
    ["type=secret,id=a,", "key=value"],
    ["", "empty"],
  ])("say what BuildKit refuses in them: %s", (value, says) => {
    expect(mounts(`--mount=${value}`)[0]!.problem).toContain(says);
  });

  it("name the keys whose variables are not known here", () => {
    const [mount] = mounts("--mount=type=cache,id=$A,target=/x");
    expect(mount).toMatchObject({ unresolved: ["id"], id: undefined, target: "/x", problem: undefined });
  });

  it("are read in full with the variables of their step", () => {
    const run = read("FROM a\nRUN --mount=type=cache,id=$A,target=/x y\n").instructions[1]!;
    const expand = (word: string) => ({ known: true, value: word.replace("$A", "v") }) as const;
    expect(mountsOf(run, expand)).toMatchObject([{ id: "v", unresolved: [] }]);
  });

  it("of an ONBUILD are those of its RUN", () => {
    const [, onbuild, env] = read("FROM a\nONBUILD RUN --mount=type=ssh x\nENV A=--mount=type=ssh\n").instructions;
    expect(mountsOf(onbuild!)).toMatchObject([{ type: "ssh" }]);
    expect(mountsOf(env!)).toEqual([]);
  });
});
