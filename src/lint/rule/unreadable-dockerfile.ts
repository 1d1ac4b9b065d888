import { problemOf } from "../../dockerfile/check.ts";
import type { Dockerfile } from "../../dockerfile/dockerfile.ts";
import type { Instruction } from "../../dockerfile/instruction.ts";
import { mountsOf } from "../../dockerfile/mount.ts";
import { createPositions } from "../position.ts";
import type { DockerfileSubject, LintRule, Problem } from "../rule.ts";

export const unreadableDockerfile: LintRule = {
  id: "unreadable-dockerfile",
  severity: "error",
  title: "BuildKit refuses the file",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "Something that BuildKit's own parser refuses: a heredoc that never ends, a line of more than 65,535 bytes, a parser directive given twice, an unknown instruction or flag, a mount that it cannot read, a file without any instruction or one that is no text. The message says what BuildKit says. In a template only what no rendering could mend is reported.",
    why: "The build fails there. What stands below a heredoc without an end, or a line that is too long, cannot be read by anybody, so no other rule looked at it.",
    example: "FROM debian:12\nRUN cat <<EOF > /etc/motd\nwelcome",
    instead: "FROM debian:12\nRUN cat <<EOF > /etc/motd\nwelcome\nEOF",
  },
  *check(subject) {
    const { dockerfile } = subject;
    const binary = binaryProblem(dockerfile);
    if (binary !== undefined) {
      yield binary;
      return;
    }
    yield* refusedInstructions(subject);
    const { problem, template } = dockerfile;
    // a template may be a piece of another, or have nothing but includes
    const isPiece = template !== undefined && problem?.message.endsWith("there is no instruction in the file");
    if (problem !== undefined && isPiece !== true) yield refusedFile(dockerfile, problem);
  },
};

/** A file that is none of text: one finding says it, instead of one for each line. */
function binaryProblem({ text, instructions, problem }: Dockerfile): Problem | undefined {
  const isUtf16 = text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF");
  const nul = isUtf16 ? 0 : text.indexOf("\0");
  if (nul < 0) return undefined;
  const isDockerfile = problem === undefined && instructions.every(({ known }) => known !== undefined);
  if (isUtf16) {
    return {
      start: 0,
      end: 2,
      message: "The file is in UTF-16, which BuildKit does not read",
      remedy: "Save it as UTF-8.",
    };
  }
  return {
    start: nul,
    end: nul + 1,
    message: isDockerfile
      ? "A NUL byte: no shell and no program can be given one"
      : "The file is binary: it holds a NUL byte here, and it is no Dockerfile",
    remedy: isDockerfile ? "Take the byte out." : "Name the file that was meant, or leave this one out by lint.ignore.",
  };
}

function* refusedInstructions({ dockerfile, frontend }: DockerfileSubject): Iterable<Problem> {
  // another frontend may have instructions of its own, and a template may become anything
  if (!frontend.isDockers || dockerfile.template !== undefined) return;
  const problems = [...refusals(dockerfile)];
  if (problems.length > 0 && isTemplateOfSomeKind(dockerfile)) yield unknownTemplate(problems[0]!);
  else yield* problems;
}

function* refusals({ instructions }: Dockerfile): Iterable<Problem> {
  let staged = false;
  let saidOutside = false;
  for (let at = 0; at < instructions.length; at++) {
    const instruction = instructions[at]!;
    staged ||= instruction.known === "FROM";
    if (instruction.known === undefined) {
      const more = unknownAfter(instructions, at);
      yield unknownInstruction(instruction, more);
      at += more;
      continue;
    }
    const outside: string | undefined =
      staged || saidOutside || instruction.known === "ARG" ? undefined : "there is no FROM before it";
    const problem: string | undefined = problemOf(instruction) ?? outside;
    saidOutside ||= problem !== undefined && problem === outside;
    if (problem !== undefined && !isTypeMisplaced(instruction)) yield refused(instruction, problem);
  }
}

/** How many right below are no instructions either: one missing continuation makes many of them. */
function unknownAfter(instructions: readonly Instruction[], at: number): number {
  if (meantBy(instructions[at]!) !== undefined) return 0;
  let end = at + 1;
  while (end < instructions.length && isStray(instructions[end]!)) end++;
  return end - at - 1;
}

function isStray(instruction: Instruction): boolean {
  return instruction.known === undefined && meantBy(instruction) === undefined;
}

function isTemplateOfSomeKind({ name, text, instructions }: Dockerfile): boolean {
  if (TEMPLATE_NAME.test(name)) return true;
  return instructions.some(
    ({ known, keywordStart }) =>
      known === undefined && /^(?:\{[{%#]|\}\}|<[%#]|%\}|@[({]|\[%)/.test(text.slice(keywordStart, keywordStart + 2)),
  );
}

/** How files are called of which a program makes a Dockerfile. */
const TEMPLATE_NAME =
  /\.(?:template|tmpl|tpl|tmp|in|gotmpl|j2|jinja2?|erb|ejs|eex|hbs|mustache|liquid|m4|em|jq)$|(?:^|[._-])template(?:[._-]|$)/i;

function unknownTemplate({ start, end, hide }: Problem): Problem {
  return {
    start,
    end,
    message: "Possibly misread from here on: the file looks like a template, and of an engine that is not known",
    remedy: "Name the engine with --engine, or lint what the template becomes.",
    severity: "info",
    ...(hide === undefined ? {} : { hide }),
  };
}

/** Says more of it, and mends it: mount-type-first. */
function isTypeMisplaced(instruction: Instruction): boolean {
  const refused = mountsOf(instruction).find(({ problem }) => problem !== undefined);
  return refused?.problem?.startsWith("unexpected key") === true && /,\s*type=/i.test(refused.flag.value ?? "");
}

function meantBy(instruction: Instruction): string | undefined {
  return /\(did you mean (\w+)\?\)/.exec(problemOf(instruction) ?? "")?.[1];
}

/** Its word is not repeated: it may be a line of a broken continuation, and so anything. */
function unknownInstruction(instruction: Instruction, more: number): Problem {
  const meant = meantBy(instruction);
  const below = more === 0 ? "" : more === 1 ? ", nor is the one below" : `, nor are the ${more} below`;
  return {
    start: instruction.keywordStart,
    end: instruction.keywordEnd,
    message: `This is no instruction of a Dockerfile${below}`,
    remedy:
      meant === undefined
        ? "Correct the word; if the line belongs to the one above, end that one with a continuation character."
        : `Did you mean ${meant}?`,
    ...(meant === undefined ? { hide: [{ start: instruction.start, end: instruction.end }] } : {}),
  };
}

function refused(instruction: Instruction, problem: string): Problem {
  const { start, keywordEnd } = instruction;
  const message = `BuildKit refuses this ${instruction.keyword}: ${problem}`;
  return { start, end: keywordEnd, message, remedy: "Correct the instruction.", key: instruction.keyword };
}

function refusedFile(
  { name, text, pieces, template }: Dockerfile,
  problem: NonNullable<Dockerfile["problem"]>,
): Problem {
  const { start, end } = createPositions(text).line(problem.line);
  const what = problem.message.replace(`${name}, line ${problem.line}: `, "");
  const unread = pieces.at(-1)?.kind === "unread" ? " Nothing from here on was looked at." : "";
  return {
    start,
    end,
    message: `${template === undefined ? "BuildKit refuses the file" : "The template cannot be read"}: ${what}`,
    remedy: `${problem.remedy}${text.trim() === "" ? "" : unread}`,
  };
}
