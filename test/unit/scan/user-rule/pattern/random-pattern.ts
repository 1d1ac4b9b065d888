import fc from "fast-check";

/** A pattern, and whether it can match nothing. */
type Made = { readonly text: string; readonly nullable: boolean };

const bytes = fc
  .constantFrom(
    "a",
    "b",
    "A",
    "B",
    "1",
    "_",
    " ",
    "\\n",
    ".",
    "\\w",
    "\\W",
    "\\d",
    "\\s",
    "\\S",
    "[ab]",
    "[^a]",
    "[a-b1]",
    "[^\\w]",
    "\\x61",
    "\\u0041",
    "\\x00",
    "\\r",
    "\\xe9",
    "\\.",
    "-",
    "[\\]\\-.^]",
    "[^\\n-]",
    "[\\x80-\\xff]",
    "[a-bA\\d_]",
    "[\\s\\S]",
  )
  .map((text): Made => ({ text, nullable: false }));
const edges = fc.constantFrom("^", "$", "\\b", "\\B").map((text): Made => ({ text, nullable: true }));
const counts = fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "{1,3}", "*?", "+?", "??", "{0,2}?", "{2,}?");

/** Patterns that JavaScript reads as well; none repeats what can be nothing, of which every engine has its own opinion. */
export function randomPattern(groups: boolean): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: Made; plain: Made }>((tie) => ({
    plain: nodeOf(tie("plain"), tie("plain"), false),
    node: nodeOf(tie("node"), tie("plain"), groups),
  }));
  return node.map(({ text }) => text);
}

function nodeOf(self: fc.Arbitrary<Made>, plain: fc.Arbitrary<Made>, groups: boolean): fc.Arbitrary<Made> {
  const open = groups ? fc.constantFrom("(", "(?:") : fc.constant("(?:");
  return fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: bytes, weight: 4 },
    { arbitrary: edges, weight: 1 },
    {
      arbitrary: fc.array(self, { minLength: 1, maxLength: 4 }).map((items) => ({
        text: items.map(({ text }) => text).join(""),
        nullable: items.every(({ nullable }) => nullable),
      })),
      weight: 3,
    },
    {
      arbitrary: fc.tuple(open, fc.array(self, { minLength: 1, maxLength: 3 })).map(([bracket, items]) => ({
        text: `${bracket}${items.map(({ text }) => text).join("|")})`,
        nullable: items.some(({ nullable }) => nullable),
      })),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(plain, counts)
        .filter(([{ nullable }]) => !nullable)
        .map(([item, count]) => ({ text: `(?:${item.text})${count}`, nullable: /^(?:[*?]|\{0)/.test(count) })),
      weight: 3,
    },
  );
}

export const randomText = fc
  .array(fc.constantFrom("a", "b", "A", "B", "1", "_", " ", "\n", "\r", "-", ".", "]", "\0", "\xe9"), { maxLength: 14 })
  .map((parts) => parts.join(""));
