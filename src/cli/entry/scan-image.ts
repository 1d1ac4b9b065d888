import { type Command, runCommand as runOneOf } from "../run-command.ts";

export const scanImage: Command = {
  usage: "scan-image [OPTIONS] IMAGE",
  says: "finds what looks like a secret in an image, wherever in it, and what wrote it",
  load: async () => (await import("../scan-image.ts")).scanImage,
};

/** The program when it is called for this alone. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, { "scan-image": scanImage });
}
