import { type Shows, starts } from "./command-sign.ts";
import { sets } from "./home-file.ts";
import { writeNotices } from "./own-writes.ts";
import type { Surroundings } from "./recipe.ts";

/** AWS's own two files. */
export type AwsFile = "credentials" | "config";

/**
 * `aws configure set` writes keys into the one and all else into the other, wherever its variable says that it is (aws-cli,
 * awscli/customizations/configure/set.py): a file that is mounted elsewhere cannot be written to either.
 */
export function configureNotices(step: Surroundings, file: AwsFile, variable: string): string[] {
  if (sets(step, variable)) return [];
  const remedy = file === "config" ? ", or set `options: { form: variables }`" : "";
  return writeNotices(
    step,
    configures(file),
    `the step has the AWS CLI write the ${file} file, which is mounted and cannot be written to: take \`aws configure set\` out${remedy}`,
  );
}

function configures(file: AwsFile): Shows {
  return starts("aws", (words) => {
    const at = words.indexOf("configure");
    return at >= 0 && words.includes("set", at) && words.some(isKey) === (file === "credentials");
  });
}

/** `profile.ci.aws_access_key_id`, too. */
const isKey = (word: string): boolean =>
  /^(?:[^=]*\.)?aws_(?:access_key_id|secret_access_key|session_token)$/.test(word);
