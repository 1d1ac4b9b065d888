import { expect, test } from "vitest";
import { keyAround } from "../../../../src/scan/rule/aws-key.ts";
import type { IssuedKey } from "../../../../src/scan/rule.ts";
import { madeKey } from "../../verify/made-key.ts";

/** The parts of the key whose secret stands in a text, as it is written there. */
function around(text: string, key: IssuedKey, written = key.secret.exposeText()) {
  const start = text.indexOf(written);
  const found = keyAround(text, start, start + written.length);
  return found && [found.id, found.secret.exposeText(), found.token?.exposeText()];
}
const partsOf = ({ id, secret, token }: IssuedKey) => [id, secret.exposeText(), token?.exposeText()];

const profile = ({ id, secret, token }: IssuedKey) =>
  [
    "[p]",
    `aws_access_key_id=${id}`,
    `aws_secret_access_key=${secret.exposeText()}`,
    ...(token === undefined ? [] : [`aws_session_token=${token.exposeText()}`]),
    "",
  ].join("\n");

test("each profile of a file has its own id and token", () => {
  const keys = [madeKey(), madeKey("temporary"), madeKey(), madeKey("temporary"), madeKey("temporary")];
  const text = keys.map(profile).join("");
  for (const key of keys) expect(around(text, key)).toEqual(partsOf(key));
});

test("the order of a key's parts does not matter", () => {
  const key = madeKey("temporary");
  const { id, secret, token } = key;
  const json = { SessionToken: token!.exposeText(), SecretAccessKey: secret.exposeText(), AccessKeyId: id };
  expect(around(JSON.stringify(json), key)).toEqual(partsOf(key));
});

test("a temporary key without its token is none, and neither is a secret without an id", () => {
  const { token: _, ...without } = madeKey("temporary");
  expect(around(profile(without), without)).toBeUndefined();
  const { secret } = madeKey();
  expect(around(`aws_secret_access_key=${secret.exposeText()}`, madeKey(), secret.exposeText())).toBeUndefined();
});

test("what is escaped in the text is not in the key", () => {
  const key = madeKey("temporary");
  const { id, secret, token } = key;
  const written = encodeURIComponent(secret.exposeText());
  const text = `id=${id}&aws_secret_access_key=${written}&token=${encodeURIComponent(token!.exposeText())}`;
  expect(around(text, key, written)).toEqual(partsOf(key));
});

test("no part of a key is shown by printing it", () => {
  const key = madeKey("temporary");
  const text = profile(key);
  const start = text.indexOf(key.secret.exposeText());
  const shown = JSON.stringify(keyAround(text, start, start + 40));
  expect(shown).not.toContain(key.secret.exposeText());
  expect(shown).not.toContain(key.token!.exposeText());
});
