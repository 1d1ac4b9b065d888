import { invocationOf } from "../../dockerfile/shell/program.ts";
import type { Script, ShellCommand } from "../../dockerfile/shell/script.ts";
import { holdsControl } from "../../dockerfile/template/spans-at.ts";
import { isPublished } from "../published-stage.ts";
import { isRemoved } from "../removal.ts";
import { nameSecrets, perhaps, secretsKey } from "../reported-place.ts";
import type { DockerfileSubject, Fix, LintedStep, LintRule, Problem } from "../rule.ts";
import { usesSccache } from "../sccache-use.ts";
import { type AtHand, secretsAtHand, textOf } from "../secret-at-hand.ts";
import { type CommandFlow, secretFlow } from "../secret-flow.ts";

export const configLogLeft: LintRule = {
  id: "config-log-left",
  severity: "warning",
  title: "A step with a secret leaves the logs of configure, cmake or sccache in its layer",
  fix: "unsafe",
  subject: "dockerfile",
  docs: {
    what: "A step that has a secret as a variable runs `configure` and leaves `config.log` or `config.status`, or gives a secret's value to `cmake` or `meson` and leaves `CMakeCache.txt` or the build folder, or writes sccache's log (`SCCACHE_ERROR_LOG`) to a file that stays. It is silent where the step removes them, or a whole folder after the build.",
    why: "`configure` writes the variables and words it was given to `config.log`, and repeats them in `config.status`; CMake keeps every `-D` in `CMakeCache.txt`; sccache's log has the requests it made. All are files of the layer.",
    example:
      "FROM debian:12\nWORKDIR /src\nCOPY . .\nRUN --mount=type=secret,id=key,env=AWS_SECRET_ACCESS_KEY,required=true ./configure && make install",
    instead:
      "FROM debian:12\nWORKDIR /src\nCOPY app .\nRUN --mount=type=secret,id=key,env=AWS_SECRET_ACCESS_KEY,required=true ./configure && make install && rm -f config.log config.status",
  },
  *check(subject) {
    for (const linted of subject.steps) {
      if (linted.secrets.length === 0) continue;
      if (!/configure|cmake|meson|SCCACHE_ERROR_LOG/.test(linted.step.body)) {
        yield* logOfEnvironment(linted, subject);
        continue;
      }
      const atHand = secretsAtHand(linted, subject);
      const flow = secretFlow(linted.script, atHand);
      const published = isPublished(subject.stages, linted.step.stage);
      const removal = lastRemoval(linted.script);
      let reported = false;
      for (const [index, command] of linted.script.commands.entries()) {
        const left = reported ? undefined : leftBy(linted, index, { flow, atHand, removal });
        if (left === undefined) continue;
        reported = true;
        const fix = left.program === "meson" ? undefined : fixOf(linted, index, left.files);
        const usable =
          fix !== undefined &&
          !holdsControl(subject.dockerfile, linted.step.instruction.start, linted.step.instruction.end);
        yield problemOf(linted, command, left, published, usable ? fix : undefined);
      }
    }
  },
};

/** sccache's log by ENV SCCACHE_ERROR_LOG: whichever step compiles writes it. */
function* logOfEnvironment(linted: LintedStep, subject: DockerfileSubject): Iterable<Problem> {
  const settings = subject.settings(linted.step);
  if (!settings.sets("SCCACHE_ERROR_LOG") || !usesSccache(linted, subject)) return;
  const file = settings.variable("SCCACHE_ERROR_LOG");
  if (!file.known || !file.value || file.value.startsWith("/dev/")) return;
  const { script } = linted;
  const atHand = secretsAtHand(linted, subject);
  const command = script.commands[0];
  if (command === undefined || isRemoved(script, 0, file.value, atHand.home)) return;
  const left = { files: [file.value], names: everyName(atHand), program: "sccache" };
  yield problemOf(linted, command, left, isPublished(subject.stages, linted.step.stage), undefined);
}

type Left = { readonly files: readonly string[]; readonly names: readonly string[]; readonly program: string };

type Known = { readonly flow: readonly CommandFlow[]; readonly atHand: AtHand; readonly removal: number };

function leftBy({ script }: LintedStep, index: number, { flow, atHand, removal }: Known): Left | undefined {
  const command = script.commands[index]!;
  const log = command.assignments.find(({ name }) => name === "SCCACHE_ERROR_LOG")?.value ?? exportedLog(command);
  if (log !== undefined) {
    const file = textOf(log, atHand.home);
    if (file === "" || file.startsWith("/dev/") || isRemoved(script, index, file, atHand.home)) return undefined;
    return { files: [file], names: everyName(atHand), program: "sccache" };
  }
  const program = invocationOf(command)?.program;
  if (program === undefined || index <= removal) return undefined;
  const names = program === "configure" ? [...atHand.variables.values(), ...flow[index]!.told] : [...flow[index]!.told];
  if (names.length === 0) return undefined;
  const files = filesOf(program, command)?.filter((file) => !isRemoved(script, index, file, atHand.home)) ?? [];
  return files.length === 0 ? undefined : { files, names, program };
}

function filesOf(program: string, { words }: ShellCommand): readonly string[] | undefined {
  if (program === "configure") return ["config.log", "config.status"];
  if (program === "meson") return ["meson-logs"];
  if (program !== "cmake") return undefined;
  const at = words.findIndex(({ raw }) => /^-B./.test(raw) || raw === "-B");
  const folder = at < 0 ? undefined : words[at]!.raw === "-B" ? words[at + 1]?.value : words[at]!.value?.slice(2);
  // a folder with a variable in its name cannot be told apart
  if (at >= 0 && folder === undefined) return undefined;
  return [folder === undefined || folder === "." ? "CMakeCache.txt" : `${folder.replace(/\/$/, "")}/CMakeCache.txt`];
}

function everyName({ variables, files }: AtHand): string[] {
  return [...variables.values(), ...files.values()];
}

function exportedLog(command: ShellCommand): { raw: string; value: string | undefined } | undefined {
  if (command.words[0]?.value !== "export") return undefined;
  const word = command.words.find(({ raw }) => raw.startsWith("SCCACHE_ERROR_LOG="));
  if (word === undefined) return undefined;
  return { raw: word.raw.slice(18), value: word.value?.slice(18) };
}

/** The last command that removes a folder whole: it is taken for the one that was built in. -1: there is none. */
function lastRemoval({ commands }: Script): number {
  return commands.findLastIndex((command) => {
    const invocation = invocationOf(command);
    const words = invocation?.arguments.map(({ raw }) => raw) ?? [];
    if (invocation?.program === "make") return words.includes("distclean") || words.includes("mrproper");
    if (invocation?.program === "git") return words.includes("clean");
    if (invocation?.program !== "rm" || !words.some((word) => /^-[a-z]*r|^--recursive/i.test(word))) return false;
    return words.some((word) => !word.startsWith("-") && !ELSEWHERE.test(word));
  });
}

const ELSEWHERE = /^["']?\/(?:var\/(?:lib|cache|log)|root\/\.|usr\/share)/;

function problemOf(
  linted: LintedStep,
  command: ShellCommand,
  left: Left,
  published: boolean,
  fix: Fix | undefined,
): Problem {
  const list = left.files.join(" and ");
  return {
    ...linted.place(command.start, command.end),
    severity: published && left.program !== "meson" ? "warning" : "info",
    message: `${perhaps(linted)}${left.program} leaves ${list} in the layer, in which the value of ${nameSecrets(left.names)} may stand`,
    remedy: `Write && rm -${left.program === "meson" ? "r" : ""}f ${left.files.map(asWord).join(" ")} at the end of the step.`,
    key: secretsKey(linted, left.files),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** A quote or a substitution in it may not end: what is appended would be a part of it. */
function isOpen(raw: string): boolean {
  const count = (pattern: RegExp) => raw.match(pattern)?.length ?? 0;
  return count(/["'`]/g) % 2 === 1 || count(/\(/g) !== count(/\)/g) || count(/\{/g) !== count(/\}/g);
}

/** As a word of the shell. */
function asWord(file: string): string {
  return PLAIN.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
}

// nothing in it that a shell, or a template, reads as anything else
const PLAIN = /^[\w./][\w./+=:@-]*$/;

/** Appending works where the step is one plain list that ends in the folder of the build. */
function fixOf({ step, script, place }: LintedStep, index: number, files: readonly string[]): Fix | undefined {
  const { instruction, run } = step;
  if (!files.every((file) => PLAIN.test(file))) return undefined;
  if (run.form !== "shell" || instruction.ending === "unknown" || step.onbuild) return undefined;
  const later = script.commands.slice(index);
  if (
    later.some((command) => /^(?:cd|pushd|popd|exit|exec)$/.test(command.words[0]?.value ?? "") || command.scope !== 0)
  ) {
    return undefined;
  }
  const last = script.commands.at(-1)!;
  if (last.within !== "script" || step.body.slice(last.end).trim() !== "") return undefined;
  if (last.words.some(({ raw }) => isOpen(raw))) return undefined;
  const { end } = place(0, step.body.length);
  const what = `rm -f ${files.join(" ")}`;
  return { safe: false, what: `Append && ${what}`, edits: [{ start: end, end, text: ` && ${what}` }] };
}
