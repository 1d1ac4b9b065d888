import type { ZodType } from "zod";
import type { SourceConfig } from "../source/kind/kind.ts";
import type { Ran } from "./call.ts";

/**
 * What a mount holds. `secret` is a source's value (or one field of it); `text` is made of facts that are not
 * secret (a path, a role ARN, a bucket): it is rendered when the source has answered, and it is no needle. A `document`
 * is a file in the consumer's own form with values in it (a netrc, an `.npmrc`): rendered when all of `secrets` have
 * answered, and again at each renewal.
 */
export type Content =
  | { readonly kind: "secret"; readonly secret: string; readonly field?: string }
  | { readonly kind: "text"; readonly render: (fact: FactOf) => string }
  | {
      readonly kind: "document";
      readonly secrets: readonly string[];
      readonly render: (value: ValueOf, fact: FactOf) => string;
      /** Other forms of the values that stand in it (base64 of `user:password`): masked and searched for like these. */
      readonly forms?: (value: ValueOf) => readonly string[];
    };

/** Looks up a secret's value, or that of one field, as text without the blanks around it. */
export type ValueOf = (secret: string, field?: string) => string;

/** Looks up a fact that a source gives beside its value, such as the role ARN of a web identity. */
export type FactOf = (secret: string, fact: string) => string;

/** A file at a path, or a variable: both arrive by a secret mount, so nothing of them stays in a layer. */
export type RecipeMount =
  | { readonly kind: "file"; readonly id: string; readonly content: Content; readonly target: string }
  | { readonly kind: "variable"; readonly id: string; readonly content: Content; readonly variable: string };

/** What is known where a step runs. `undefined` means that it is not known. */
export type Surroundings = {
  /** The home folder of the step's user. */
  readonly home: string | undefined;
  /** The folder that the step runs in. */
  readonly directory?: string | undefined;
  /** What the step runs; of a container it is not known. */
  readonly ran?: () => Ran;
  /** Who the step's user is: only root's missing parents of a mount's target can be left to BuildKit. */
  readonly user: "root" | "other" | "unknown";
  /** A variable that is in effect in the step, by the Dockerfile's own ENV and ARG. */
  readonly variable: (name: string) => string | undefined;
  /** Whether it cannot be seen if that variable is set, and to what: the base image may set it. */
  readonly isUnknown?: (name: string) => boolean;
  /** The id of the mount, one of the recipe's own or not, that the step has by itself for this variable. */
  readonly mounted: (name: string) => string | undefined;
  /** What the step's own commands set for what they run (`NAME=… make`, `export`); null: a value that is not known. */
  readonly assigned: (name: string) => string | null | undefined;
  /** Whether they only add to what it says before: `NAME="$NAME more"`. */
  readonly expandsItself?: (name: string) => boolean;
  /**
   * What they set, write or remove says nothing of where a file may lie: an earlier `buildseal rewrite` did not look at that.
   */
  readonly placesUnasked?: true;
  /** A variable of the host that the recipe says it reads (`readsHost`). */
  readonly host: (name: string) => string | undefined;
  /** Whether the frontend takes `env=` on a secret mount. */
  readonly envMounts: boolean;
  /** Whether the step has a mount of this id by itself. */
  readonly hasMount?: (id: string) => boolean;
  /** The id of a mount of the step's own at the very path, be it one of the recipe's; empty: it has none. */
  readonly mountAt?: (path: string) => string | undefined;
  /** The folder of a cache or bind mount of the step's own that a path lies in: no mount of ours may lie there. */
  readonly keptUnder?: (path: string) => string | undefined;
  /** Whether a tmpfs mount of the step's own lies over a path; one in a home folder that is not known begins with `~/`. */
  readonly isInMemory?: (path: string) => boolean;
  /** The mounts are written into the file: who builds it may be Docker alone, which has nobody to ask for a session. */
  readonly written?: true;
  /**
   * It is no step but the container of `buildseal run`: all files must lie under `/run/secrets/`, which is one mounted
   * directory, and a variable can hold a text only, for `docker inspect` shows it.
   */
  readonly container?: true;
};

/** What a recipe gives one step. */
export type Serving = {
  readonly form: string;
  /** Why this form: one clause, shown in the table of grants. */
  readonly why: string;
  readonly mounts: readonly RecipeMount[];
  /** Folders where the consumer keeps credentials that it made by itself: an empty tmpfs lies over each, in this step. */
  readonly covers?: readonly string[];
  /** Where the secrets in the mounts come from, for those that the configuration does not declare: name → source. */
  readonly brings: Readonly<Record<string, SourceConfig>>;
  /** The job names no role: with one, a session of whatever identity it has would come in the place of what is brought. */
  readonly lacksRole?: true;
  /** Something will not work, or is left open: told in every build that gives it. */
  readonly notices: readonly string[];
  /** Why something is as it is: told where somebody looks at the plan, and not in each build. */
  readonly notes?: readonly string[];
};

/** A recipe cannot serve the step without `env=` mounts: a newer frontend is needed, or the grant is an error. */
export type NeedsEnvMounts = { readonly needs: "env-mounts"; readonly why: string };

/** How a recipe tells, without being told, that a step would use its consumer. */
export type Sign<Options = unknown> = {
  /** Whether what the step runs shows it, to a recipe with these options. */
  readonly run: (ran: Ran, options: Options) => boolean;
  /** One of these variables, in effect in the step, must match too. */
  readonly variable?: { readonly names: readonly string[]; readonly value: RegExp };
  /** One clause: "runs sccache". */
  readonly says: string;
};

export type Recipe<Options = unknown> = {
  readonly name: string;
  readonly summary: string;
  /** Without any identity an optional recipe is left out with a warning and the build goes on. */
  readonly optional: boolean;
  /** Loaded only where options are given: zod takes 40 ms. Without any the options are `{}`. */
  readonly options: () => Promise<ZodType<Options>>;
  readonly readsHost: readonly string[];
  readonly signs: readonly Sign<Options>[];
  readonly serve: (options: Options, step: Surroundings) => Serving | NeedsEnvMounts;
};

/** The secrets that a mount's content is made of. */
export function secretsIn(content: Content): readonly string[] {
  switch (content.kind) {
    case "secret":
      return [content.secret];
    case "document":
      return content.secrets;
    case "text":
      return [];
  }
}
