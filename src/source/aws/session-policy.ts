import { SealError } from "../../error.ts";
import type { Host } from "../../identity/host.ts";
import { plain } from "../../identity/quoted.ts";
import { explainUnreadable } from "../../identity/unreadable.ts";
import type { Trust } from "../source.ts";
import { type BucketPolicy, bucketPolicyText, describeBucketPolicy } from "./bucket-policy.ts";

/** What narrows a session: a file with an IAM policy, or a bucket with the access that is left after all is considered. */
export type SessionPolicy =
  | { readonly kind: "file"; readonly path: string }
  | {
      readonly kind: "bucket";
      readonly policy: BucketPolicy & { readonly access: "read" | "read-write" };
      /** Why it is narrower than asked, or than it would be elsewhere. */
      readonly notice: string | undefined;
    };

/** STS's own bound for Policy (AssumeRole, API reference); it packs it, and may refuse a shorter one too. */
const mostCharacters = 2048;
const fileLimitBytes = 100_000;

/** What a policy comes to where the job's code is not trusted alike: a fork only reads, a pull request unless asked otherwise. */
export function sessionPolicyOf(policy: string | BucketPolicy | undefined, trust: Trust): SessionPolicy | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy === "string") return { kind: "file", path: policy };
  const access = trust === "fork" ? "read" : (policy.access ?? (trust === "pull-request" ? "read" : "read-write"));
  const narrowed = { ...policy, access };
  return { kind: "bucket", policy: narrowed, notice: access === "read" ? noticeOf(policy, trust) : undefined };
}

/** Whether what is left is reading: nobody here reads a policy in a file. */
export function isReading(policy: SessionPolicy | undefined): boolean {
  return policy?.kind === "bucket" && policy.policy.access === "read";
}

export function describeSessionPolicy(policy: SessionPolicy): string {
  if (policy.kind === "file") return `what ${plain(policy.path, 200)} allows`;
  return describeBucketPolicy(policy.policy);
}

/**
 * The policy as STS takes it, without blanks.
 * @throws SOURCE
 */
export async function sessionPolicyText(
  policy: SessionPolicy,
  partition: string,
  host: Pick<Host, "readFile">,
): Promise<string> {
  const text =
    policy.kind === "bucket" ? bucketPolicyText(policy.policy, partition) : await readPolicy(policy.path, host);
  const what = policy.kind === "bucket" ? "The policy of the bucket" : `The policy file ${plain(policy.path, 400)}`;
  if (text.length > mostCharacters) {
    const message = `${what} has ${text.length} characters without its blanks; STS takes ${mostCharacters}.`;
    throw new SealError(
      "SOURCE",
      message,
      "Say less in it (wildcards, fewer statements), and the rest in the role's own policy.",
    );
  }
  if (!/^[\t\n\r\x20-\xff]*$/.test(text)) {
    throw new SealError(
      "SOURCE",
      `${what} has characters that IAM does not take.`,
      "Use Latin letters (U+0020 to U+00FF).",
    );
  }
  return text;
}

async function readPolicy(path: string, host: Pick<Host, "readFile">): Promise<string> {
  const read = await host.readFile(path, fileLimitBytes);
  if (read.kind !== "read") {
    const { message, remedy } = explainUnreadable(read, "The policy file", path);
    throw new SealError("SOURCE", message, remedy);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(read.bytes));
  } catch {
    value = undefined;
  }
  const isPolicy = typeof value === "object" && value !== null && "Statement" in value;
  if (isPolicy) return JSON.stringify(value);
  const message = `The policy file ${plain(path, 400)} holds no IAM policy: ${value === undefined ? "it is not JSON" : "it has no Statement"}.`;
  throw new SealError("SOURCE", message, 'Write { "Version": "2012-10-17", "Statement": [ … ] }.');
}

function noticeOf({ access }: BucketPolicy, trust: Trust): string | undefined {
  if (trust === "fork" && access !== "read") return "for a fork's pull request the session only reads";
  if (trust === "pull-request" && access === undefined) {
    return "for a pull request the session only reads (`access: read-write` in its policy asks for more)";
  }
  return undefined;
}
