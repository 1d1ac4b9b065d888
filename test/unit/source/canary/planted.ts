import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { printFailure } from "../../../../src/cli/failure.ts";

/**
 * What values look like: `random`, as issuers make them, which is cut for its looks alone; `word`, as people make them up,
 * which nothing but knowing it hides; `marked`, the same with the marks at which texts are taken apart.
 */
export const kinds = ["random", "word", "marked"] as const;
export type Kind = (typeof kinds)[number];

/** Values that must not be seen, and whether somebody can see one. */
export type Planted = {
  readonly kind: Kind;
  /** A new value of its kind, which is planted. */
  readonly value: (prefix?: string) => string;
  /** Plants this one. */
  readonly add: <Text extends string>(text: Text) => Text;
  readonly all: () => readonly string[];
  /** What of it is in a text, by its form and the value's number; never the value itself. */
  readonly seenIn: (text: string) => string | undefined;
};

/** So many small letters. */
function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => String.fromCharCode(97 + (byte % 26))).join("");
}

const made: Readonly<Record<Kind, () => string>> = {
  random: () => `9Zq${randomBytes(20).toString("hex")}`,
  word: () => `${letters(5)}-${letters(4)}-${letters(5)}`,
  marked: () => `${letters(5)}:${letters(4)},${letters(3)}=${letters(3)}`,
};

/** A part of a value is as good as the value: so long a run of it must not be seen either. */
const runLength = 24;

export function plant(kind: Kind = "random"): Planted {
  const values = new Set<string>();
  const needles = new Map<string, string>();

  function add<Text extends string>(text: Text): Text {
    if (text.length < 12 || values.has(text)) return text;
    values.add(text);
    const number = values.size;
    const know = (form: string, needle: string) => {
      if (needle.length >= 12) needles.set(needle, `${form} of value ${number}`);
    };
    const bytes = Buffer.from(text);
    know("raw", text);
    know("hex", bytes.toString("hex"));
    know("base64", bytes.toString("base64").replace(/=+$/, ""));
    know("base64url", bytes.toString("base64url"));
    know("percent", encodeURIComponent(text));
    know("json", JSON.stringify(text).slice(1, -1));
    for (const part of partsOf(text)) {
      know("part", part);
      for (const run of runsOf(part)) know("run", run);
    }
    return text;
  }

  return {
    kind,
    value: (prefix = "") => add(prefix + made[kind]()),
    add,
    all: () => [...values],
    seenIn: (text) => {
      for (const [needle, form] of needles) if (text.includes(needle)) return form;
      return undefined;
    },
  };
}

/** Runs of what is random, or a list of bytes: not of the words and marks around that. */
function runsOf(part: string): readonly string[] {
  const runs: string[] = [];
  for (let at = 0; at + runLength <= part.length; at += runLength / 2) runs.push(part.slice(at, at + runLength));
  return runs.filter((run) => /^(?:[\w+/=.-]+|[\d, ]+)$/.test(run));
}

/** Of a JWT what is its own: its header is the same in all. Of a PEM the lines between its borders. */
function partsOf(text: string): readonly string[] {
  const jwt = text.split(".");
  if (jwt.length === 3) return jwt.slice(1);
  return text.split(/[\r\n]+/).filter((line) => line.length >= runLength && !line.startsWith("-----"));
}

/** Everything that somebody could print of something: as text, as JSON, in depth, with hidden properties, as a clone. */
export function everythingShown(thing: unknown): string {
  const shown = [inspect(thing, { depth: 12, showHidden: true }), JSON.stringify(thing), String(thing)];
  try {
    shown.push(inspect(structuredClone(thing), { depth: 12 }));
  } catch {
    // it has functions
  }
  for (let error = thing; error instanceof Error; error = error.cause) {
    const { name, message, stack } = error;
    shown.push(name, message, String(stack), JSON.stringify({ ...error }), inspect(error, { depth: 12 }));
    // as BUILDSEAL_DEBUG=1 shows it
    shown.push(printFailure(error, { stack: true }));
  }
  return shown.join("\n");
}
