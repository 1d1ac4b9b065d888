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
    if (dockerfile.problem !== undefined) yield refusedFile(dockerfile, dockerfile.problem);
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
  let staged = false;
  for (const instruction of dockerfile.instructions) {
    staged ||= instruction.known === "FROM";
    const outside = staged || instruction.known === "ARG" ? undefined : "there is no FROM before it";
    if (instruction.known === undefined) yield unknownInstruction(instruction);
    else {
      const problem = problemOf(instruction) ?? outside;
      if (problem !== undefined && !isTypeMisplaced(instruction)) yield refused(instruction, problem);
    }
  }
}

/** Says more of it, and mends it: mount-type-first. */
function isTypeMisplaced(instruction: Instruction): boolean {
  const refused = mountsOf(instruction).find(({ problem }) => problem !== undefined);
  return refused?.problem?.startsWith("unexpected key") === true && /,\s*type=/i.test(refused.flag.value ?? "");
}

/** Its word is not repeated: it may be a line of a broken continuation, and so anything. */
function unknownInstruction(instruction: Instruction): Problem {
  const meant = /\(did you mean (\w+)\?\)/.exec(problemOf(instruction) ?? "")?.[1];
  return {
    start: instruction.keywordStart,
    end: instruction.keywordEnd,
    message: "This is no instruction of a Dockerfile",
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

function refusedFile({ name, text, pieces }: Dockerfile, problem: NonNullable<Dockerfile["problem"]>): Problem {
  const { start, end } = createPositions(text).line(problem.line);
  const what = problem.message.replace(`${name}, line ${problem.line}: `, "");
  const unread = pieces.at(-1)?.kind === "unread" ? " Nothing from here on was looked at." : "";
  return {
    start,
    end,
    message: `BuildKit refuses the file: ${what}`,
    remedy: `${problem.remedy}${text.trim() === "" ? "" : unread}`,
  };
}
