import { SealError } from "../../error.ts";
import { quoted } from "../../identity/quoted.ts";
import { isOfAws } from "./sts-place.ts";

export type BucketPolicy = {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly access?: "read" | "read-write" | undefined;
  /** Whose names can be listed: those under the prefix, or all of the bucket's. */
  readonly list?: "prefix" | "bucket" | undefined;
};

const reading = ["s3:GetObject"];
const writing = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

/**
 * A session policy for one bucket, or for what lies in one folder of it. It only takes away: what the role itself may not
 * do, its session may not either. Nothing can be deleted.
 *
 * That an object is missing S3 tells only who may list the bucket, else it says 403 (GetObject, API reference); with a
 * condition on the prefix, which a GetObject has not, it says 403 as well.
 *
 * @param partition of the role
 * @throws SOURCE for a name that would mean more than itself
 */
export function bucketPolicyText(policy: BucketPolicy, partition: string): string {
  const { bucket, access = "read-write", list = "prefix" } = policy;
  if (!bucketPattern.test(bucket)) {
    throw new SealError(
      "SOURCE",
      `${quoted(bucket, 80)} is not the name of a bucket.`,
      "Set `policy: { bucket: … }` to its name alone.",
    );
  }
  const folder = folderOf(policy.prefix);
  // S3 is in AWS's partition for stores that speak its language
  const arn = `arn:${isOfAws(partition) ? partition : "aws"}:s3:::${bucket}`;
  const isNarrow = folder !== "" && list === "prefix";
  const statements = [
    { Effect: "Allow", Action: access === "read" ? reading : [...reading, ...writing], Resource: `${arn}/${folder}*` },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: arn,
      ...(isNarrow && { Condition: { StringLike: { "s3:prefix": `${folder}*` } } }),
    },
    { Effect: "Allow", Action: "s3:GetBucketLocation", Resource: arn },
    ...(isOfAws(partition) ? [keysOfBucket(access)] : []),
  ];
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Objects of a bucket that is encrypted by KMS are read and written with its key, by S3 and nobody else. */
function keysOfBucket(access: "read" | "read-write"): object {
  return {
    Effect: "Allow",
    Action: access === "read" ? ["kms:Decrypt"] : ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: "*",
    Condition: { StringLike: { "kms:ViaService": "s3.*" } },
  };
}

/** `a/b`, `/a/b` and `a/b/` are one folder; `a/bc` does not lie in it. */
function folderOf(prefix: string | undefined): string {
  const folder = (prefix ?? "").replace(/^\/+|\/+$/g, "");
  // wildcards and variables of IAM's
  if (/[*?$]/.test(folder)) {
    throw new SealError(
      "SOURCE",
      `The prefix ${quoted(folder, 80)} has a \`*\`, \`?\` or \`$\` in it, which means more than itself in a policy.`,
      "Name one folder.",
    );
  }
  return folder === "" ? "" : `${folder}/`;
}

/** What the policy leaves, in a few words. */
export function describeBucketPolicy({ bucket, prefix, access }: BucketPolicy): string {
  const place = quoted(`s3://${bucket}/${folderOf(prefix)}`, 200);
  return `${access === "read" ? "reading" : "reading and writing"} ${place}`;
}
