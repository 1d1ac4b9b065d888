/** A text made of another one: `starts[i]` is where the i-th stretch begins in `text`, `sources[i]` where it came from. */
export type Transcript = {
  readonly text: string;
  readonly starts: readonly number[];
  readonly sources: readonly number[];
};

type Copy = { readonly parts: string[]; readonly starts: number[]; readonly sources: number[]; length: number };

/** The place in the text that the transcript was made of. */
export function sourceOf({ starts, sources }: Transcript, index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return (sources[low] ?? 0) + index - (starts[low] ?? 0);
}

/**
 * What stands between backticks, from after the first one. `transcript` is undefined where it is the text as it is;
 * the whole is undefined where no backtick follows.
 */
export function unescapeBackticks(
  text: string,
  from: number,
  end: number,
  quoted: boolean,
): { readonly end: number; readonly transcript: Transcript | undefined } | undefined {
  const copy = startCopy();
  let plain = from;
  let at = from;
  for (; at < end && text.charAt(at) !== "`"; at++) {
    if (text.charAt(at) !== "\\") continue;
    const next = text.charAt(at + 1);
    if (next === "`" || next === "\\" || next === "$" || (quoted && next === '"')) {
      add(copy, text, plain, at);
      plain = at + 1;
    }
    at++;
  }
  if (at >= end) return undefined;
  if (copy.parts.length === 0 && plain === from) return { end: at, transcript: undefined };
  add(copy, text, plain, at);
  return { end: at, transcript: finish(copy) };
}

/** Stands for what the outer shell puts in. */
const OUTER = "$_";

/**
 * A word as the script that a shell gets by it: quotes taken off, variables left as they are written (whichever shell
 * expands them), substitutions, which the outer shell has run, replaced.
 */
export function scriptOfWord(word: {
  readonly raw: string;
  readonly from: number;
  readonly substitutions: readonly { readonly from: number; readonly to: number }[];
}): Transcript {
  const { raw, from: base } = word;
  const copy = startCopy();
  const substitutions = word.substitutions.values();
  let substitution = substitutions.next().value;
  let quote = "";
  let plain = 0;
  let at = 0;
  const skip = (width: number) => {
    add(copy, raw, plain, at, base);
    at += width;
    plain = at;
  };
  while (at < raw.length) {
    const ch = raw.charAt(at);
    if (substitution !== undefined && at + base === substitution.from) {
      skip(substitution.to - substitution.from);
      addText(copy, OUTER, substitution.from);
      substitution = substitutions.next().value;
    } else if (quote === "'") {
      if (ch === "'") {
        quote = "";
        skip(1);
      } else at++;
    } else if (ch === "'" && quote === "") {
      quote = "'";
      skip(1);
    } else if (ch === '"') {
      quote = quote === "" ? '"' : "";
      skip(1);
    } else if (ch === "\\" && (quote === "" || /["\\$`\n]/.test(raw.charAt(at + 1)))) {
      const newline = raw.charAt(at + 1) === "\n";
      skip(newline ? 2 : 1);
      if (!newline) at++;
    } else at++;
  }
  add(copy, raw, plain, raw.length, base);
  return finish(copy);
}

function startCopy(): Copy {
  return { parts: [], starts: [], sources: [], length: 0 };
}

function add(copy: Copy, text: string, from: number, to: number, base = 0): void {
  if (to > from) addText(copy, text.slice(from, to), base + from);
}

function addText(copy: Copy, part: string, source: number): void {
  copy.parts.push(part);
  copy.starts.push(copy.length);
  copy.sources.push(source);
  copy.length += part.length;
}

function finish({ parts, starts, sources }: Copy): Transcript {
  return { text: parts.join(""), starts, sources };
}
