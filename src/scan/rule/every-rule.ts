import type { ContentRule, PlaceRule, RuleText } from "../rule.ts";
import { awsCredentials } from "./aws-credentials.ts";
import { azureSignature } from "./azure-signature.ts";
import { bundleConfig } from "./bundle-config.ts";
import { commandLogin, commandLoginInText } from "./command-login.ts";
import { composerAuth } from "./composer-auth.ts";
import { configureLog } from "./configure-log.ts";
import { databaseUrl } from "./database-url.ts";
import { dockerAuth, dockerAuthInText } from "./docker-auth.ts";
import { environmentSecret } from "./environment-secret.ts";
import { gcpServiceAccount } from "./gcp-service-account.ts";
import { gitCredentials } from "./git-credentials.ts";
import { gradleProperties } from "./gradle-properties.ts";
import { jsonWebKey } from "./json-web-key.ts";
import { jsonWebToken } from "./json-web-token.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { kubernetesManifest } from "./kubernetes-manifest.ts";
import { mavenSettings } from "./maven-settings.ts";
import { myCnf } from "./my-cnf.ts";
import { netrc } from "./netrc.ts";
import { npmrc } from "./npmrc.ts";
import { nugetConfig } from "./nuget-config.ts";
import { passwordHash } from "./password-hash.ts";
import { pgpass } from "./pgpass.ts";
import { privateKey } from "./private-key.ts";
import { pythonIndex } from "./python-index.ts";
import { quotedSecret } from "./quoted-secret.ts";
import { railsMasterKey } from "./rails-master-key.ts";
import { secretFile } from "./secret-file.ts";
import { serverSettings } from "./server-settings.ts";
import { shellHistory } from "./shell-history.ts";
import { solanaWallet, solanaWalletInText } from "./solana-wallet.ts";
import { terraformState } from "./terraform-state.ts";
import { tokenRules } from "./token/every-token.ts";
import { toolLogin } from "./tool-login.ts";
import { urlLogin, urlLoginInFile, urlLoginInInstruction } from "./url-login.ts";
import { wireguardKey } from "./wireguard-key.ts";
import { wirelessKey } from "./wireless-key.ts";
import { wpConfig } from "./wp-config.ts";
import { xmlSettings } from "./xml-settings.ts";

/** For every byte of an image. A rule that also reads whole files is in both lists under one id. */
export const contentRules: readonly (ContentRule & RuleText)[] = [
  awsCredentials,
  azureSignature,
  commandLoginInText,
  databaseUrl,
  dockerAuthInText,
  environmentSecret,
  gcpServiceAccount,
  jsonWebKey,
  jsonWebToken,
  privateKey,
  quotedSecret,
  solanaWalletInText,
  urlLogin,
  urlLoginInInstruction,
  ...tokenRules,
];

/** For whole files at places where secrets are kept. */
export const placeRules: readonly (PlaceRule & RuleText)[] = [
  bundleConfig,
  commandLogin,
  composerAuth,
  configureLog,
  dockerAuth,
  gitCredentials,
  gradleProperties,
  kubeconfig,
  kubernetesManifest,
  mavenSettings,
  myCnf,
  netrc,
  npmrc,
  nugetConfig,
  passwordHash,
  pgpass,
  pythonIndex,
  railsMasterKey,
  secretFile,
  serverSettings,
  shellHistory,
  solanaWallet,
  terraformState,
  toolLogin,
  urlLoginInFile,
  wireguardKey,
  wirelessKey,
  wpConfig,
  xmlSettings,
];
