import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { readDockerfile, stepsOf, toText } from "../../../../src/dockerfile/index.ts";
import { placeInBody, placerOf, readStep } from "../../../../src/dockerfile/shell/index.ts";

const encoded = (text: string) => toText(new TextEncoder().encode(text));

function pieces(source: Uint8Array): string[] {
  const dockerfile = readDockerfile(source);
  return stepsOf(dockerfile).flatMap(({ instruction, run }) =>
    readStep(run, { templates: false }).commands.map(({ start, end }) => {
      const place = placeInBody(instruction, run, start, end);
      return dockerfile.text.slice(place.start, place.end);
    }),
  );
}
const of = (text: string) => pieces(new TextEncoder().encode(text));

describe("a place in a body", () => {
  test("is found through continuations, comments and characters of several bytes", () => {
    expect(of("FROM a\nRUN --mount=type=cache,target=/x é 'ü😀' && \\\n  # no\n\n  b ß; \\\n c\n")).toEqual(
      ["é 'ü😀'", "b ß", "c"].map(encoded),
    );
  });

  test("is found in here-docs, one or more, with tabs before their ends", () => {
    expect(
      of("FROM a\nRUN <<-EOF\n\tä b\n\tc\n\tEOF\nRUN cat <<A <<B && ö\nx é\nA\ny\nB\nONBUILD RUN <<E\nd ü\nE\n"),
    ).toEqual(["ä b", "c", "cat <<A <<B", "ö", "d ü"].map(encoded));
    expect(of("FROM a\nRUN sh <<A && bash <<B\né x\nA\nü y\nB")).toEqual(
      ["sh <<A", "bash <<B", "é x", "ü y"].map(encoded),
    );
  });

  test("is found beside bytes that are no UTF-8", () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode("FROM a\nRUN x"),
      0xff,
      0xfe,
      ...new TextEncoder().encode(" && b é; c"),
    ]);
    expect(pieces(bytes)).toEqual(["x\xff\xfe", encoded("b é"), "c"]);
  });

  test("gives back the body's own text, wherever the lines are broken", () => {
    const character = constantFrom("a", "b", " ", "é", "😀", "\\\n", "\\\n# c\n", "'");
    assert(
      property(array(character, { minLength: 1, maxLength: 40 }), (characters) => {
        const dockerfile = readDockerfile(new TextEncoder().encode(`FROM a\nRUN x${characters.join("")}y`));
        const [step] = stepsOf(dockerfile);
        const place = placerOf(step!.instruction, step!.run);
        let offset = 0;
        for (const point of step!.body) {
          const { start, end } = place(offset, offset + point.length);
          expect(dockerfile.text.slice(start, end)).toBe(encoded(point));
          offset += point.length;
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});
