import type { CiScript } from "./script.ts";
import type { SourcedText, Span } from "./sourced-text.ts";

/** What kinds of file say how a container is built. */
export type CiKind = CiDocument["kind"];

/** A CI file as read. Offsets count bytes, lines count from 1. What could not be read is in `problems`. */
export type CiDocument = GithubWorkflow | GithubAction | GitlabPipeline | ComposeFile | BakeFile | ShellFile;

export type CiFile = {
  /** What the user calls the file, for messages. */
  readonly name: string;
  /** The whole file, one character a byte. */
  readonly text: string;
  readonly problems: readonly CiProblem[];
  /** The first of them. */
  readonly problem: (Span & { readonly message: string }) | undefined;
};

export type CiProblem = { readonly line: number; readonly start: number; readonly reason: string };

export type GithubWorkflow = CiFile & {
  readonly kind: "github-workflow";
  readonly triggers: readonly SourcedText[];
  readonly env: readonly CiEntry[];
  readonly jobs: readonly CiJob[];
  /** `on.workflow_call.secrets` and `.inputs`. */
  readonly declaredSecrets: readonly CiEntry[];
  readonly inputs: readonly CiEntry[];
};

export type GithubAction = CiFile & {
  readonly kind: "github-action";
  readonly inputs: readonly CiEntry[];
  readonly steps: readonly CiStep[];
};

export type GitlabPipeline = CiFile & {
  readonly kind: "gitlab";
  readonly variables: readonly CiEntry[];
  /** Templates (`.hidden`) too: what a job takes from one by `extends` is that template's own. */
  readonly jobs: readonly CiJob[];
};

export type ComposeFile = CiFile & {
  readonly kind: "compose";
  readonly services: readonly ComposeService[];
  /** The top level's: name and `file` or `environment`. */
  readonly secrets: readonly CiEntry[];
};

export type ComposeService = Span & {
  readonly name: string;
  readonly args: readonly CiEntry[];
  readonly environment: readonly CiEntry[];
  /** Names of secrets that its build gets. */
  readonly buildSecrets: readonly SourcedText[];
};

export type BakeFile = CiFile & {
  readonly kind: "bake";
  readonly format: "hcl" | "json";
  /** `variable "NAME" { default = … }`. */
  readonly variables: readonly CiEntry[];
  readonly targets: readonly BakeTarget[];
};

export type BakeTarget = Span & {
  readonly name: string;
  readonly args: readonly CiEntry[];
  /** As `id=…,env=…`, one each. */
  readonly secrets: readonly SourcedText[];
};

export type ShellFile = CiFile & { readonly kind: "shell"; readonly script: CiScript };

/** A name with its value, from the first byte of the one to the last of the other. */
export type CiEntry = Span & {
  readonly name: SourcedText;
  /** undefined: none is written; the value is then the variable's of that name, where there is such a thing. */
  readonly value: SourcedText | undefined;
  /** It stands on lines of its own, so that these can be taken out. */
  readonly ownLines: boolean;
};

export type CiJob = Span & {
  readonly name: SourcedText;
  readonly env: readonly CiEntry[];
  readonly steps: readonly CiStep[];
  /** A reusable workflow. */
  readonly uses: SourcedText | undefined;
  readonly with: readonly CiEntry[];
  /** What it hands to that workflow. */
  readonly secrets: { readonly inherit: SourcedText | undefined; readonly entries: readonly CiEntry[] };
  /** Whether it may ask for an identity token: `id-token: write`, or GitLab's `id_tokens`. */
  readonly identity: boolean;
  readonly condition: SourcedText | undefined;
  /** GitHub's: it may ask somebody before the job gets its secrets. */
  readonly environment: SourcedText | undefined;
  /** The jobs that come before it. */
  readonly needs: readonly string[];
  readonly runsOn: readonly string[];
  /** The names of GitLab's templates that it extends, the last one first: that goes before the others. */
  readonly extends: readonly string[];
};

/** A step; a GitLab job is one step with several scripts. */
export type CiStep = Span & {
  readonly name: SourcedText | undefined;
  readonly uses: SourcedText | undefined;
  readonly with: readonly CiEntry[];
  readonly env: readonly CiEntry[];
  /** The key `env` with all that is under it, where it stands on lines of its own. */
  readonly envBlock: Span | undefined;
  readonly scripts: readonly CiScript[];
  readonly condition: SourcedText | undefined;
};
