import { describe, expect, it } from "vitest";
import { insertMounts, readDockerfile, stepsOf, verifyInsertion } from "../../../src/dockerfile/index.ts";
import { read, stepOf } from "./text-of.ts";

const SECRET = "--mount=type=secret,id=a.b-c_d,target=/run/secrets/a,required=true";

function insertAll(text: string, mounts = [SECRET]): string {
  const dockerfile = read(text);
  const insertions = stepsOf(dockerfile).map((step) => ({ step, mounts }));
  const inserted = insertMounts(dockerfile, insertions);
  verifyInsertion(dockerfile, inserted.text, insertions);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(inserted.text);
}

describe("mounts", () => {
  it.each([
    ["FROM a\nRUN make", `FROM a\nRUN ${SECRET} make`],
    ["FROM a\r\nRUN make\r\n", `FROM a\r\nRUN ${SECRET} make\r\n`],
    ["\uFEFFFROM a\nrun\tmake\n", `\uFEFFFROM a\nrun ${SECRET}\tmake\n`],
    ["FROM a\nRUN\\\n make\n", `FROM a\nRUN ${SECRET}\\\n make\n`],
    ["FROM a\nR\\\nUN --network=none make\n", `FROM a\nR\\\nUN ${SECRET} --network=none make\n`],
    ["FROM a\nRUN <<EOF\nRUN x\nEOF\n", `FROM a\nRUN ${SECRET} <<EOF\nRUN x\nEOF\n`],
    ['FROM a\nRUN ["é"]\n', `FROM a\nRUN ${SECRET} ["é"]\n`],
    ["FROM a\nONBUILD \\\n # why\n RUN x\n", `FROM a\nONBUILD \\\n # why\n RUN ${SECRET} x\n`],
    ["FROM a\nRUN -- x\n", `FROM a\nRUN ${SECRET} -- x\n`],
    ["# escape=`\nFROM a\nRUN `\n x\\\n", `# escape=\`\nFROM a\nRUN ${SECRET} \`\n x\\\n`],
    ["FROM a\nRUN\n", `FROM a\nRUN ${SECRET}\n`],
  ])("come straight after the keyword, and nothing else changes: %j", (before, after) => {
    expect(insertAll(before)).toBe(after);
  });

  it("keep bytes that are no text", () => {
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
    const dockerfile = readDockerfile(bytes("FROM a\nRUN echo \xff\xc3\x00\n"));
    const insertions = stepsOf(dockerfile).map((step) => ({ step, mounts: [SECRET] }));
    expect(insertMounts(dockerfile, insertions).text).toEqual(bytes(`FROM a\nRUN ${SECRET} echo \xff\xc3\x00\n`));
  });

  it("may be several at a step, in the order given, also of several insertions", () => {
    const dockerfile = read("FROM a\nRUN x\nRUN y\n");
    const [x, y] = [stepOf(dockerfile, "x"), stepOf(dockerfile, "y")];
    const insertions = [
      { step: y, mounts: [SECRET] },
      { step: x, mounts: ["--mount=type=ssh", SECRET] },
      { step: y, mounts: ["--mount=type=tmpfs,target=/t"] },
      { step: x, mounts: [] },
    ];
    const { text, edits } = insertMounts(dockerfile, insertions);
    expect(Buffer.from(text).toString()).toBe(
      `FROM a\nRUN --mount=type=ssh ${SECRET} x\nRUN ${SECRET} --mount=type=tmpfs,target=/t y\n`,
    );
    expect(edits.map(({ start, end }) => [start, end])).toEqual([
      [10, 10],
      [16, 16],
    ]);
    expect(verifyInsertion(dockerfile, text, insertions).instructions).toHaveLength(3);
  });

  it.each([
    "type=secret,id=a",
    "--mount=type=secret,id=$A",
    "--mount=type=secret,id={{a}}",
    "--mount=type=secret,id=a<b",
    "--mount=type=secret,id=%a%",
    "--mount=type=secret,id=@a@",
    "--mount=type=secret,id=`a`",
    '--mount=type=secret,"id=a,b"',
    "--mount=type=secret,id='a'",
    "--mount=type=secret,id=a b",
    "--mount=type=secret,id=a\\",
    "--mount=type=secret,id=a\nRUN x",
    "--mount=type=secret,id=é",
    "--mount=type=secret,id=a #",
    "--mount=",
  ])("are refused where they hold more than is inert: %j", (mount) => {
    expect(() => insertAll("FROM a\nRUN x\n", [mount])).toThrow("cannot be inserted safely");
  });

  it.each(["--mount=type=secret", "--mount=type=secret,id=a,b", "--mount=required=true,type=secret,id=a"])(
    "are refused where BuildKit would refuse them: %j",
    (mount) => {
      expect(() => insertAll("FROM a\nRUN x\n", [mount])).toThrow("would be refused by BuildKit");
    },
  );

  it("are refused where they make a line too long", () => {
    const line = `RUN ${"x".repeat(65_500)}`;
    expect(() => insertAll(`FROM a\n${line}\n`)).toThrow("line 2: with its mounts the line would have more");
    expect(insertAll(`FROM a\nRUN \\\n${line}\n`)).toContain(SECRET);
  });

  it("are for steps of the same Dockerfile", () => {
    const step = stepOf(read("FROM a\nRUN x\n"), "x");
    expect(() => insertMounts(read("FROM a\nRUN x\n"), [{ step, mounts: [SECRET] }])).toThrow(TypeError);
  });
});
