import { type Comment, commentsAbove, type Instruction } from "../../dockerfile/instruction.ts";
import { decode } from "../../dockerfile/text.ts";
import { SealError } from "../../error.ts";
import { directiveBody, parseComment } from "../../grant/comment.ts";
import { nearest } from "../../nearest.ts";
import type { DockerfileSubject, LintRule, Problem } from "../rule.ts";

export const unknownDirective: LintRule = {
  id: "unknown-directive",
  severity: "error",
  title: "A buildseal comment cannot be understood, or has no effect",
  fix: "none",
  subject: "dockerfile",
  docs: {
    what: "A `# buildseal:` comment with a key, a recipe or a secret that there is not; one that is spelt almost so; and one that does not stand right above a `RUN` (or an `ONBUILD RUN`): above another instruction, behind an empty line, or inside a continued instruction. Whether a secret is declared is asked only where a `buildseal.yaml` declares any. What concerns `ignore=` has rules of its own.",
    why: "The comment reads as a grant, and grants nothing: the step runs without its secret, which shows far away from here.",
    example: "FROM rust:1\n# buildseal: wiht=sccache\nRUN cargo build",
    instead: "FROM rust:1\n# buildseal: with=sccache\nRUN cargo build",
  },
  *check(subject) {
    const { dockerfile } = subject;
    if (!/build[-_ ]?seal/i.test(dockerfile.text)) return;
    for (const instruction of dockerfile.instructions) {
      const above = new Set(commentsAbove(instruction));
      for (const comment of instruction.comments) {
        const place = above.has(comment) ? placeProblem(instruction) : "an empty line stands between it and the step";
        yield* judge(subject, comment, place);
      }
      for (const comment of commentsWithin(instruction, dockerfile.text)) {
        yield* judge(subject, comment, "it stands inside an instruction");
      }
    }
    for (const comment of dockerfile.trailingComments) yield* judge(subject, comment, "no step follows it");
  },
};

function placeProblem({ known, inner }: Instruction): string | undefined {
  const isStep = known === "RUN" || (known === "ONBUILD" && inner?.known === "RUN");
  return isStep ? undefined : `it stands above ${known ?? "an unknown instruction"}, not above a RUN`;
}

type CommentLine = Pick<Comment, "start" | "end" | "text">;

const ALMOST = /^#+\s*(?:build[-_ ]?seal)\b\s*:?\s*(?:with|secret|ignore)\s*[=:]/i;

function* judge(subject: DockerfileSubject, comment: CommentLine, place: string | undefined): Iterable<Problem> {
  const { start, end, text } = comment;
  const body = directiveBody(text);
  if (body === undefined) {
    if (!ALMOST.test(text)) return;
    yield {
      start,
      end,
      message: "The comment is spelt almost like one of buildseal's, and is not read",
      remedy: "Write `# buildseal:` in small letters, with the colon.",
    };
    return;
  }
  if (body.startsWith("ignore=")) return;
  const grants = read(text);
  const problem = grants instanceof SealError ? { message: grants.message, remedy: grants.remedy } : undefined;
  if (problem !== undefined) yield { start, end, ...problem };
  else if (place !== undefined) {
    yield {
      start,
      end,
      message: `The comment grants nothing: ${place}`,
      remedy: "Put it on the line right above the RUN that it is for.",
    };
  }
  if (!(grants instanceof SealError)) yield* unknownNames(subject, comment, grants);
}

function read(text: string): ReturnType<typeof parseComment> | SealError {
  try {
    return parseComment(text, "This line");
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
}

function* unknownNames(
  { recipes, declared }: DockerfileSubject,
  { start, end }: CommentLine,
  grants: ReturnType<typeof parseComment>,
): Iterable<Problem> {
  for (const grant of grants) {
    const isRecipe = grant.kind === "recipe";
    const name = isRecipe ? grant.recipe : grant.secret;
    const names = isRecipe ? [...recipes.keys()] : [...declared];
    if (names.length === 0 || names.includes(name)) continue;
    const meant = nearest(name, names);
    yield {
      start,
      end,
      message: isRecipe ? `There is no recipe ${name}` : `buildseal.yaml declares no secret ${name}`,
      remedy:
        meant !== undefined
          ? `Did you mean ${meant}?`
          : isRecipe
            ? `Recipes are: ${names.join(", ")}.`
            : "Declare it under secrets:, with the source that it comes from.",
      key: name,
    };
  }
}

/** The comment lines that are left out of a continued instruction. Heredocs have none. */
function commentsWithin(instruction: Instruction, text: string): CommentLine[] {
  const end = instruction.heredocs[0]?.contentStart ?? instruction.end;
  if (instruction.logical.starts.length < 2) return [];
  const comments: CommentLine[] = [];
  const pattern = /^[ \t]*(#[^\n]*build[-_ ]?seal[^\n]*)/gim;
  for (const match of text.slice(instruction.start, end).matchAll(pattern)) {
    const from = instruction.start + match.index + match[0].length - match[1]!.length;
    const line = match[1]!.replace(/\s+$/, "");
    if (match.index > 0) comments.push({ start: from, end: from + line.length, text: decode(line) });
  }
  return comments;
}
