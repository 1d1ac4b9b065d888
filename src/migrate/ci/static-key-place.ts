import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import type { BuildInput, ContainerBuild } from "../../workflow/build.ts";
import type { CommandOption, ContainerCommand } from "../../workflow/command/container-command.ts";
import type { CiEntry, CiJob, CiStep } from "../../workflow/document.ts";
import type { CiScript } from "../../workflow/script.ts";
import type { Span } from "../../workflow/sourced-text.ts";
import type { KeyPart } from "./key-part.ts";

/** A place of a CI file that hands a part of a static AWS key on. */
export type StaticKeyPlace = Span & {
  readonly part: KeyPart;
  /** The name that it goes by there. */
  readonly name: string;
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
} & (
    | {
        readonly kind: "argument";
        readonly command: ContainerCommand;
        readonly option: CommandOption;
        /** What the Dockerfile calls it. */
        readonly id: string;
      }
    | LaterArgument
    | { readonly kind: "build-arg"; readonly build: ContainerBuild }
    | { readonly kind: "build-secret"; readonly build: ContainerBuild; readonly input: BuildInput }
    | { readonly kind: "env"; readonly of: "step" | "job" | "file"; readonly entry: CiEntry }
    | { readonly kind: "assignment"; readonly script: CiScript; readonly command: ShellCommand; readonly from: number }
    | { readonly kind: "mention" }
    | { readonly kind: "action-input"; readonly action: string; readonly entry: CiEntry }
    | { readonly kind: "passed"; readonly entry: CiEntry }
    | {
        readonly kind: "declared";
        readonly as: "input" | "secret" | "compose-secret" | "variable";
        readonly entry: CiEntry;
      }
  );

/** `--secret id=…` or `--build-arg X` in a text or an array that becomes arguments later. `from`, `to`: in the script's text. */
type LaterArgument = {
  readonly kind: "later-argument";
  readonly option: "secret" | "build-arg";
  readonly script: CiScript;
  readonly from: number;
  readonly to: number;
  /** What the Dockerfile calls it. */
  readonly id: string;
  /** The word that it stands in has single quotes. */
  readonly quoted: boolean;
  /** The variable that keeps it, `@` for the script's own arguments; undefined: it is not known where it goes. */
  readonly kept: string | undefined;
};

export type PlaceOf<Kind extends StaticKeyPlace["kind"]> = Extract<StaticKeyPlace, { kind: Kind }>;

/** Where a place stands: in no job and step, or in these. */
export type Where = Pick<StaticKeyPlace, "job" | "step">;

export const nowhere: Where = { job: undefined, step: undefined };

export function spanOf({ start, end }: Span): Span {
  return { start, end };
}
