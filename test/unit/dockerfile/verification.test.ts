import { describe, expect, it } from "vitest";
import { insertMounts, verifyInsertion } from "../../../src/dockerfile/index.ts";
import { read, stepOf } from "./text-of.ts";

const MOUNT = "--mount=type=ssh";
const before = read("# one\nFROM a AS b\nRUN --network=none x \\\n # c\n y\nRUN <<EOF\nz\nEOF\nFROM b\nENV A=b\n");
const insertions = [{ step: stepOf(before, "x  y"), mounts: [MOUNT] }];
const good = Buffer.from(insertMounts(before, insertions).text).toString();

function verify(text: string): void {
  verifyInsertion(before, new TextEncoder().encode(text), insertions);
}

describe("the comparison after an insertion", () => {
  it("takes what was inserted and nothing else", () => {
    expect(() => verify(good)).not.toThrow();
    expect(good).toContain(`RUN ${MOUNT} --network=none x`);
  });

  it.each([
    ["a mount is missing", before.text, "flags"],
    ["a mount is there twice", good.replace(MOUNT, `${MOUNT} ${MOUNT}`), "flags"],
    ["another mount", good.replace("ssh", "tmpfs"), "flags"],
    ["a mount at another step", good.replace("RUN <<EOF", `RUN ${MOUNT} <<EOF`), "flags"],
    ["the mount comes last", good.replace(`${MOUNT} --network=none`, `--network=none ${MOUNT}`), "flags"],
    ["another command", good.replace(" y\n", " yy\n"), "body"],
    ["another heredoc", good.replace("z\n", "zz\n"), "body"],
    ["another comment above", good.replace("# one", "# two"), "comments"],
    ["another comment inside", good.replace("# c", "# d"), "text outside"],
    ["other blanks", good.replace("FROM b\n", "FROM  b\n"), "text outside"],
    ["one line more", good.replace("# one\n", "# one\n\n"), "lines"],
    ["one instruction more", `${good}RUN x\n`, "number of instructions"],
    ["a comment more at the end", `${good}# x\n`, "parts of the file"],
    ["another base", good.replace("FROM a", "FROM c"), "body"],
    ["another variable", good.replace("A=b", "A=c"), "body"],
    ["a directive more", good.replace("# one", "# check=skip=all"), "comments"],
  ])("refuses it where %s", (_, text, what) => {
    expect(() => verify(text)).toThrow(new RegExp(`Dockerfile, line \\d+: after the mounts were inserted its ${what}`));
  });

  it("refuses what cannot be read", () => {
    expect(() => verify(good.replace("EOF\nFROM", "FROM"))).toThrow("not terminated");
  });
});
