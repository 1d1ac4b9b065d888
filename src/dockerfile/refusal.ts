import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import type { HeredocWord } from "./heredoc.ts";
import { LONGEST_LINE_BYTES } from "./line-cursor.ts";

/** Why BuildKit's parser reads a file no further, in our words. */

export function refused(name: string, line: number, problem: string): DockerfileError {
  return dockerfileError(name, line, problem, "Correct the instruction: BuildKit refuses it in the same way.");
}

export function repeatedDirective(name: string, line: number): DockerfileError {
  const remedy = "Keep one of the two lines (# syntax=, # escape= and # check= may each be there once).";
  return dockerfileError(name, line, "a parser directive is given twice", remedy);
}

export function otherEscape(name: string, line: number): DockerfileError {
  const remedy = "Write # escape=\\ or # escape=` , or take the line out.";
  return dockerfileError(name, line, "the escape directive has another value than \\ or `", remedy);
}

export function unterminated(name: string, line: number, word: HeredocWord): DockerfileError {
  const remedy = `End it with a line that is ${word.name} alone; if no heredoc is meant, put the << in quotes.`;
  return dockerfileError(name, line, `the heredoc ${JSON.stringify(word.name)} is not terminated`, remedy);
}

export function tooLong(name: string, line: number): DockerfileError {
  const remedy = "Break the line with a continuation character, or move its text into a file.";
  const what = `the line has more than the ${LONGEST_LINE_BYTES} bytes that BuildKit reads`;
  return dockerfileError(name, line, what, remedy);
}

export function noInstructions(name: string, lastLine: number): DockerfileError {
  const remedy = "Check that this is the file that was meant; a Dockerfile begins with FROM.";
  return dockerfileError(name, Math.max(lastLine, 1), "there is no instruction in the file", remedy);
}
