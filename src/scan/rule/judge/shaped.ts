import type { ContentRule } from "../../rule.ts";
import { awsCredentials } from "../aws-credentials.ts";
import { databaseUrl } from "../database-url.ts";
import { jsonWebToken } from "../json-web-token.ts";
import { solanaWalletInText } from "../solana-wallet.ts";
import { tokenRules } from "../token/every-token.ts";

const rules: readonly ContentRule[] = [...tokenRules, awsCredentials, databaseUrl, jsonWebToken, solanaWalletInText];
const nowhere = { path: "", now: 0 };

/** Is a text (a value, or `NAME=value`) what a rule reports by its shape alone, in better words? Then others pass over it. */
export function isShaped(text: string): boolean {
  return rules.some((rule) =>
    rule.literals.some((literal) => {
      const at = text.indexOf(literal);
      return at >= 0 && rule.judge(text, at, nowhere) !== undefined;
    }),
  );
}
