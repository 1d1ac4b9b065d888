import { skipBlanks } from "./blank.ts";
import { type DraftRedirect, findMark, type PendingHeredoc, placeEnd, type Reader } from "./reader.ts";
import { finishWord, readExpanded, readWord, startWord } from "./word.ts";

const OPERATOR = /(?:(\d{1,9})|\{[A-Za-z_]\w{0,99}\})?(&>>|&>|<<<|<<-|<<|<>|<&|>&|>>|>\||>|<)(?!\()/y;
/** The redirect that begins at the reader's place, if one does; the text of a here-doc comes later. */
export function readRedirect(reader: Reader, owner: number): boolean {
  const { at } = reader;
  OPERATOR.lastIndex = at;
  const found = OPERATOR.exec(reader.text);
  if (found === null || at + found[0].length > reader.end) return false;
  const operator = found[2]!;
  const fd = found[1] === undefined ? undefined : Number(found[1]);
  reader.at = at + found[0].length;
  skipBlanks(reader);
  const target = readWord(reader, owner);
  const redirect: DraftRedirect = {
    operator,
    fd,
    target,
    heredoc: undefined,
    content: undefined,
    start: reader.place(at),
    end: placeEnd(reader, at, reader.at),
  };
  reader.sink.commands[owner]!.redirects.push(redirect);
  if (operator === "<<" || operator === "<<-") {
    reader.pending.push({ command: owner, redirect, name: target.value ?? target.raw });
  }
  return true;
}

/** A here-doc's stretch in the reader's text. */
export type HeredocText = PendingHeredoc & { readonly from: number; readonly to: number };

/** At the start of a line: takes the texts of the here-docs that wait. */
export function readHeredocs(reader: Reader): HeredocText[] {
  const { pending } = reader;
  if (pending.length === 0) return [];
  reader.pending = [];
  return pending.map((heredoc) => ({ ...heredoc, ...findText(reader, heredoc) }));
}

function findText(reader: Reader, { redirect, name }: PendingHeredoc): { from: number; to: number } {
  const from = reader.at;
  const tabs = redirect.operator === "<<-";
  while (reader.at < reader.end) {
    const line = reader.at;
    const newline = Math.min(findMark(reader, "\n", line), reader.end);
    reader.at = Math.min(newline + 1, reader.end);
    let start = line;
    while (tabs && start < newline && reader.text.charAt(start) === "\t") start++;
    const end = newline > start && reader.text.charAt(newline - 1) === "\r" ? newline - 1 : newline;
    if (end - start === name.length && reader.text.startsWith(name, start)) return { from, to: line };
  }
  return { from, to: reader.end };
}

/** Gives a here-doc its text; where it is expanded, its substitutions run for the command. */
export function finishHeredoc(reader: Reader, { redirect, command, from, to }: HeredocText, runs: boolean): void {
  const raw = reader.text.slice(from, to);
  redirect.heredoc = redirect.operator === "<<-" ? raw.replace(/^\t+/gm, "") : raw;
  const draft = startWord(command);
  const quoted = /['"\\]/.test(redirect.target.raw);
  if (quoted) draft.value = redirect.heredoc;
  else if (!runs) {
    const { at, end, pending } = reader;
    reader.at = from;
    reader.end = to;
    readExpanded(reader, draft, undefined);
    Object.assign(reader, { at, end, pending });
  } else draft.value = undefined;
  redirect.content = finishWord(reader, draft, from, to);
}
