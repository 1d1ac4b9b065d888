import { assignmentIn } from "../../dockerfile/shell/program.ts";
import { pairOf } from "../build-input.ts";
import type { BuildInput, ContainerBuild } from "../container-build.ts";
import type { CiScript } from "../script.ts";
import { type SourcedText, sliceText } from "../sourced-text.ts";

/**
 * Build arguments that scripts keep in a variable or an array, by the first build that takes them:
 * `docker build "${args[@]}" .`
 */
export function keptArguments(builds: readonly ContainerBuild[]): ReadonlyMap<ContainerBuild, readonly BuildInput[]> {
  const given = new Set<readonly SourcedText[]>();
  return new Map(
    builds.map((build) => {
      const lists = takenBy(build).filter((list) => !given.has(list));
      for (const list of lists) given.add(list);
      return [build, lists.flatMap((list) => list.flatMap((pair) => pairOf(pair, pair, "build-arg")))];
    }),
  );
}

/** What each variable that a command takes keeps. */
function takenBy({ command, scripts }: ContainerBuild): readonly (readonly SourcedText[])[] {
  const kept = scripts.map(keptIn).filter(({ size }) => size > 0);
  if (command === undefined || kept.length === 0) return [];
  const taken = command.shell.words.flatMap(({ raw }) => [...raw.matchAll(/\$\{?([A-Za-z_]\w*)/g)]);
  return [...new Set(taken.map((match) => match[1]!))].flatMap((name) => kept.map((one) => one.get(name) ?? []));
}

const kept = new WeakMap<CiScript, ReadonlyMap<string, readonly SourcedText[]>>();

/** By the variable's name. */
function keptIn(script: CiScript): ReadonlyMap<string, readonly SourcedText[]> {
  let found = kept.get(script);
  if (found === undefined) {
    found = script.masked.includes("--build-arg") ? findKept(script) : new Map();
    kept.set(script, found);
  }
  return found;
}

// a word with its quotes; what is longer is no argument
const ARGUMENT =
  /--build-arg(?:=|[ \t\r\n\\]{1,200})("(?:[^"\\]|\\.){0,2000}"|'[^']{0,2000}'|[^\s"')]{1,2000}(?:"[^"]{0,2000}"|'[^']{0,2000}')?)/g;

function findKept({ source, masked, shell }: CiScript): Map<string, SourcedText[]> {
  const found = new Map<string, SourcedText[]>();
  for (const { assignments, words } of shell?.commands ?? []) {
    for (const { name, value } of [...assignments, ...words.flatMap((word) => assignmentIn(word) ?? [])]) {
      for (const match of masked.slice(value.start, value.end).matchAll(ARGUMENT)) {
        const end = value.start + match.index + match[0].length;
        const texts = found.get(name) ?? [];
        texts.push(sliceText(source, end - match[1]!.length, end));
        found.set(name, texts);
      }
    }
  }
  return found;
}
