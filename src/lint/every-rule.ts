import { buildArgAsCredential } from "./rule/build-arg-as-credential.ts";
import { cacheOverCredential } from "./rule/cache-over-credential.ts";
import { ciAllSecrets } from "./rule/ci-all-secrets.ts";
import { ciBuildArgSecret } from "./rule/ci-build-arg-secret.ts";
import { ciPullRequestTarget } from "./rule/ci-pull-request-target.ts";
import { ciRunEnvSecret } from "./rule/ci-run-env-secret.ts";
import { ciSecretsInherit } from "./rule/ci-secrets-inherit.ts";
import { ciStaticAwsKeys } from "./rule/ci-static-aws-keys.ts";
import { configLogLeft } from "./rule/config-log-left.ts";
import { contextNotIgnored } from "./rule/context-not-ignored.ts";
import { credentialArgument } from "./rule/credential-argument.ts";
import { credentialFileCopied } from "./rule/credential-file-copied.ts";
import { frontendNotDocker } from "./rule/frontend-not-docker.ts";
import { gitTokenInConfig } from "./rule/git-token-in-config.ts";
import { mountDuplicate } from "./rule/mount-duplicate.ts";
import { mountEnvUnsupported } from "./rule/mount-env-unsupported.ts";
import { mountModeLax } from "./rule/mount-mode-lax.ts";
import { mountNotReadable } from "./rule/mount-not-readable.ts";
import { mountTypeFirst } from "./rule/mount-type-first.ts";
import { requireSecretRequired } from "./rule/require-secret-required.ts";
import { sccacheDisabled } from "./rule/sccache-disabled.ts";
import { secretInArgOrEnv } from "./rule/secret-in-arg-or-env.ts";
import { secretInCommand } from "./rule/secret-in-command.ts";
import { secretKept } from "./rule/secret-kept.ts";
import { secretLiteral } from "./rule/secret-literal.ts";
import { secretNotMounted } from "./rule/secret-not-mounted.ts";
import { secretPrinted } from "./rule/secret-printed.ts";
import { secretValueInArgOrEnv } from "./rule/secret-value-in-arg-or-env.ts";
import { shellHistoryLeft } from "./rule/shell-history-left.ts";
import { sshHostUnchecked } from "./rule/ssh-host-unchecked.ts";
import { templateNotSeen } from "./rule/template-not-seen.ts";
import { traceWithSecret } from "./rule/trace-with-secret.ts";
import { unknownDirective } from "./rule/unknown-directive.ts";
import { unreadableCiFile } from "./rule/unreadable-ci-file.ts";
import { unreadableDockerfile } from "./rule/unreadable-dockerfile.ts";
import { unusedSecretMount } from "./rule/unused-secret-mount.ts";
import { urlWithCredentials } from "./rule/url-with-credentials.ts";
import type { LintRule } from "./rule.ts";

/** One line each, sorted: whoever writes a rule puts its name here. The frame's own are in frame-rule.ts. */
export const lintRules: readonly LintRule[] = [
  buildArgAsCredential,
  cacheOverCredential,
  ciAllSecrets,
  ciBuildArgSecret,
  ciPullRequestTarget,
  ciRunEnvSecret,
  ciSecretsInherit,
  ciStaticAwsKeys,
  configLogLeft,
  contextNotIgnored,
  credentialArgument,
  credentialFileCopied,
  frontendNotDocker,
  gitTokenInConfig,
  mountDuplicate,
  mountEnvUnsupported,
  mountModeLax,
  mountNotReadable,
  mountTypeFirst,
  requireSecretRequired,
  sccacheDisabled,
  secretInArgOrEnv,
  secretInCommand,
  secretKept,
  secretLiteral,
  secretNotMounted,
  secretPrinted,
  secretValueInArgOrEnv,
  shellHistoryLeft,
  sshHostUnchecked,
  templateNotSeen,
  traceWithSecret,
  unknownDirective,
  unreadableCiFile,
  unreadableDockerfile,
  unusedSecretMount,
  urlWithCredentials,
];
