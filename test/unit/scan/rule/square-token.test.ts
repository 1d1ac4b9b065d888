import { expect, test } from "vitest";
import { squareToken } from "../../../../src/scan/rule/token/square-token.ts";
import { found } from "./found.ts";
import { alphabet, random } from "./made-secret.ts";

const accessToken = (prefix: string) => `${prefix}${random(alphabet.base64url, 56)}aZ7`;

test.each(["EAAAl", "EAAAE"])("finds an access token of 64 characters that begins with %s", (prefix) => {
  const value = accessToken(prefix);
  expect(found(squareToken, `token = "${value}"\n`)).toMatchObject([{ value, severity: "warning" }]);
  expect(found(squareToken, `token = "${value.slice(0, -1)}"\n`)).toEqual([]);
  expect(found(squareToken, `token = "${value}x"\n`)).toEqual([]);
});

test("a source map is not judged at each of its segments, so that none of its places is passed over", () => {
  const judged = { ...squareToken, judge: (): undefined => expect.fail("it was judged") };
  const mappings = "AAAA,SAASA,EAAAA,EAAA,IAAIC,EAAAC,CAAC,EAAA;".repeat(100);
  expect(found(judged, `{"version":3,"mappings":"${mappings}"}`)).toEqual([]);
});
