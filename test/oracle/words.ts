import { lex } from "../../src/dockerfile/shell-lexer.ts";
import { decode, encode } from "../../src/dockerfile/text.ts";
import { findDifference } from "./difference.ts";
import { pick, type Random } from "./mutation.ts";
import type { Oracle } from "./oracle.ts";

type WordRequest = {
  readonly word: string;
  readonly env: readonly string[];
  readonly escape: "\\" | "`";
  readonly rawQuotes: boolean;
  readonly rawEscapes: boolean;
  readonly skipUnset: boolean;
};

const BRACE = "$" + "{";
const PARTS = [
  "a",
  "b",
  "ab",
  "é",
  "x y",
  " ",
  "\t",
  "\u2003",
  "'",
  '"',
  "''",
  '""',
  "'q r'",
  '"q r"',
  "\\",
  "`",
  "\\ ",
  '\\"',
  "\\$",
  "\\\\",
  "$",
  "$A",
  "$B",
  "$U",
  "$E",
  "$1",
  "$@",
  "$é",
  "<",
  "<<",
  "<< ",
  "<<-",
  "}",
  "/",
  "*",
  "?",
  "#",
  "%",
  `${BRACE}A}`,
  `${BRACE}U}`,
  BRACE,
  `${BRACE}A:-`,
  `${BRACE}U:-`,
  `${BRACE}U-`,
  `${BRACE}E:+`,
  `${BRACE}E+`,
  `${BRACE}E:-`,
  `${BRACE}U:?`,
  `${BRACE}U?m`,
  `${BRACE}A#`,
  `${BRACE}A##`,
  `${BRACE}A%`,
  `${BRACE}A%%`,
  `${BRACE}P#*/}`,
  `${BRACE}P##*/}`,
  `${BRACE}P%/*}`,
  `${BRACE}P%%/*}`,
  `${BRACE}P%?}`,
  `${BRACE}P/b/X}`,
  `${BRACE}P//b/X}`,
  `${BRACE}P//\\//-}`,
  `${BRACE}P/`,
  `${BRACE}P//`,
  `${BRACE}A=`,
  `${BRACE}A:x`,
  `${BRACE}}`,
  `${BRACE}:}`,
  "\u0000",
];
const ENV = ["A=a b", "B=bar", "E=", "P=/a/b/c.b", "é=accent"];
const BATCH = 1000;

/** Compares our shell lexer with BuildKit's on words made at random; gives the differences. */
export async function compareWords(oracle: Oracle, random: Random, count: number): Promise<string[]> {
  const differences: string[] = [];
  for (let made = 0; made < count; made += BATCH) {
    const requests = Array.from({ length: Math.min(BATCH, count - made) }, () => makeRequest(random));
    const payloads = requests.map((request) => new TextEncoder().encode(JSON.stringify(request)));
    const answers = await oracle.ask("w", payloads);
    for (const [index, request] of requests.entries()) {
      const ours = answer(request);
      if (ours === "beyond us") continue;
      const difference = findDifference(normalize(answers[index] as Theirs), ours);
      if (difference !== undefined) differences.push(`${JSON.stringify(request)}: ${difference}`);
    }
  }
  return differences;
}

function makeRequest(random: Random): WordRequest {
  const length = 1 + Math.floor(random() * 8);
  return {
    word: Array.from({ length }, () => pick(random, PARTS)).join(""),
    env: ENV,
    escape: random() < 0.8 ? "\\" : "`",
    rawQuotes: random() < 0.3,
    rawEscapes: random() < 0.3,
    skipUnset: random() < 0.3,
  };
}

type Theirs = { readonly ok: boolean; readonly result: string; readonly words: readonly string[] };

function normalize(theirs: Theirs): Theirs {
  return { ok: theirs.ok, result: decode(theirs.result), words: theirs.words.map(decode) };
}

function answer(request: WordRequest): Theirs | "beyond us" {
  const values = new Map(
    request.env.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
  const lexed = lex(request.word, { ...request, lookup: (name) => values.get(name) });
  if (!lexed.ok && lexed.beyondUs) return "beyond us";
  if (!lexed.ok) return { ok: false, result: "", words: [] };
  return { ok: true, result: decode(encode(lexed.result)), words: lexed.words };
}
