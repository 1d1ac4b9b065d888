import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { parseComment } from "../../../src/grant/comment.ts";

const read = (comment: string) => parseComment(comment, "Dockerfile:3");

function refusal(comment: string): SealError {
  try {
    read(comment);
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    return error as SealError;
  }
  throw new Error(`taken: ${comment}`);
}

describe("a comment of ours", () => {
  test("names recipes", () => {
    expect(read("# buildseal: with=sccache")).toEqual([{ kind: "recipe", recipe: "sccache" }]);
    expect(read("  #buildseal:with=sccache+aws \r")).toEqual([
      { kind: "recipe", recipe: "sccache" },
      { kind: "recipe", recipe: "aws" },
    ]);
  });

  test("names a secret and how it comes, by commas or blanks, in any order", () => {
    const wanted = [{ kind: "secret", secret: "a", file: "A_FILE", target: "/run/a", field: "token" }];
    expect(read("# buildseal: secret=a,file=A_FILE,target=/run/a,field=token")).toEqual(wanted);
    expect(read("# buildseal:\ttarget=/run/a  field=token , secret=a file=A_FILE")).toEqual(wanted);
    expect(read("# buildseal: secret=a,env=TOKEN")).toEqual([{ kind: "secret", secret: "a", env: "TOKEN" }]);
  });

  test("that suppresses a finding grants nothing", () => {
    expect(read("# buildseal: ignore=some-rule reason=it is meant")).toEqual([]);
  });

  test.each(["# a comment", "# see buildseal: with=sccache", "# buildsealed: with=x", "#", "# BuildSeal with=x"])(
    "is not %s",
    (comment) => expect(read(comment)).toEqual([]),
  );
});

describe("what cannot be understood", () => {
  test.each([
    ["# buildseal:", "neither"],
    ["# buildseal: file=A", "neither"],
    ["# buildseal: with=sccache,secret=a", "both"],
    ["# buildseal: with=sccache,file=A", "no other key"],
    ["# buildseal: with", "cannot read `with`"],
    ["# buildseal: secret=", "cannot read `secret=`"],
    ["# buildseal: =x", "cannot read `=x`"],
    ["# buildseal: secret=a,secret=b", "stands twice"],
    ["# buildseal: secret=a,env=A,file=B", "the value itself"],
    ["# buildseal: secret=a,env=A,target=/b", "the value itself"],
    ["# buildseal: secret=a,env=1A", "names no variable"],
    ["# buildseal: secret=a,file=A-B", "names no variable"],
    ["# buildseal: secret=a,target=run/x", "not an absolute path"],
    ["# buildseal: secret=a,target=/$HOME/x", "not an absolute path"],
    ["# buildseal: secret=a,target=~/x", "not an absolute path"],
  ])("%s is an error with its place", (comment, what) => {
    const { code, message } = refusal(comment);
    expect(code).toBe("GRANT");
    expect(message).toContain("Dockerfile:3: ");
    expect(message).toContain(what);
  });

  test("has the nearest key as a hint", () => {
    expect(refusal("# buildseal: secert=a").remedy).toContain("`secret=`");
    expect(refusal("# buildseal: wth=a").remedy).toContain("`with=`");
  });

  test("is never anything but an error of ours, whatever stands there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        try {
          read(`# buildseal: ${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(SealError);
        }
      }),
    );
  });
});
