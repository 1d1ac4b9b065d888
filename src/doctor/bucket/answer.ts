import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";

/**
 * What a store says of a request, as far as it says what to do. Of its words only names of actions and kinds of policies are
 * taken: they are of a known form, and an answer may repeat what it was sent.
 */
export type BucketAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "no-object" }
  | { readonly kind: "no-bucket" }
  /** `action`: which one the store names; `because`: whose policy. */
  | { readonly kind: "denied"; readonly action: string | undefined; readonly because: string | undefined }
  | { readonly kind: "other-region"; readonly region: string | undefined }
  | { readonly kind: "clock" }
  /** The credentials themselves are no good: expired, revoked, unknown. */
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "other"; readonly status: number; readonly code: string | undefined };

const ofCredentials = new Set([
  "ExpiredToken",
  "InvalidToken",
  "InvalidAccessKeyId",
  "SignatureDoesNotMatch",
  "TokenRefreshRequired",
  "InvalidSecurity",
  "NotSignedUp",
  "AccountProblem",
]);

/** By the error responses of S3 (API reference, "Error responses"); MinIO and others use its codes. */
export function readBucketAnswer(answer: ExchangeAnswer): BucketAnswer {
  const { status, header } = answer;
  if (status >= 200 && status < 300) return { kind: "done" };
  const text = new TextDecoder().decode(answer.body);
  const code = /<Code>\s*([A-Za-z][A-Za-z0-9.]{0,63})\s*<\/Code>/.exec(text)?.[1];
  const region = regionIn(header("x-amz-bucket-region")) ?? regionIn(/<Region>([^<]*)<\/Region>/.exec(text)?.[1]);
  if (code === "NoSuchBucket") return { kind: "no-bucket" };
  if (code === "NoSuchKey") return { kind: "no-object" };
  if (code === "RequestTimeTooSkewed") return { kind: "clock" };
  if (
    status === 301 ||
    status === 307 ||
    code === "PermanentRedirect" ||
    code === "IllegalLocationConstraintException"
  ) {
    return { kind: "other-region", region };
  }
  if (code === "AuthorizationHeaderMalformed" && region !== undefined) return { kind: "other-region", region };
  if (code !== undefined && ofCredentials.has(code)) return { kind: "refused", code };
  if (code === "AccessDenied" || (status === 403 && code === undefined)) {
    return { kind: "denied", action: actionIn(text), because: reasonIn(text) };
  }
  // an answer to HEAD has no body; that of another server than a store has one of its own, or does not name the request
  const isOfS3 = header("x-amz-request-id") !== undefined && answer.body.byteLength === 0;
  if (status === 404 && code === undefined && isOfS3) return { kind: "no-bucket" };
  return { kind: "other", status, code };
}

function regionIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z]{2,5}(?:-[a-z]+)*-\d{1,2}$/.test(text) ? text : undefined;
}

/** S3 names it: "… is not authorized to perform: s3:PutObject on resource: …". */
function actionIn(text: string): string | undefined {
  return /not authorized to perform: ([a-z0-9-]{2,20}:[A-Za-z]{3,50})\b/.exec(text)?.[1];
}

/** "because no session policy allows the … action", "with an explicit deny in a resource-based policy". */
function reasonIn(text: string): string | undefined {
  const missing = /because (no [a-z -]{3,40} policy) allows/.exec(text)?.[1];
  if (missing !== undefined) return `${missing} allows it`;
  const deny = /with an explicit deny in an? ([a-z -]{3,40} policy)/.exec(text)?.[1];
  return deny === undefined ? undefined : `the ${deny} denies it`;
}
