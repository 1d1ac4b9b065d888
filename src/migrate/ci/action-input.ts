import type { Edit } from "../../dockerfile/insertion.ts";
import type { ContainerBuild } from "../../workflow/build.ts";
import type { CiDocument, CiEntry } from "../../workflow/document.ts";
import { expressionsIn } from "../../workflow/github/expression.ts";
import { linesOf } from "../../workflow/sourced-text.ts";
import type { PlannedPlace } from "./migration.ts";
import { lineEndAt, withoutLines } from "./own-line.ts";
import type { SecretArgument } from "./secret-argument.ts";

/**
 * Lines of docker/build-push-action's `build-args` move to its `secrets`: to the end of those that are there, or to a block
 * right before.
 */
export function planActionInputs(
  document: CiDocument,
  build: ContainerBuild,
  found: readonly SecretArgument[],
): PlannedPlace[] {
  const input = (name: string) => build.step?.with.find((entry) => entry.name.text === name);
  const [from, to] = [input("build-args"), input("secrets")];
  const planned = found.map(({ arg, id }) => {
    const { start, end } = arg;
    const value = arg.value?.text ?? "";
    const replacement = `secrets: ${id}=${isOneExpression(value) ? value : "…"}`;
    return { start, end, what: `${build.label}: the build argument ${arg.name}`, replacement };
  });
  const why = whyNot(found, from, to);
  if (why !== undefined) return planned.map((place) => ({ ...place, why, edits: [] }));

  const { text } = document;
  const removals = found.map(({ arg }) => withoutLines(text, arg));
  if (removals.includes(undefined)) return planned.map((place) => ({ ...place, why: noLines, edits: [] }));
  const left = linesOf(from!.value!).length > found.length;
  const lineEnd = lineEndAt(text, from!.start);
  const added = found.flatMap(({ arg, id, beside }) => [
    `${id}=${arg.value!.text}${lineEnd}`,
    ...(beside === undefined ? [] : [`${beside.id}=${beside.value}${lineEnd}`]),
  ]);
  const edits = removals as Edit[];
  const inner = indentOf(text, found[0]!.arg.start);
  const outer = indentOf(text, from!.start);
  // with nothing left in it, the key goes too
  const own = left ? [...edits] : [withoutLines(text, from!)!];
  if (to === undefined) {
    const line = text.lastIndexOf("\n", from!.start - 1) + 1;
    const block = `${outer}secrets: |${lineEnd}${added.map((one) => inner + one).join("")}`;
    if (left) own.unshift({ start: line, end: line, text: block });
    else own[0] = { ...own[0]!, text: block };
  } else {
    const last = linesOf(to.value!).at(-1)!;
    const newline = text.indexOf("\n", last.end);
    const at = newline < 0 ? text.length : newline + 1;
    const margin = indentOf(text, last.start);
    own.push({ start: at, end: at, text: (newline < 0 ? lineEnd : "") + added.map((one) => margin + one).join("") });
  }
  return planned.map((place) => ({ ...place, edits: own }));
}

const noLines = "something else stands on its line";

function whyNot(
  found: readonly SecretArgument[],
  from: CiEntry | undefined,
  to: CiEntry | undefined,
): string | undefined {
  if (!isBlockOfLines(from)) return "`build-args` is no block of lines (`|`)";
  if (to !== undefined && (!isBlockOfLines(to) || linesOf(to.value!).length === 0))
    return "`secrets` is no block of lines (`|`)";
  if (found.some(({ arg }) => !isOneExpression(arg.value?.text ?? ""))) {
    return "its value is more than one expression: a text of its own must be quoted as `secrets` wants it";
  }
  return undefined;
}

/** Whether lines can be put into it and taken out. */
export function isBlockOfLines(entry: CiEntry | undefined): boolean {
  return entry?.ownLines === true && entry.value?.writing === "literal";
}

function isOneExpression(value: string): boolean {
  const [only, ...others] = expressionsIn(value);
  return only !== undefined && others.length === 0 && only.start === 0 && only.end === value.length;
}

function indentOf(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))![0];
}
