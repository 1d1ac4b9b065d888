import { type DockerfileError, dockerfileError } from "../dockerfile-error.ts";
import { LONGEST_LINE_BYTES } from "../line-cursor.ts";
import { otherEscape, repeatedDirective, tooLong } from "../refusal.ts";
import type { Head } from "./head.ts";
import type { Interpretation } from "./interpretation.ts";
import type { Lines } from "./lines.ts";
import type { Token } from "./token.ts";

/** Why a template is read no further than to `at`. */
export type Problem = { readonly at: number; readonly error: DockerfileError };

export function firstOf(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.filter((problem) => problem !== undefined).sort((a, b) => a.at - b.at)[0];
}

/** What the ways through the template came upon. */
export function problemOfWays(name: string, { stop }: Interpretation, lines: Lines): Problem | undefined {
  if (stop === undefined) return undefined;
  return { at: stop.at, error: dockerfileError(name, lines.lineOf(stop.at), stop.what, stop.remedy) };
}

/** A directive that BuildKit refuses. */
export function problemOfHead(name: string, { refused: found }: Head, lines: Lines): Problem | undefined {
  if (found === undefined) return undefined;
  const line = lines.lineOf(found.at);
  return { at: found.at, error: found.what === "repeated" ? repeatedDirective(name, line) : otherEscape(name, line) };
}

/** A line whose own text is longer than BuildKit reads. */
export function problemOfLength(
  text: string,
  name: string,
  tokens: readonly Token[],
  lines: Lines,
): Problem | undefined {
  if (text.length <= LONGEST_LINE_BYTES) return undefined;
  let line = -1;
  let length = 0;
  for (const { kind, start, end } of tokens) {
    if (kind !== "text") continue;
    for (let at = start; at < end; ) {
      const lineStart = lines.startOf(at);
      const next = Math.min(end, lines.nextOf(at));
      length = lineStart === line ? length + next - at : next - at;
      line = lineStart;
      if (length - (text.charAt(next - 1) === "\n" ? 1 : 0) > LONGEST_LINE_BYTES) {
        return { at: lineStart, error: tooLong(name, lines.lineOf(lineStart)) };
      }
      at = next;
    }
  }
  return undefined;
}
