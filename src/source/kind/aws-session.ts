import type { BucketPolicy } from "../aws/bucket-policy.ts";
import { mintSession } from "../aws/session.ts";
import { isReading, sessionPolicyOf } from "../aws/session-policy.ts";
import type { Source, SourceHost } from "../source.ts";

export type AwsSessionSourceOptions = {
  readonly roleArn?: string | undefined;
  /** Roles to assume one after the other from there on; the session policy is the last one's. */
  readonly chain?: readonly string[] | undefined;
  /** An entry of `identities:`; `ambient`: whatever credentials this machine has. */
  readonly identity?: string | undefined;
  /** What the identity's token must be for; left out: STS. */
  readonly audience?: string | undefined;
  readonly region?: string | undefined;
  readonly stsEndpoint?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly sessionName?: string | undefined;
  /** A file with an IAM policy, or what it is to allow. */
  readonly policy?: string | BucketPolicy | undefined;
};

/** A session of a role in AWS, by the job's identity. STS cannot end one before its time. */
export function createAwsSessionSource(name: string, options: AwsSessionSourceOptions, host: SourceHost): Source {
  const policy = sessionPolicyOf(options.policy, host.trust);
  return {
    kind: "aws-session",
    renewal: "mint",
    watch: [],
    // docker-credential-ecr-login lives on AWS's variables; those that hold a value of ours are found by that value
    variables: [],
    isReadOnly: isReading(policy),
    mint: (ask) => mintSession(name, { ...options, policy }, host, ask?.signal),
  };
}
