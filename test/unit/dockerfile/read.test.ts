import { readFileSync } from "node:fs";
import { basename } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanDockerfile, toBytes, toText } from "../../../src/dockerfile/index.ts";
import { type Answer, abbreviate, answerOurs, normalizeAnswer, withoutUnresolved } from "../../oracle/answer.ts";
import { corpusFolder, findDockerfiles, goldenFile } from "../../oracle/corpus.ts";
import { insertEverywhere } from "../../oracle/inserted.ts";
import { createRandom, mutate } from "../../oracle/mutation.ts";
import { read } from "./text-of.ts";

const corpus = findDockerfiles([corpusFolder]);
const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Record<string, Answer>;

describe("what BuildKit's parser says of the corpus", () => {
  it("is known for every file, and for no other", () => {
    expect(Object.keys(golden)).toEqual(corpus.map((file) => basename(file)));
  });

  it.each(corpus.map((file) => [basename(file), file]))("is what our reader says of %s", (name, file) => {
    const theirs = normalizeAnswer(golden[name]!);
    const ours = JSON.parse(JSON.stringify(answerOurs(readFileSync(file)), abbreviate)) as Answer;
    expect(withoutUnresolved(ours, theirs)).toEqual(withoutUnresolved(theirs, ours));
  });
});

describe("the pieces of a file", () => {
  function expectWhole(source: Uint8Array): void {
    const { pieces, text } = scanDockerfile(source);
    expect(text).toBe(toText(source));
    expect(toBytes(text)).toEqual(Uint8Array.from(source));
    let at = 0;
    for (const piece of pieces) {
      expect(piece.start).toBe(at);
      expect(piece.end).toBeGreaterThan(at);
      at = piece.end;
    }
    expect(at).toBe(source.length);
  }

  it("joined are the file, for any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), expectWhole));
  });

  it("joined are the file, for every file of the corpus and for what is made from them", () => {
    const sources = corpus.map((file) => readFileSync(file));
    for (const source of sources) expectWhole(source);
    const texts = sources.map(toText).filter((text) => text.length < 5000);
    const random = createRandom(20_250_101);
    for (let made = 0; made < 1500; made++) expectWhole(toBytes(mutate(random, texts)));
  });

  it("tell directives, comments, blank lines and instructions apart", () => {
    const { pieces, text } = read("\uFEFF# escape=`\n\n# a\n \nFROM a `\n  # b\n\n AS c\n# d\n");
    expect(pieces.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ["byte-order-mark", "\xEF\xBB\xBF"],
      ["directive", "# escape=`\n"],
      ["blank", "\n"],
      ["comment", "# a\n"],
      ["blank", " \n"],
      ["instruction", "FROM a `\n  # b\n\n AS c\n"],
      ["comment", "# d\n"],
    ]);
  });
});

describe("a mount at every step", () => {
  it("changes nothing else, in what is made from the corpus", () => {
    const texts = corpus.map((file) => toText(readFileSync(file))).filter((text) => text.length < 5000);
    const random = createRandom(7);
    let steps = 0;
    // insertEverywhere compares and throws
    for (let made = 0; made < 1500; made++) {
      steps += insertEverywhere(toBytes(mutate(random, texts)))?.lines.size ?? 0;
    }
    expect(steps).toBeGreaterThan(500);
  });
});

describe("an instruction", () => {
  it("has the offsets of its keyword and its flags in the file, whatever lines they are on", () => {
    const text = "FROM a\nR\\\nUN --network=none \\\n  # why\n  --mount=type=bind,\\\ntarget=/b make\n";
    const run = read(text).instructions[1]!;
    expect([run.line, run.endLine]).toEqual([2, 6]);
    expect(text.slice(run.start, run.end)).toBe(text.slice(7, -1));
    expect(text.slice(run.keywordStart, run.keywordEnd)).toBe("R\\\nUN");
    expect(run.flags.map(({ name, value, start, end }) => [name, value, text.slice(start, end)])).toEqual([
      ["network", "none", "--network=none"],
      ["mount", "type=bind,target=/b", "--mount=type=bind,\\\ntarget=/b"],
    ]);
    expect(run.body).toBe("make");
  });

  it("has a body with continuations joined, comments left out, and heredocs with their contents", () => {
    const run = read("FROM a\nRUN --network=none cat \\\n  # why\n\n  <<A <<'B' > x\none é\nA\ntwo\nB\n")
      .instructions[1]!;
    expect(run.body).toBe("cat   <<A <<'B' > x\none é\nA\ntwo\nB");
    expect(run.form).toBe("heredoc");
    expect(run.heredocs.map(({ name, expand, strip }) => ({ name, expand, strip }))).toEqual([
      { name: "A", expand: true, strip: false },
      { name: "B", expand: false, strip: false },
    ]);
  });

  it("knows where its heredocs' contents are", () => {
    const text = "FROM a\nRUN <<-EOF\n\tone\n\tEOF\nRUN x\n";
    const [heredoc] = read(text).instructions[1]!.heredocs;
    expect(text.slice(heredoc!.contentStart, heredoc!.contentEnd)).toBe("\tone\n");
    expect(text.slice(heredoc!.contentEnd, heredoc!.end)).toBe("\tEOF");
  });

  it("of ONBUILD holds the inner one", () => {
    const text = "FROM a\nONBUILD run --network=none make\n";
    const onbuild = read(text).instructions[1]!;
    expect(onbuild.inner).toMatchObject({ keyword: "RUN", body: "make", form: "shell" });
    expect(text.slice(onbuild.inner!.keywordStart, onbuild.inner!.keywordEnd)).toBe("run");
  });
});

describe("what BuildKit's parser refuses", () => {
  it.each([
    ["an unterminated heredoc", "FROM a\nRUN x\nRUN <<EOF\ny\n", 3, "EOF"],
    ["a heredoc in a comment behind a command", "FROM a\nRUN make # <<EOF\n", 2, "EOF"],
    ["another escape than \\ and `", "# syntax=a\n# escape=x\nFROM a\n", 2, "escape"],
    ["a directive twice", "# escape=`\n# escape=`\nFROM a\n", 2, "twice"],
    ["a JSON array of other things than strings", 'FROM a\nCMD ["a", 1]\n', 2, "strings"],
    ["an ENV without a value", "FROM a\n\nENV A\n", 3, "two arguments"],
    ["a line that is too long", `FROM a\nRUN x \\\n${"y".repeat(65_536)}\n`, 3, "65535"],
    ["an empty file", "", 1, "no instruction"],
    ["a file of comments", "# a\n# b\n", 2, "no instruction"],
  ])("is an error with its line and what to do: %s", (_, text, line, says) => {
    let thrown: unknown;
    try {
      read(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "DOCKERFILE", line });
    expect(String((thrown as Error).message)).toContain(`Dockerfile, line ${line}: `);
    expect(String((thrown as Error).message)).toContain(says);
    expect((thrown as { remedy: string }).remedy).not.toBe("");
  });

  it("leaves what was read before it, and the rest as unread", () => {
    const dockerfile = scanDockerfile(new TextEncoder().encode("FROM a\nRUN <<EOF\nx\n"));
    expect(dockerfile.instructions.map(({ keyword }) => keyword)).toEqual(["FROM"]);
    expect(dockerfile.pieces.at(-1)).toEqual({ kind: "unread", start: 7, end: 19 });
    expect(dockerfile.problem).toMatchObject({ line: 2 });
  });
});

describe("large files", () => {
  it("are read in a time that fits their size", () => {
    const start = performance.now();
    read(`FROM a\nRUN true \\\n${"  # why\n  && true \\\n".repeat(50_000)}  && true\n`);
    read(`FROM a\n${'RUN --mount=type=cache,target=/a "b" $c \\\n  d\n'.repeat(2000)}`);
    read(`FROM a\nRUN <<EOF\n${"line\n".repeat(100_000)}EOF\n`);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it("may nest substitutions only so deep, which is said and not guessed", () => {
    const nested = `${"$"}{a:-`.repeat(5000);
    expect(() => read(`FROM a\nRUN <<EOF ${nested}\nEOF\n`)).toThrow("nested");
  });
});
