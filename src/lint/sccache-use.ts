import { invocationOf } from "../dockerfile/shell/program.ts";
import type { ShellCommand } from "../dockerfile/shell/script.ts";
import type { DockerfileSubject, LintedStep } from "./rule.ts";

/** Whether a step compiles by sccache: it runs it, or a build tool that is told to. */
export function usesSccache(linted: LintedStep, subject: DockerfileSubject): boolean {
  if (isWrapped(linted, subject)) return true;
  return linted.step.body.includes("sccache") && linted.script.commands.some(runsSccache);
}

/** The same by a look at the text: wrong in one direction only. */
export function mayUseSccache(linted: LintedStep, subject: DockerfileSubject): boolean {
  return linted.step.body.includes("sccache") || isWrapped(linted, subject);
}

/** A build tool is run, and ENV or ARG tell it to go by sccache. */
export function isWrapped({ step }: LintedStep, { settings }: DockerfileSubject): boolean {
  if (!/\b(?:cargo|cmake|make|ninja)\b/.test(step.body)) return false;
  const { variable } = settings(step);
  return WRAPPERS.some((name) => {
    const value = variable(name);
    return value.known && value.value?.includes("sccache") === true;
  });
}

const WRAPPERS = [
  "RUSTC_WRAPPER",
  "CARGO_BUILD_RUSTC_WRAPPER",
  "CMAKE_C_COMPILER_LAUNCHER",
  "CMAKE_CXX_COMPILER_LAUNCHER",
  "CMAKE_CUDA_COMPILER_LAUNCHER",
  "CC",
  "CXX",
];

/** `sccache …`, or a command that is told of it by a word or a variable of its own. */
export function runsSccache(command: ShellCommand): boolean {
  const invocation = invocationOf(command);
  if (invocation === undefined) return false;
  if (invocation.program === "sccache") {
    return !invocation.arguments.some(({ value }) => /^(?:--version|-V|--help|-h|--stop-server)$/.test(value ?? ""));
  }
  const isLauncher = (text: string) => /(?:^|[=/])sccache["']?$/.test(text);
  return (
    command.words.some(({ raw }) => raw.includes("=") && isLauncher(raw)) ||
    (command.words.length > 0 && command.assignments.some(({ value }) => isLauncher(value.raw)))
  );
}
