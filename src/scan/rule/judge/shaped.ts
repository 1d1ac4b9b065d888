import type { ContentRule } from "../../rule.ts";
import { awsCredentials } from "../aws-credentials.ts";
import { databaseUrl } from "../database-url.ts";
import { jsonWebToken } from "../json-web-token.ts";
import { solanaWalletInText } from "../solana-wallet.ts";
import { tokenRules } from "../token/every-token.ts";

const rules: readonly ContentRule[] = [...tokenRules, awsCredentials, databaseUrl, jsonWebToken, solanaWalletInText];
const nowhere = { path: "", now: 0 };
/** A text that is made of nothing but prefixes is nobody's value. */
const mostTried = 4;
/** A name, and the beginning of its value. */
const seenCharacters = 256;

let prefix: RegExp | undefined;

/** Is a text (a value, or `NAME=value`) what a rule reports by its shape alone, in better words? Then others pass over it. */
export function isShaped(text: string): boolean {
  prefix ??= anyOf(rules.flatMap(({ literals }) => literals));
  prefix.lastIndex = 0;
  const head = text.slice(0, seenCharacters);
  for (let tried = 0; tried < mostTried; tried++) {
    const match = prefix.exec(head);
    if (match === null) return false;
    const at = match.index;
    prefix.lastIndex = at + 1;
    if (rules.some((rule) => beginsAt(rule, text, at) && rule.judge(text, at, nowhere) !== undefined)) return true;
  }
  return false;
}

function beginsAt({ literals }: ContentRule, text: string, at: number): boolean {
  return literals.some((literal) => text.startsWith(literal, at));
}

function anyOf(literals: readonly string[]): RegExp {
  return new RegExp(literals.map((literal) => literal.replace(/[^\w]/g, "\\$&")).join("|"), "g");
}
