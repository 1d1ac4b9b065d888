import { describe, expect, test } from "vitest";
import { readRoleArn } from "../../../src/identity/role-arn.ts";

describe("the ARN of a role", () => {
  test.each([
    ["arn:aws:iam::123456789012:role/ci", "aws"],
    ["arn:aws:iam::123456789012:role/team/path/ci.build+x=1,@2_3-4", "aws"],
    ["arn:aws-cn:iam::123456789012:role/ci", "aws-cn"],
    ["arn:aws-us-gov:iam::123456789012:role/ci", "aws-us-gov"],
    ["arn:aws-iso:iam::123456789012:role/ci", "aws-iso"],
    ["arn:aws-iso-b:iam::123456789012:role/ci", "aws-iso-b"],
    ["arn:aws-eusc:iam::123456789012:role/ci", "aws-eusc"],
    ["arn:minio:iam:us-west-2::role/nOybJqMNzNmroqEKq5D0EUsRZw0", "minio"],
    ["arn:minio:iam:::role/x_y-z", "minio"],
  ])("is taken in any partition: %s", (arn, partition) => {
    expect(readRoleArn(arn)).toEqual({ kind: "role", arn, partition });
  });

  test.each([
    ["arn:aws:iam::123:role/ci", "12 digits"],
    ["arn:aws:iam:us-east-1:123456789012:role/ci", "region"],
    ["arn:aws:iam::123456789012:user/ci", "not the ARN of a role"],
    ["arn:aws:iam::123456789012:role/", "role name"],
    [`arn:aws:iam::123456789012:role/${"x".repeat(65)}`, "role name"],
    ["arn:aws:iam::123456789012:role/a b", "role name"],
    ["arn:aws:sts::123456789012:assumed-role/ci/session", "session"],
    ["arn:aws:s3:::bucket", "not an ARN of IAM"],
    ["arn::iam::123456789012:role/ci", "partition"],
    [" arn:aws:iam::123456789012:role/ci", "blanks"],
    ["arn:aws:iam::123456789012:role/ci\n", "line break"],
    ["arn:other:iam:us west::role/x", "malformed"],
    [`arn:aws:iam::123456789012:role/${"p/".repeat(2000)}x`, "2048"],
  ])("is refused when it cannot be one: %s", (arn, why) => {
    expect(readRoleArn(arn)).toEqual({ kind: "not-a-role", why: expect.stringContaining(why) });
  });

  test("is not repeated when it is no ARN at all: it may be a value in the wrong variable", () => {
    const reading = readRoleArn("hunter2hunter2");
    expect(reading).toEqual({ kind: "not-a-role", why: "it does not begin with arn:" });
  });
});
