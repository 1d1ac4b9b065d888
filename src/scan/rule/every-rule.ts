import type { ContentRule, PlaceRule } from "../rule.ts";
import { awsCredentials } from "./aws-credentials.ts";
import { configureLog } from "./configure-log.ts";
import { dockerAuth } from "./docker-auth.ts";
import { gitCredentials } from "./git-credentials.ts";
import { githubToken } from "./github-token.ts";
import { huggingfaceToken } from "./huggingface-token.ts";
import { jsonWebToken } from "./json-web-token.ts";
import { netrc } from "./netrc.ts";
import { npmToken } from "./npm-token.ts";
import { npmrc } from "./npmrc.ts";
import { privateKey } from "./private-key.ts";
import { pypiToken } from "./pypi-token.ts";

/** The rules for what others left in an image. */
export const contentRules: readonly ContentRule[] = [
  awsCredentials,
  githubToken,
  huggingfaceToken,
  jsonWebToken,
  npmToken,
  privateKey,
  pypiToken,
];

export const placeRules: readonly PlaceRule[] = [configureLog, dockerAuth, gitCredentials, netrc, npmrc];
