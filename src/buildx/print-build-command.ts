import type { BuildCommand, Piece, Setting } from "./build-command.ts";
import { flagByName } from "./flag-table.ts";

export type CommandChange = {
  /** Leaves out the settings for which it says true; what else stood in their words stays. */
  readonly drop?: (setting: Setting) => boolean;
  /** Words put before all others: so never after a `--`, and a flag of the user's that stays has the last word. */
  readonly add?: readonly string[];
  readonly context?: string;
};

/** The words after `docker buildx build`: the user's own, in order and spelling, but for what is to change. */
export function printBuildCommand(command: BuildCommand, change: CommandChange = {}): string[] {
  return [...(change.add ?? []), ...command.pieces.flatMap((piece) => printPiece(piece, change))];
}

function printPiece(piece: Piece, { drop, context }: CommandChange): readonly string[] {
  if (piece.kind === "argument") return context === undefined ? piece.words : [context];
  if (piece.kind === "end" || drop === undefined) return piece.words;
  const kept = piece.settings.filter((setting) => !setting.known || !drop(setting));
  if (kept.length === piece.settings.length) return piece.words;
  return kept.flatMap(printSetting);
}

/** A setting without the group of letters that it stood in. Letters that we do not know stay letters. */
function printSetting({ name, value, known }: Setting): string[] {
  if (!known) return value === "" ? [`-${name}`] : [`-${name}`, value];
  if (flagByName(name)?.boolean && value === "true") return [`--${name}`];
  return [`--${name}=${value}`];
}

/** For `drop`: the settings of these flags. */
export function flagsNamed(...names: readonly string[]): (setting: Setting) => boolean {
  const wanted = new Set(names);
  return ({ name }) => wanted.has(name);
}
