import type { Directive } from "./directive.ts";
import type { DockerfileError } from "./dockerfile-error.ts";
import type { Comment, Instruction } from "./instruction.ts";
import type { Stage } from "./stage.ts";
import type { Template } from "./template/template.ts";

/** A part of a file; the parts joined are the file. Whole lines, with their line ends. */
export type Piece = {
  readonly kind: "byte-order-mark" | "directive" | "comment" | "blank" | "instruction" | "template" | "unread";
  readonly start: number;
  readonly end: number;
};

/** A Dockerfile as read: nothing of it is lost. Offsets count bytes, lines count from 1. */
export type Dockerfile = {
  /** What the user calls the file, for messages. */
  readonly name: string;
  /** The whole file, one character a byte. */
  readonly text: string;
  /** From the first byte to the last, without a gap. */
  readonly pieces: readonly Piece[];
  readonly directives: readonly Directive[];
  /** The escape and continuation character. */
  readonly escape: "\\" | "`";
  readonly instructions: readonly Instruction[];
  /** Comments after the last instruction. */
  readonly trailingComments: readonly Comment[];
  /** With build arguments at their defaults; see `resolveStages` for others. */
  readonly stages: readonly Stage[];
  /** undefined: it is no template. */
  readonly template: Template | undefined;
  /** Why the rest, if there is one, was not read. */
  readonly problem: DockerfileError | undefined;
};
