import { ownFlags as buildFlags, type OwnFlag } from "../../buildx/own-flag.ts";

const says: Readonly<Record<string, string>> = {
  "--seal-with": "add recipes: what the container's consumers need",
  "--seal-config": "the configuration (default: buildseal.yaml in the working directory, then upwards)",
  "--seal-print": "show the command and what the container would get, and run nothing",
  "--seal-require-identity": "",
  "--seal-allow": "",
};

/** The own flags of `buildseal run`: those of a build that mean something without an image to search. */
export const runOwnFlags: readonly OwnFlag[] = buildFlags.flatMap((flag) => {
  const help = says[flag.name];
  return help === undefined ? [] : [{ ...flag, help: help || flag.help }];
});
