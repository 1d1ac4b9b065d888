import type { Script } from "../dockerfile/shell/script.ts";
import type { BodyRange, Gone } from "./body-cut.ts";

/** A variable that a step's own text sets: by `export` or `env`, by itself, or before a command. */
export type BodyAssignment = {
  readonly name: string;
  /** As written; undefined: `export NAME` of what was set before. */
  readonly raw: string | undefined;
  readonly command: number;
  readonly range: BodyRange;
};

/** The assignments of some names in a script. */
export function assignmentsOf(script: Script, names: ReadonlySet<string>): BodyAssignment[] {
  return script.commands.flatMap((command, index) => {
    const found: BodyAssignment[] = [];
    for (const { name, value, start, end } of command.assignments) {
      if (names.has(name)) found.push({ name, raw: value.raw, command: index, range: { from: start, to: end } });
    }
    const words = command.words.map(({ raw }) => raw);
    if (words[0] === "env") {
      // up to the program, or to an option, which may take the next word
      for (const { raw, start, end } of command.words.slice(1)) {
        const equals = raw.indexOf("=");
        if (equals <= 0 || !/^\w+$/.test(raw.slice(0, equals))) break;
        const name = raw.slice(0, equals);
        if (names.has(name))
          found.push({ name, raw: raw.slice(equals + 1), command: index, range: { from: start, to: end } });
      }
    }
    if (isExport(words)) {
      for (const { raw, start, end } of command.words.slice(1)) {
        const equals = raw.indexOf("=");
        const name = equals < 0 ? raw : raw.slice(0, equals);
        if (!names.has(name)) continue;
        found.push({
          name,
          raw: equals < 0 ? undefined : raw.slice(equals + 1),
          command: index,
          range: { from: start, to: end },
        });
      }
    }
    return found;
  });
}

function isExport([program, option]: readonly string[]): boolean {
  return program === "export" || (/^(?:declare|typeset|local)$/.test(program ?? "") && /^-\w*x/.test(option ?? ""));
}

/** What goes of each command when its assignments go: all of it where nothing else is said in it. */
export function goneOf(body: string, script: Script, assignments: readonly BodyAssignment[]): Gone[] {
  const byCommand = Map.groupBy(assignments, ({ command }) => command);
  return [...byCommand].map(([index, own]) => {
    const command = script.commands[index]!;
    const pieces = [...command.assignments, ...command.words, ...command.redirects].map(({ start }) => start);
    const others = pieces.filter((start) => !own.some(({ range }) => range.from === start));
    const left = others.filter(
      (start) =>
        !command.words.some(
          (word) => word.start === start && /^(?:export|declare|typeset|local|-\w*x\w*)$/.test(word.raw),
        ),
    );
    if (left.length === 0) return { command: index, whole: true, parts: [] };
    return { command: index, whole: false, parts: own.map(({ range }) => withBlanks(body, range, command.end)) };
  });
}

/** A word with the blanks behind it, or, at the end of its command, before it. */
function withBlanks(body: string, { from, to }: BodyRange, end: number): BodyRange {
  const after = /^[ \t]+/.exec(body.slice(to, to + 1000))?.[0].length ?? 0;
  if (to < end) return { from, to: to + after };
  const before = /[ \t]+$/.exec(body.slice(Math.max(0, from - 1000), from))?.[0].length ?? 0;
  return { from: from - before, to };
}
