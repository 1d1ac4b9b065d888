import { describeDuration } from "./duration.ts";
import { readGithubSubject } from "./github-subject.ts";
import type { Identity } from "./identity.ts";
import { plain } from "./quoted.ts";

/** One line about an identity: what it is about (`issuer`), and what there is to say. */
export type IdentityLine = { readonly what: string; readonly text: string };

const kinds: Readonly<Record<string, string>> = {
  irsa: "IAM role for the pod's service account (irsa)",
  "pod-identity": "EKS Pod Identity (pod-identity)",
  github: "GitHub Actions (github)",
  gitlab: "GitLab (gitlab)",
  buildkite: "Buildkite (buildkite)",
  circleci: "CircleCI (circleci)",
  env: "a variable (env)",
  file: "a file (file)",
  exec: "a command (exec)",
};

/** Who the job is, for people: what its token says of itself, where it is from and how long it lives. It holds no value. */
export function describeIdentity(identity: Identity, nowMs: number): readonly IdentityLine[] {
  const { issuer, audience, subject, facts } = identity;
  const line = (what: string, text: string | undefined): IdentityLine[] =>
    text === undefined ? [] : [{ what, text: plain(text, 400) }];
  return [
    ...line("from", kinds[identity.from] ?? identity.from),
    ...line("issuer", issuer ?? "none is named"),
    ...line("audience", audience.length === 0 ? "none is named" : audience.join(", ")),
    ...line("subject", subject ?? "none is named"),
    ...line("which is", subject === undefined ? undefined : meaningOf(subject)),
    ...line("role", facts.roleArn),
    ...line("token file", facts.tokenFile),
    ...line("taken by", facts.credentialsUri),
    ...line("life", lifeOf(identity, nowMs)),
    ...line("renewal", renewalOf(identity)),
  ];
}

/** A subject in words, for the platforms whose way of writing it is known. */
export function meaningOf(subject: string): string | undefined {
  const github = readGithubSubject(subject);
  if (github !== undefined) {
    const ids =
      github.withIds === undefined
        ? ""
        : `; with ids (${github.withIds}): a trust policy for repo:${github.repository}:… does not match it`;
    return `${githubPlace(github.rest)} of ${github.repository}${ids}`;
  }
  const gitlab = /^project_path:(.+):ref_type:(branch|tag):ref:(.+)$/s.exec(subject);
  if (gitlab !== null) return `the ${gitlab[2]} ${gitlab[3]} of ${gitlab[1]}`;
  const pod = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject);
  if (pod !== null) return `the service account ${pod[2]} of the namespace ${pod[1]}`;
  const buildkite = /^organization:([^:]+):pipeline:([^:]+):ref:(.+?):commit:/s.exec(subject);
  if (buildkite !== null) return `${buildkite[3]} of the pipeline ${buildkite[1]}/${buildkite[2]}`;
  const circle = /^org\/([\w-]+)\/project\/([\w-]+)\/user\/[\w-]*(?:\/vcs-origin\/(.+)\/vcs-ref\/(.+))?$/s.exec(
    subject,
  );
  if (circle === null) return undefined;
  return circle[3] === undefined ? `a job of the project ${circle[2]}` : `${circle[4]} of ${circle[3]}`;
}

function githubPlace(rest: string): string {
  if (rest === "pull_request") return "a pull request";
  const [, kind = "", name = ""] = /^(ref|environment):(.+)$/s.exec(rest) ?? [];
  if (kind === "environment") return `the environment ${name}`;
  const [, of = "", ref = ""] = /^refs\/(heads|tags)\/(.+)$/s.exec(name) ?? [];
  if (ref !== "") return `the ${of === "heads" ? "branch" : "tag"} ${ref}`;
  return rest;
}

function lifeOf({ issuedAt, expiresAt }: Identity, nowMs: number): string {
  if (expiresAt === undefined) return "it names no end";
  const leftMs = expiresAt.getTime() - nowMs;
  const whole = issuedAt === undefined ? "" : ` of ${describeDuration(expiresAt.getTime() - issuedAt.getTime())}`;
  const until = expiresAt.toISOString().replace(".000Z", "Z");
  return leftMs < 0
    ? `over since ${describeDuration(-leftMs)} (${until})`
    : `${describeDuration(leftMs)}${whole} left (until ${until})`;
}

function renewalOf({ renewal, expiresAt }: Identity): string {
  switch (renewal) {
    case "mint":
      return "asked for again whenever one is needed";
    case "read":
      return "renewed in its file by others, and read again";
    case "never":
      return expiresAt === undefined
        ? "none within this job"
        : "none within this job: after its end nothing can be renewed with it";
  }
}
