import { type Check, wrong } from "../check.ts";
import type { BucketAnswer } from "./answer.ts";
import type { BucketPlace } from "./place.ts";

/** What is needed for it; a missing object is told as missing only to who may list the bucket (S3, GetObject). */
const actions = {
  read: "s3:GetObject on its objects and s3:ListBucket on the bucket",
  write: "s3:PutObject on its objects",
  delete: "s3:DeleteObject on its objects, and s3:DeleteObjectVersion where it keeps versions",
} as const;

const purposes = { read: "read", write: "written to", delete: "cleaned up" } as const;

/** Why a bucket cannot be used, and what to do. */
export function tellAnswer(
  id: string,
  shown: string,
  purpose: keyof typeof actions,
  place: BucketPlace,
  answer: BucketAnswer,
): Check {
  const cannot = `${shown}: may not be ${purposes[purpose]}`;
  switch (answer.kind) {
    case "denied": {
      const what = answer.action === undefined ? "AccessDenied" : `AccessDenied for ${answer.action}`;
      const because = answer.because === undefined ? "" : `, as ${answer.because}`;
      return wrong(id, `${cannot}: ${what}${because}`, remedyOfDenied(purpose, place, answer));
    }
    case "no-bucket":
      return wrong(
        id,
        `${shown}: there is no such bucket (NoSuchBucket)`,
        "Correct the bucket's name, or its endpoint, or make it",
      );
    case "other-region": {
      const region = answer.region ?? "another region";
      const remedy =
        answer.region === undefined
          ? "Set the bucket's own region"
          : `Set \`region: ${answer.region}\` (SCCACHE_REGION)`;
      return wrong(id, `${shown}: the bucket is in ${region}`, remedy);
    }
    case "clock":
      return wrong(
        id,
        `${cannot}: the store finds this machine's clock too far off (RequestTimeTooSkewed)`,
        "Set this machine's clock",
      );
    case "refused":
      return wrong(
        id,
        `${cannot}: the credentials are refused (${answer.code})`,
        "They are expired, revoked, or of another store: see the endpoint, and where the secret comes from",
      );
    case "no-object":
      return wrong(
        id,
        `${cannot}: what was written is not there`,
        "See whether something deletes objects there at once",
      );
    case "done":
      return wrong(
        id,
        `${shown}: an object of a name that nobody has is there`,
        "Run again; if it stays so, this is no S3 store",
      );
    case "other": {
      const said = answer.code === undefined ? `status ${answer.status}` : `status ${answer.status}, ${answer.code}`;
      return wrong(id, `${cannot}: the store answers ${said}`, "Check the endpoint, and that it is an S3 store");
    }
  }
}

function remedyOfDenied(
  purpose: keyof typeof actions,
  { bucket, prefix }: BucketPlace,
  { action, because }: Extract<BucketAnswer, { kind: "denied" }>,
): string {
  if (because?.includes("denies") === true) return "See who wrote that policy, and why it denies it";
  if (action !== undefined) return `Allow ${action} in the role's policy (arn:aws:s3:::${bucket}/${prefix}*)`;
  return `Allow ${actions[purpose]} in the role's policy, and see that a session policy narrows it to this bucket and prefix`;
}
