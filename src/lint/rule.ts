import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Frontend } from "../dockerfile/frontend.ts";
import type { Edit } from "../dockerfile/insertion.ts";
import type { Mount } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Stage } from "../dockerfile/stage.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Severity } from "../finding/finding.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { CiDocument } from "../workflow/document.ts";

/** What a rule says of itself: its page, its help and its entry in every report are made of this. */
type RuleText = {
  /** Also the name of its file, its page in docs/rule/ and its folder in fixtures/lint/. */
  readonly id: string;
  /** The default; `error` only for what is wrong in nearly every real case. */
  readonly severity: Severity;
  /** One line, without a full stop. */
  readonly title: string;
  /** Markdown. `example` and `instead` are Dockerfile or YAML text without a fence. */
  readonly docs: {
    readonly what: string;
    readonly why: string;
    readonly example: string;
    readonly instead: string;
  };
  /** What its fixes are at best: `--fix` applies safe ones, `--unsafe-fixes` the others too. */
  readonly fix: "safe" | "unsafe" | "none";
};

export type DockerfileRule = RuleText & {
  readonly subject: "dockerfile";
  readonly check: (subject: DockerfileSubject) => Iterable<Problem>;
};

export type CiRule = RuleText & {
  readonly subject: "ci";
  readonly check: (subject: CiSubject) => Iterable<Problem>;
};

/** What the frame itself finds: about suppressions, the baseline and files that cannot be read. */
export type FrameRule = RuleText & { readonly subject: "frame" };

export type LintRule = DockerfileRule | CiRule;
export type EveryRule = LintRule | FrameRule;

/** What a rule found. No text in it ever holds a value: names and lengths only. */
export type Problem = {
  /** Bytes of the file, the end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly remedy: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** Tells two of one rule in one stage apart, and survives an edit elsewhere: a name, never a value or a line. */
  readonly key?: string;
  /** Bytes that hold a secret's value: where the line is shown, they are not. */
  readonly hide?: readonly { readonly start: number; readonly end: number }[];
  readonly fix?: Fix;
};

/** A safe fix keeps what the build does; the edits are in order and do not overlap. */
export type Fix = {
  readonly safe: boolean;
  /** What it does, for people: "Add required=true". */
  readonly what: string;
  readonly edits: readonly Edit[];
};

export type DockerfileSubject = {
  readonly dockerfile: Dockerfile;
  readonly stages: readonly Stage[];
  readonly steps: readonly LintedStep[];
  readonly settings: (step: Step) => Settings;
  readonly frontend: Frontend;
  readonly neighbours: Neighbours;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** The secrets that buildseal.yaml names. */
  readonly declared: ReadonlySet<string>;
};

/** A step with what most rules ask of it. */
export type LintedStep = {
  readonly step: Step;
  /** What its shell runs; read once, when it is asked for. */
  readonly script: Script;
  /** With the variables that are known expanded. */
  readonly mounts: readonly Mount[];
  /** Those of type secret. */
  readonly secrets: readonly Mount[];
  /** From UTF-16 offsets in the body to bytes of the file. */
  readonly place: (from: number, to: number) => { readonly start: number; readonly end: number };
};

/** What lies beside the Dockerfile, in its build context; asked only when a rule needs it. undefined: not known. */
export type Neighbours = {
  readonly dockerignore: string | undefined;
  readonly exists: (path: string) => boolean | undefined;
};

export type CiSubject = { readonly document: CiDocument };
