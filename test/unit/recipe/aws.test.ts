import { describe, expect, test } from "vitest";
import { aws } from "../../../src/recipe/aws.ts";
import { filesOf, needs, serve, signOf, variablesOf } from "./surroundings.ts";

describe("the AWS CLI and SDKs", () => {
  test("get a profile at its default place, and no variable at all", () => {
    const serving = serve(aws, { region: "us-west-2" });
    expect(serving.form).toBe("files");
    expect(variablesOf(serving)).toEqual({});
    expect(filesOf(serving)).toEqual({
      "/run/secrets/aws-identity-token": "(aws-identity.token)",
      "/root/.aws/config": [
        "[default]",
        "role_arn = arn:aws:iam::123456789012:role/ci",
        "web_identity_token_file = /run/secrets/aws-identity-token",
        "role_session_name = buildseal",
        "sts_regional_endpoints = regional",
        "region = us-west-2",
        "",
      ].join("\n"),
    });
  });

  test("get it where AWS_CONFIG_FILE of the Dockerfile says, or in the home that was given", () => {
    expect(filesOf(serve(aws, {}, { step: { AWS_CONFIG_FILE: "/etc/aws" } }))).toHaveProperty(["/etc/aws"]);
    expect(filesOf(serve(aws, { home: "/b/" }, { home: undefined }))).toHaveProperty(["/b/.aws/config"]);
  });

  test("get the profile that the step's AWS_PROFILE names", () => {
    const named = serve(aws, {}, { step: { AWS_PROFILE: "ci" } });
    expect(filesOf(named)["/root/.aws/config"]).toMatch(/^\[profile ci\]\n/);
    const empty = serve(aws, {}, { step: { AWS_PROFILE: "" } });
    expect(filesOf(empty)["/root/.aws/config"]).toMatch(/^\[default\]\n/);
  });

  test("would take static keys first: said where the Dockerfile or a mount of the step gives them", () => {
    const keys = "AWS_ACCESS_KEY_ID";
    expect(serve(aws, {}, { mounted: [keys] }).notices.join()).toContain(
      `a mount that the step has already gives it ${keys}`,
    );
    expect(serve(aws, {}, { step: { [keys]: "x" } }).notices.join()).toContain(`the Dockerfile sets ${keys}`);
    expect(serve(aws, {}).notices.join()).not.toContain(keys);
  });

  test("of a user who is not root get its path as a variable", () => {
    const here = { user: "other" as const, home: "/home/app" };
    const serving = serve(aws, {}, here);
    expect(variablesOf(serving)).toEqual({ AWS_CONFIG_FILE: "/run/secrets/aws-identity-profile" });
    expect(filesOf(serving)).toHaveProperty(["/run/secrets/aws-identity-profile"]);
    expect(needs(aws, {}, { ...here, envMounts: false })).toContain("not root");
    expect(serve(aws, {}, { user: "unknown" }).why).toContain("it is not known who the step's user is");
  });

  test("get variables where these were asked for", () => {
    const serving = serve(aws, { form: "variables", region: "r" });
    expect(Object.keys(variablesOf(serving))).toEqual([
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_ROLE_ARN",
      "AWS_STS_REGIONAL_ENDPOINTS",
      "AWS_REGION",
    ]);
    expect(needs(aws, { form: "variables" }, { envMounts: false })).toContain("form: variables");
    expect(needs(aws, {}, { envMounts: false })).toBeUndefined();
  });

  test("get no region that is not known, nor an empty one, and that is said", () => {
    const serving = serve(aws, { form: "variables" }, { step: { AWS_REGION: "" }, host: { AWS_DEFAULT_REGION: "" } });
    expect(variablesOf(serving)).not.toHaveProperty("AWS_REGION");
    expect(serving.notices.join()).toContain("no region is known");
    const profile = filesOf(serve(aws, {}))["/root/.aws/config"];
    expect(profile).not.toMatch(/^region/m);
  });
});

test("a region that a mount of the user's own brings is left to it, and not missed", () => {
  const serving = serve(aws, { form: "variables", region: "r" }, { mounted: ["AWS_REGION"] });
  expect(variablesOf(serving)).not.toHaveProperty("AWS_REGION");
  expect(serve(aws, {}, { mounted: ["AWS_REGION"] }).notices).toEqual([]);
});

describe("the recipe's sign", () => {
  test.each([
    "aws s3 cp a b",
    "set -e; aws --region us-west-2 s3 ls",
    "aws --no-cli-pager --region=eu s3 ls",
    "aws --no-cli-pager ecr get-login-password",
    "x=$(aws secretsmanager get-secret-value --secret-id a)",
    "/usr/local/bin/aws sts get-caller-identity",
    "true\naws s3 sync . s3://b",
  ])("is in %j", (body) => expect(signOf(aws as never, body)).toBe("runs the AWS CLI"));

  test.each([
    "apt-get install -y awscli",
    "aws --version",
    "pip install aws",
    "aws",
    "cp awsconfig here now",
    "laws of physics",
  ])("is not in %j", (body) => expect(signOf(aws as never, body)).toBeUndefined());

  test("takes no longer on a line that is made to slow it", () => {
    const started = performance.now();
    signOf(aws as never, `aws ${"--a b ".repeat(20_000)}`);
    signOf(aws as never, `aws ${"--a ".repeat(20_000)}`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
