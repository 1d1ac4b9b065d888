import { describe, expect, it } from "vitest";
import { migrated } from "./migrated.ts";

const KEYS = "--mount=type=secret,id=k,env=AWS_ACCESS_KEY_ID --mount=type=secret,id=s,env=AWS_SECRET_ACCESS_KEY";
const made = (body: string, also: readonly string[] = []) =>
  migrated(`FROM a\nRUN ${KEYS} ${body}\n`, "static-aws-keys", { also });
const said = (body: string) => made(body).remarks.map(({ what }) => what);
const bodyOf = (body: string) => /(?:--mount=\S+ )+(.*)\n$/s.exec(made(body, ["remove-config-log"]).after)![1];

describe("a step that runs configure", () => {
  it.each([
    ["./configure && make", "leaves config.log and config.status"],
    ["./configure && make && rm config.log", "leaves config.status, which holds"],
    ["/src/configure && make && rm -f config.status", "leaves config.log, which holds"],
    ["cmake -S . && make", "may leave config.log and config.status"],
  ])("and leaves its logs is said: %s", (body, what) => {
    expect(said(body)).toEqual([expect.stringContaining(what)]);
  });

  it.each([
    "./configure && make && rm -f config.log config.status",
    "./configure && make && rm -f config.*",
    "./configure && make && find . -name 'config.*' -delete",
    "cd /src && ./configure && make install && cd / && rm -rf /src",
    "cmake --build build",
    "make",
    "echo configure",
  ])("and removes them, or runs nothing of the kind, is not: %s", (body) => {
    expect(said(body)).toEqual([]);
  });

  it.each([
    ["./configure && make && rm -f config.log", "./configure && make && rm -f config.log config.status"],
    ["./configure && rm -f x/config.status; make", "./configure && rm -f x/config.status x/config.log; make"],
    ["./configure && make", "./configure && make && rm -f config.log config.status"],
    ["cd /s && ./configure; make", "cd /s && ./configure; make && rm -f config.log config.status"],
    [
      "cmake . && find b -name config.log -delete",
      "cmake . && find b \\( -name config.log -o -name config.status \\) -delete",
    ],
  ])("has them removed where that was asked for and the place is certain: %s", (body, after) => {
    expect(bodyOf(body)).toBe(after);
  });

  it("of a file that was migrated before has them removed when that is asked for later", () => {
    const once = made("./configure && sccache make");
    const twice = migrated(once.after, "static-aws-keys", { also: ["remove-config-log"] });
    expect(twice.after).toBe(once.after.replace("sccache make", "sccache make && rm -f config.log config.status"));
    expect(migrated(twice.after, "static-aws-keys", { also: ["remove-config-log"] }).edits).toEqual([]);
  });

  it.each([
    "./configure && cd src && make",
    "(cd x && ./configure) && make",
    "./configure && make # all",
    "cmake . && make",
    "find b ! -name config.log -delete && ./configure && cd /x",
  ])("is left as it is where the place is not certain: %s", (body) => {
    expect(bodyOf(body)).toBe(body);
  });
});
