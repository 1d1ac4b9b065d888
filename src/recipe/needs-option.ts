import { SealError } from "../error.ts";

/** A recipe that cannot guess where its consumer's credential belongs: the user's own configuration has to say it. */
export function needsOption(recipe: string, option: string, example: string): SealError {
  return new SealError(
    "GRANT",
    `recipe ${recipe}: there is no \`${option}\`, so it is not known whom the credential is for`,
    `Write it in buildseal.yaml: \`with: ${recipe}\`, \`${example}\``,
  );
}
