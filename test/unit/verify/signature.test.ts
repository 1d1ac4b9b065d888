import { expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { signed } from "../../../src/verify/signature.ts";

// AWS's own test suite for signature version 4 (aws-sig-v4-test-suite, of 2015): its key, day and scope
const key = {
  id: "AKIDEXAMPLE",
  secret: new Secret("of the suite", ["wJalrXUtnFEMI", "K7MDENG+bPxRfiCYEXAMPLEKEY"].join("/")),
};
const scope = { region: "us-east-1", service: "service" };
const now = Date.UTC(2015, 7, 30, 12, 36, 0);
const host = "example.amazonaws.com";

test.each([
  [
    "get-vanilla",
    { method: "GET", headers: {}, body: "" },
    "host;x-amz-date",
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  ],
  [
    "post-vanilla",
    { method: "POST", headers: {}, body: "" },
    "host;x-amz-date",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  ],
  [
    "post-x-www-form-urlencoded",
    { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "Param1=value1" },
    "content-type;host;x-amz-date",
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  ],
] as const)("the signature is that of AWS's test suite: %s", (_, request, names, signature) => {
  expect(signed({ ...request, host }, key, scope, now)).toEqual({
    ...request.headers,
    "x-amz-date": "20150830T123600Z",
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
  });
});
