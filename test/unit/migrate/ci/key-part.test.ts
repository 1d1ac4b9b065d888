import { expect, test } from "vitest";
import { keyPartOf } from "../../../../src/migrate/ci/key-part.ts";

test.each([
  ["AWS_ACCESS_KEY_ID", "id"],
  ["aws-access-key-id", "id"],
  ["SCCACHE_AWS_ACCESS_KEY_ID", "id"],
  ["AWS_CACHE_ACCESS_KEY_ID", "id"],
  ["AWS_SECRET_ACCESS_KEY", "secret"],
  ["aws_secret_access_key", "secret"],
  ["S3_SECRET_KEY", "secret"],
  ["AWS_SESSION_TOKEN", "session"],
  ["AWS_REGION", undefined],
  ["AWS_ROLE_ARN", undefined],
  ["AWS_WEB_IDENTITY_TOKEN_FILE", undefined],
  ["aws-identity-token", undefined],
  ["NPM_TOKEN", undefined],
  ["ACCESS_KEY_ID", undefined],
  ["LAWS_ACCESS_KEY_ID", undefined],
])("%s is %s of a static key", (name, part) => {
  expect(keyPartOf(name)).toBe(part);
});
