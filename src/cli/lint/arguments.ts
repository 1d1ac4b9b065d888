import { type TemplateEngine, templateEngines } from "../../dockerfile/template/template.ts";
import { SealError } from "../../error.ts";
import type { Severity } from "../../finding/finding.ts";
import { type Options, printOptions, readOptions } from "../option.ts";
import { type AskedReport, readReports, reportOptions } from "../report-option.ts";

export const formats = ["text", "json", "sarif", "junit", "github", "gitlab"] as const;
export type Format = (typeof formats)[number];

const engines: readonly (TemplateEngine | "none")[] = [...templateEngines, "none"];

const options = {
  ...reportOptions(formats),
  fix: { says: "Mend what can be mended without changing what is built, and report what is left" },
  diff: { says: "With --fix: show the changes as a unified diff, and write nothing" },
  "unsafe-fixes": { says: "With --fix: also mend what might change what is built" },
  baseline: { value: "FILE", says: "Do not report what this file lists" },
  "update-baseline": { says: "Write everything that is found now into the baseline" },
  config: { value: "FILE", says: "Use this configuration instead of the nearest buildseal.yaml" },
  engine: {
    value: "ENGINE",
    choices: engines,
    says: `The template language of the files (${engines.join(", ")}); else told by name and content`,
  },
} satisfies Options;

/** `buildseal lint` as it was asked for. */
export type LintCommand = {
  readonly words: readonly string[];
  readonly help: boolean;
  readonly reports: readonly AskedReport<Format>[];
  readonly fix: "no" | "write" | "diff";
  readonly unsafe: boolean;
  readonly failOn: Severity | "never";
  readonly baseline: string | undefined;
  readonly updateBaseline: boolean;
  readonly config: string | undefined;
  readonly engine: TemplateEngine | "none" | undefined;
};

export function lintHelp(): string {
  return `Usage:  buildseal lint [OPTIONS] [FILE | FOLDER | GLOB | -]…

Finds what goes wrong with credentials in Dockerfiles, templates of them and the CI files beside
them. Without a name the folder you are in; - is stdin. In folders, what git ignores is left out.

${printOptions(options)}

Exit status: 0 nothing at or above --fail-on, 1 something, 2 not all could be looked at.
A finding is accepted by a comment above its instruction:  # buildseal: ignore=RULE reason=TEXT
What a rule means:  buildseal explain RULE
`;
}

/** @throws SealError ARGUMENT */
export function parseLintCommand(words: readonly string[]): LintCommand {
  const given = readOptions("lint", options, words);
  const fix = !given.has("fix") ? "no" : given.has("diff") ? "diff" : "write";
  for (const name of ["diff", "unsafe-fixes"] as const) {
    if (given.has(name) && fix === "no") throw wrong(`--${name} goes with --fix`, `Add --fix`);
  }
  if (given.has("update-baseline") && fix !== "no") {
    throw wrong("--update-baseline and --fix do not go together", "Mend first, then write the baseline");
  }
  const reports = readReports(formats, given.values("format"), given.value("output"));
  const takesStdout = fix === "diff" ? "--diff" : fix === "write" && given.words.includes("-") ? "--fix -" : undefined;
  const onStdout = reports.find(({ file }) => file === undefined);
  if (takesStdout !== undefined && onStdout !== undefined && given.has("format")) {
    throw wrong(`${takesStdout} writes to stdout, and so does --format ${onStdout.format}`, "Write --format F=FILE");
  }
  if (given.words.filter((word) => word === "-").length > 1) throw wrong("- is given twice", "Name stdin once");
  return {
    words: given.words.length === 0 ? ["."] : given.words,
    help: given.has("help"),
    reports,
    fix,
    unsafe: given.has("unsafe-fixes"),
    failOn: (given.value("fail-on") ?? "error") as LintCommand["failOn"],
    baseline: given.value("baseline"),
    updateBaseline: given.has("update-baseline"),
    config: given.value("config"),
    engine: given.value("engine") as LintCommand["engine"],
  };
}

function wrong(message: string, remedy: string): SealError {
  return new SealError("ARGUMENT", message, remedy);
}
