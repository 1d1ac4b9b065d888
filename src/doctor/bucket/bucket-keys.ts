import { Secret } from "../../secret/secret.ts";
import type { Minted } from "../../source/source.ts";
import type { BucketKeys } from "./ask-bucket.ts";

/** What of a secret signs requests to AWS, where it has the fields of a session (`aws-session`, `credential-process`). */
export function bucketKeysOf({ fields }: Minted): BucketKeys | undefined {
  const id = fields.get("access-key-id");
  const secret = fields.get("secret-access-key");
  const token = fields.get("session-token");
  if (id === undefined || !(secret instanceof Secret)) return undefined;
  return {
    id: id instanceof Secret ? id.exposeText() : id,
    secret,
    ...(token instanceof Secret && { token }),
  };
}
