import { SealError } from "../error.ts";
import type { BuildCommand } from "./build-command.ts";
import type { PushTarget } from "./build-plan.ts";
import { byRepository, parseImageName } from "./image-name.ts";
import { attributeIsOn, type BuildOutput } from "./output-flag.ts";

/** The names of an output: the tags where there are any, for every kind of image, else its own attribute. */
export function namesOf({ tags }: BuildCommand, { attributes }: BuildOutput): readonly string[] {
  return tags.length > 0 ? tags : (attributes["name"] ?? "").split(",").filter((name) => name !== "");
}

export const isImageArchive = ({ type }: BuildOutput): boolean => type === "oci" || type === "docker";

/** With its names as an attribute of its own: what `--tag` does, without the flag. */
export function named(command: BuildCommand, output: BuildOutput): BuildOutput {
  const names = namesOf(command, output);
  return names.length === 0 ? output : { ...output, attributes: { ...output.attributes, name: names.join(",") } };
}

export const nothingToPushTo = (): SealError =>
  new SealError("OUTPUT", "There is a push and no name to push to.", "Add --tag REGISTRY/NAME:TAG.");

export function targetsOf(command: BuildCommand, output: BuildOutput): readonly PushTarget[] {
  const names = namesOf(command, output);
  if (names.length === 0) throw nothingToPushTo();
  if (!attributeIsOn(output, "push-by-digest")) return byRepository(names);
  return [...new Set(names.map((name) => parseImageName(name).repository))].map((repository) => ({
    repository,
    references: [],
  }));
}
