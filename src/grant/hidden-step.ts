import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type DockerfileError, dockerfileError } from "../dockerfile/dockerfile-error.ts";
import { readShell } from "../dockerfile/shell/read-shell.ts";
import { decode } from "../dockerfile/text.ts";
import { callsOf, type Ran } from "../recipe/call.ts";
import type { Plan } from "./plan.ts";
import type { GrantRequest } from "./request.ts";

/**
 * Refuses a template in which a step that is granted cannot be placed: it may be no step, or it stands where the
 * template hides it.
 *
 * @throws DOCKERFILE with the line and the reason
 */
export function refuseHiddenSteps(dockerfile: Dockerfile, plan: Plan, requests: readonly GrantRequest[]): void {
  const { template, name } = dockerfile;
  if (template === undefined) return;
  const uncertain = new Map(template.uncertain.map((one) => [one.start, one]));
  for (const { step } of plan.steps) {
    const doubt = uncertain.get(step.run.keywordStart) ?? uncertain.get(step.instruction.start);
    if (doubt !== undefined) throw notPlaced(name, doubt.line, `${step.label} is granted, but ${doubt.why}`);
  }
  const steps = new Set(dockerfile.instructions.map(({ start }) => start));
  const hits = hitsOf(requests);
  for (const { start, line, why } of template.uncertain) {
    if (steps.has(start)) continue;
    const what =
      hits(paragraphAt(dockerfile, start)) ?? (commentAbove(dockerfile.text, start) ? "the comment above" : undefined);
    if (what !== undefined) throw notPlaced(name, line, `${what} is for the RUN here, but ${why}`);
  }
  const { unseen } = template;
  if (unseen.length === 0) return;
  const lines = lineStarts(dockerfile.text);
  for (const { line, what } of unseen) {
    const start = lines[line - 1] ?? 0;
    const by = hits(decode(dockerfile.text.slice(start, lines[line] ?? dockerfile.text.length)));
    if (by !== undefined) throw notPlaced(name, line, `${by} is for a step that is hidden here: ${what}`);
  }
}

/** Which request would choose a step with this text, as far as its text alone can tell. */
function hitsOf(requests: readonly GrantRequest[]): (text: string) => string | undefined {
  const tests = requests.map((request) => {
    const what = request.kind === "recipe" ? `recipe ${request.recipe.name}` : `secret ${request.secret}`;
    return { what, test: testOf(request) };
  });
  return (text) => tests.find(({ test }) => test(text))?.what;
}

function testOf(request: GrantRequest): (text: string) => boolean {
  if (request.steps?.run !== undefined) {
    const pattern = new RegExp(request.steps.run, "m");
    return (text) => pattern.test(text);
  }
  // every step of a stage, or the one of a number: this may be it
  if (request.steps !== undefined) return () => true;
  if (request.kind === "secret") return () => false;
  const signs = request.recipe.signs.filter(({ variable }) => variable === undefined);
  return (text) => {
    const ran = ranBy(text);
    return signs.some(({ run }) => run(ran, request.options));
  };
}

/** What stands behind a RUN is a shell's line, whatever the template has around it. */
function ranBy(text: string): Ran {
  return { text, calls: callsOf(readShell(text.replace(/\bRUN\s+(?:--\S+\s+)*/g, "\n"))) };
}

const longestParagraph = 1024;

/** From a place up to the next empty line: what may be the step that begins there. */
function paragraphAt({ text }: Dockerfile, start: number): string {
  const near = text.slice(start, start + longestParagraph);
  const end = /\n[ \t\r]*\n/.exec(near)?.index;
  return decode(near.slice(0, end));
}

function commentAbove(text: string, start: number): boolean {
  const line = text.lastIndexOf("\n", start - 1);
  if (line < 0) return false;
  return /^\s*#\s*buildseal:(?!\s*ignore=)/.test(text.slice(text.lastIndexOf("\n", line - 1) + 1, line));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function notPlaced(name: string, line: number, what: string): DockerfileError {
  return dockerfileError(
    name,
    line,
    what,
    "Nothing was changed in this file. Write the step where it is sure that one begins, or mount by hand and narrow the grant",
  );
}
