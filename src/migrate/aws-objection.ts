import { mountsOf } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import { programOf } from "../dockerfile/shell/program.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import type { CredentialWay } from "./credential-way.ts";

/** Why a web identity may not do what the static keys of a step do: one clause; undefined: nothing speaks against it. */
export function objectionToIdentity(
  { provided, mounts, rest }: CredentialWay,
  step: Step,
  settings: Settings,
  script: () => Script,
): string | undefined {
  const isFile = provided.has("AWS_SHARED_CREDENTIALS_FILE");
  if (!isFile && !(provided.has("AWS_ACCESS_KEY_ID") && provided.has("AWS_SECRET_ACCESS_KEY"))) {
    return `of the pair it has only ${[...provided].join(", ")}`;
  }
  const profile = settings.variable("AWS_PROFILE");
  if (/--profile\b|\bAWS_(?:DEFAULT_)?PROFILE\b/.test(rest) || (profile.known && profile.value)) {
    return "it asks for a profile, which may mean keys of another account";
  }
  const gone = new Set(mounts.map(({ flag }) => flag));
  const own = mountsOf(step.run, settings.expand).filter(({ flag }) => !gone.has(flag));
  const mounted = new Set(own.flatMap(({ id, env }) => (id?.startsWith("aws-identity") ? [] : (env ?? []))));
  const identity = identityNames.find((name) => mounted.has(name) || rest.includes(name));
  if (identity !== undefined) return `it has a web identity of its own beside them (${identity})`;
  if (
    /\/\.aws(?![\w.-])|\bAWS_CONFIG_FILE\b/.test(rest) ||
    mounted.has("AWS_CONFIG_FILE") ||
    own.some(({ id, target }) => id !== "aws-identity-profile" && /\/\.aws(?:\/|$)/.test(target ?? ""))
  ) {
    return "it has an AWS configuration of its own, in whose place the identity's would come";
  }
  const other = otherStore(rest, settings, mounted);
  if (other !== undefined) {
    return `${other} names a store that may not be AWS's: static keys may be all that it takes`;
  }
  if (/\baws\s+configure\s+(?!list|get)/.test(rest)) {
    return "it runs `aws configure`, which writes to the file where the identity's profile is mounted";
  }
  const program = script().commands.flatMap((command) => programOf(command) ?? []);
  const unable = program.find((name) => takesKeysAlone.has(name));
  return unable && `it runs ${unable}, which may not take a web identity`;
}

const identityNames = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"];

const takesKeysAlone: ReadonlySet<string> = new Set(["s3cmd", "mc", "mcli", "s3fs", "goofys"]);

const endpointNames = [
  "SCCACHE_ENDPOINT",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_S3",
  "AWS_S3_ENDPOINT",
  "S3_ENDPOINT",
  "S3_ENDPOINT_URL",
];

/** What sends the step's requests elsewhere than to AWS, or may do so. */
function otherStore(rest: string, settings: Settings, mounted: ReadonlySet<string>): string | undefined {
  const option = /--endpoint(?:-url)?(?:=|\s+)(\S+)/.exec(rest);
  if (option !== null && !isAws(option[1]!)) return "--endpoint-url";
  return endpointNames.find((name) => {
    if (mounted.has(name)) return true;
    const set = new RegExp(`\\b${name}=(\\S*)`).exec(rest)?.[1];
    if (set !== undefined) return !isAws(set);
    if (!settings.sets(name)) return false;
    const found = settings.variable(name);
    return !found.known || (found.value !== undefined && found.value !== "" && !isAws(found.value));
  });
}

function isAws(url: string): boolean {
  return /^["']?(?:https?:\/\/)?[\w.-]+\.amazonaws\.com(?:\.cn)?(?:[:/"']|$)/.test(url);
}
