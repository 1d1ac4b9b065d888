import type { Engine, Tag, Trim } from "./engine/index.ts";
import type { Token, TokenKind } from "./token.ts";

/** The tokens of a template (one character a byte); joined they are the text. */
export function tokenize(text: string, engine: Engine): Token[] {
  return "scan" in engine ? engine.scan(text) : new Tokenizer(text, engine).run();
}

type DelimitedEngine = Extract<Engine, { readonly tags: unknown }>;

const PATTERN = /[.*+?^${}()|[\]\\]/g;
const BLANKS = " \t";
const WHITE = " \t\r\n\v\f";

/** A class only because its parts share so many places in the text. */
class Tokenizer {
  readonly tokens: Token[] = [];
  readonly text: string;
  readonly tags: readonly Tag[];
  readonly standalone: boolean;
  readonly opener: RegExp;
  /** Quotes of which no more is in the text. */
  readonly spent = new Set<string>();
  done = 0;

  constructor(text: string, { tags, literals, standalone = false }: DelimitedEngine) {
    this.text = text;
    this.tags = tags;
    this.standalone = standalone;
    const opens = [...literals, ...tags.map(({ open }) => open)].sort((a, b) => b.length - a.length);
    this.opener = new RegExp(opens.map((open) => open.replace(PATTERN, "\\$&")).join("|"), "g");
  }

  run(): Token[] {
    let from = 0;
    for (;;) {
      this.opener.lastIndex = from;
      const found = this.opener.exec(this.text);
      if (found === null) break;
      from = found.index + found[0].length;
      const tag = this.tags.find(({ open }) => open === found[0]);
      if (tag === undefined) continue;
      const next = this.readTag(tag, found.index);
      if (next === undefined) return this.tokens;
      from = next;
    }
    this.add("text", this.text.length);
    return this.tokens;
  }

  /** The tag at `start`, with what it trims; where the text after it begins. */
  readTag(tag: Tag, start: number): number | undefined {
    const innerStart = start + tag.open.length;
    const innerEnd = this.findClose(tag, innerStart);
    if (innerEnd < 0) {
      this.add("text", start);
      this.add("unclosed", this.text.length);
      return undefined;
    }
    const first = this.text.charAt(innerStart);
    const last = this.text.charAt(innerEnd - 1);
    const opensWith = first in tag.before ? first : "";
    const closesWith = innerEnd - 1 >= innerStart + opensWith.length && last !== "" && last in tag.after ? last : "";
    const inner = this.text.slice(innerStart + opensWith.length, innerEnd - closesWith.length).trim();
    const meaning = tag.read(inner);
    const end = innerEnd + tag.close.length;
    const before = tag.before[opensWith] ?? "none";
    const after = tag.after[closesWith] ?? "none";
    const alone = this.standalone && meaning.kind !== "value" && this.isAlone(start, end);
    this.trimBefore(alone && before === "none" ? "blanks" : before, start);
    this.add(meaning.kind, end, meaning.name);
    if (meaning.until !== undefined) return this.takeVerbatim(meaning.kind, meaning.until, after);
    return this.trimAfter(alone && after === "none" ? "line" : after);
  }

  isAlone(start: number, end: number): boolean {
    const { text } = this;
    let before = start;
    while (before > 0 && BLANKS.includes(text.charAt(before - 1))) before--;
    let after = end;
    while (after < text.length && `${BLANKS}\r`.includes(text.charAt(after))) after++;
    return (before === 0 || text.charAt(before - 1) === "\n") && (after === text.length || text.charAt(after) === "\n");
  }

  takeVerbatim(kind: TokenKind, until: RegExp, trim: Trim): number {
    const from = kind === "comment" ? this.done : this.trimAfter(trim);
    until.lastIndex = from;
    const end = until.exec(this.text)?.index ?? this.text.length;
    this.add(kind === "comment" ? "comment" : "text", end);
    return end;
  }

  trimBefore(trim: Trim, start: number): void {
    const set = trim === "all" ? WHITE : trim === "blanks" ? BLANKS : "";
    let end = start;
    while (end > this.done && set.includes(this.text.charAt(end - 1))) end--;
    // blanks are taken only where nothing else is before them on the line
    if (trim === "blanks" && end > this.done && this.text.charAt(end - 1) !== "\n") end = start;
    this.add("text", end);
    this.add("gap", start);
  }

  trimAfter(trim: Trim): number {
    const { text } = this;
    let end = this.done;
    if (trim === "all") while (end < text.length && WHITE.includes(text.charAt(end))) end++;
    if (trim === "line") while (end < text.length && BLANKS.includes(text.charAt(end))) end++;
    if (trim === "newline" || trim === "line" || trim === "perhaps-newline") {
      if (text.startsWith("\r\n", end)) end += 2;
      else if (text.charAt(end) === "\n") end++;
      else end = this.done;
    }
    this.add(trim === "perhaps-newline" ? "soft-newline" : "gap", end);
    return this.done;
  }

  findClose(tag: Tag, from: number): number {
    const { text } = this;
    if (tag.quotes === "") return text.indexOf(tag.close, from);
    for (let at = from; at < text.length; at++) {
      if (text.startsWith(tag.close, at)) return at;
      const ch = text.charAt(at);
      if (!tag.quotes.includes(ch) || this.spent.has(ch)) continue;
      const end = this.findQuote(ch, at + 1);
      if (end < 0) this.spent.add(ch);
      else at = end;
    }
    return -1;
  }

  findQuote(quote: string, from: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const ch = text.charAt(at);
      if (ch === "\\" && quote !== "`") at++;
      else if (ch === quote) return at;
    }
    return -1;
  }

  add(kind: TokenKind, end: number, name?: string): void {
    if (end <= this.done) return;
    this.tokens.push({ kind, start: this.done, end, name });
    this.done = end;
  }
}
