import { quoted } from "./quoted.ts";

export type RoleArnReading =
  | { readonly kind: "role"; readonly arn: string; readonly partition: string }
  | { readonly kind: "not-a-role"; readonly why: string };

const partitionPattern = /^[a-z][a-z0-9-]*$/;
const placePattern = /^[A-Za-z0-9-]*$/;
const accountPattern = /^\d{12}$/;
/** A path and a name, in the characters that IAM allows in a role's name. */
const rolePattern = /^role\/(?:[\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;

/**
 * Reads the ARN of a role in any partition (`aws`, `aws-cn`, `aws-us-gov`, `aws-iso`, …). A store that speaks STS has
 * its own: MinIO's is `arn:minio:iam:us-west-2::role/…`, with a region and without an account.
 */
export function readRoleArn(text: string): RoleArnReading {
  if (text !== text.trim()) return no("it has blanks or a line break around it");
  // Something that is no ARN at all may be a value that was put into the wrong variable: it is not repeated.
  if (!text.startsWith("arn:")) return no("it does not begin with arn:");
  const shown = quoted(text);
  const [, partition = "", service = "", region = "", account = "", ...rest] = text.split(":");
  const resource = rest.join(":");
  if (text.length > 2048) return no("it is longer than 2048 characters");
  if (!partitionPattern.test(partition)) return no(`${shown} has no partition`);
  if (service === "sts") return no(`${shown} is the ARN of a session, not of the role itself`);
  if (service !== "iam") return no(`${shown} is not an ARN of IAM`);
  if (!resource.startsWith("role/")) return no(`${shown} is not the ARN of a role (…:role/NAME)`);
  if (!rolePattern.test(resource)) return no(`${shown} has no valid role name`);
  const isAws = partition === "aws" || partition.startsWith("aws-");
  if (isAws && !accountPattern.test(account)) return no(`${shown} has no account of 12 digits`);
  if (isAws && region !== "") return no(`${shown} has a region, which the ARN of a role in AWS has not`);
  if (!placePattern.test(region) || !placePattern.test(account)) return no(`${shown} is malformed`);
  return { kind: "role", arn: text, partition };
}

function no(why: string): RoleArnReading {
  return { kind: "not-a-role", why };
}
