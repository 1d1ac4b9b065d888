import { randomUUID as unique } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { aws } from "../../../src/recipe/aws.ts";
import { awsOptions } from "../../../src/recipe/aws-options.ts";
import { rendered } from "./rendered.ts";
import { filesOf, type Here, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const role = "arn:aws:iam::123456789012:role/ci";

describe("a session", () => {
  test("lies in AWS's own file at its default place; the region is a variable, and hides no configuration", () => {
    const serving = serve(aws, { region: "us-west-2" });
    expect(serving.form).toBe("files");
    expect(variablesOf(serving)).toEqual({ AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-2" });
    const keys = { "/root/.aws/credentials": "(aws-session.undefined)" };
    expect(filesOf(serving)).toEqual(keys);
    const withoutVariables = serve(aws, { region: "us-west-2" }, { envMounts: false });
    expect(filesOf(withoutVariables)).toEqual({ ...keys, "/root/.aws/config": "[default]\nregion = us-west-2\n" });
    expect(serving.brings).toEqual({ "aws-session": { from: "aws-session", region: "us-west-2" } });
  });

  test("is of the role and the length that are given; a region that is none of AWS's is not for STS", () => {
    const serving = serve(aws, { roleArn: role, durationSeconds: 7200, region: "auto" });
    expect(serving.brings["aws-session"]).toEqual({ from: "aws-session", roleArn: role, durationSeconds: 7200 });
    expect(variablesOf(serving)).toEqual({ AWS_REGION: "auto", AWS_DEFAULT_REGION: "auto" });
  });

  test("lies where the Dockerfile's variables say, in the profile that they name", () => {
    const step = { AWS_SHARED_CREDENTIALS_FILE: "/etc/keys", AWS_CONFIG_FILE: "/etc/aws", AWS_PROFILE: "ci" };
    const serving = serve(aws, { region: "us-west-2" }, { step, envMounts: false });
    expect(serving.mounts.map((mount) => mount.kind === "file" && mount.target)).toEqual(["/etc/keys", "/etc/aws"]);
    const keys = `aws_access_key_id = ${unique()}\naws_secret_access_key = ${unique()}`;
    expect(rendered(serving, "aws-session", `[default]\n${keys}`) === `[default]\n${keys}\n\n[ci]\n${keys}\n`).toBe(
      true,
    );
    const more = `[default]\n${keys}\n[other]\nx = y`;
    expect(rendered(serving, "aws-session", more) === `${more}\n\n[ci]\n${keys}\n`).toBe(true);
    expect(rendered(serving, "aws-session", "[other]\nx = y")).toBe("[other]\nx = y\n");
    expect(rendered(serving, "aws-session-config", "")).toBe(
      "[default]\nregion = us-west-2\n[profile ci]\nregion = us-west-2\n",
    );
  });

  test("comes by its path where a variable of the step names no place for it", () => {
    const target = "/run/secrets/aws-session";
    const keys = serve(aws, { region: "r" }, { step: { AWS_SHARED_CREDENTIALS_FILE: "keys" } });
    expect([Object.keys(filesOf(keys)), variablesOf(keys)]).toEqual([
      [target],
      { AWS_SHARED_CREDENTIALS_FILE: target, AWS_REGION: "r", AWS_DEFAULT_REGION: "r" },
    ]);
    const step = { AWS_CONFIG_FILE: "config" };
    expect(needs(aws, { region: "r" }, { step, envMounts: false })).toContain("AWS_CONFIG_FILE");
    const profile = serve(aws, { region: "r", credentials: "web-identity" }, { step });
    expect(Object.keys(variablesOf(profile))).toEqual(["AWS_CONFIG_FILE"]);
  });

  test("lies at home whatever the step's own commands say, which is told", () => {
    for (const [recipe, variable, home] of [
      [{}, "AWS_SHARED_CREDENTIALS_FILE", "/root/.aws/credentials"],
      [{ credentials: "web-identity" }, "AWS_CONFIG_FILE", "/root/.aws/config"],
    ] as const) {
      for (const value of ["/tmp/own", "/dev/null", null]) {
        const own = serve(aws, recipe, { assigned: { [variable]: value } });
        expect([Object.keys(filesOf(own)).at(-1), own.notices]).toEqual([
          home,
          [expect.stringContaining(`the step sets ${variable} by itself`)],
        ]);
      }
      const same = serve(aws, recipe, { assigned: { [variable]: home } });
      expect([Object.keys(filesOf(same)).at(-1), same.notices]).toEqual([home, []]);
    }
  });

  test("has no region of the host's that is none: it would be lines of a file", () => {
    const serving = serve(aws, {}, { host: { AWS_REGION: "us-west-2\ncredential_process = x" }, envMounts: false });
    expect(Object.keys(filesOf(serving))).toEqual(["/root/.aws/credentials"]);
    expect(serving.notes?.join()).toContain("no region is known");
  });

  test("comes by its path to a user who is not root, and to who asks: the values are in no variable", () => {
    const byPath = {
      AWS_SHARED_CREDENTIALS_FILE: "/run/secrets/aws-session",
      AWS_REGION: "us-west-2",
      AWS_DEFAULT_REGION: "us-west-2",
    };
    const other = { user: "other" as const, home: "/home/app" };
    for (const serving of [
      serve(aws, { region: "us-west-2" }, other),
      serve(aws, { region: "us-west-2", form: "files" }, other),
      serve(aws, { region: "us-west-2", form: "variables" }),
      serve(aws, { region: "us-west-2" }, { user: "unknown" }),
      serve(aws, { region: "us-west-2", form: "files" }, { home: undefined, user: "other", container: true }),
    ]) {
      expect(variablesOf(serving)).toEqual(byPath);
      expect(filesOf(serving)).toEqual({ "/run/secrets/aws-session": "(aws-session.undefined)" });
    }
    expect(serve(aws, { form: "files" }, { user: "other", container: true }).why).toContain("in a container");
    expect(needs(aws, {}, { ...other, envMounts: false })).toContain("not root");
    expect(needs(aws, { form: "variables" }, { envMounts: false })).toContain("form: variables");
    expect(needs(aws, {}, { envMounts: false })).toBeUndefined();
  });

  test("is a process's output in a container, which SDKs ask for again before the session ends", () => {
    const serving = serve(
      aws,
      { region: "us-west-2" },
      { user: "other", container: true, step: { AWS_PROFILE: "ci" } },
    );
    expect(serving.form).toBe("process");
    expect(variablesOf(serving)).toEqual({
      AWS_SHARED_CREDENTIALS_FILE: "/run/secrets/aws-session-profile",
      AWS_REGION: "us-west-2",
      AWS_DEFAULT_REGION: "us-west-2",
    });
    expect(rendered(serving, "aws-session-profile", "")).toBe(
      ["default", "ci"].map((name) => `[${name}]\ncredential_process = cat /run/secrets/aws-session\n`).join(""),
    );
    const [id, key, token] = [unique(), `${unique()}/+=`, `${unique()}/+==`];
    const file = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\naws_session_token = ${token}`;
    const parts = { Version: 1, AccessKeyId: id, SecretAccessKey: key, SessionToken: token };
    expect(isDeepStrictEqual(JSON.parse(rendered(serving, "aws-session", file)), parts)).toBe(true);
    const end = "2031-01-01T00:00:00.000Z";
    const ending = JSON.parse(rendered(serving, "aws-session", file, { expiration: end }));
    expect(isDeepStrictEqual(ending, { ...parts, Expiration: end })).toBe(true);
    // a user's own keys: no token, no end
    const lasting = JSON.parse(rendered(serving, "aws-session", file.split("\n").slice(0, 3).join("\n")));
    expect(Object.keys(lasting)).toEqual(["Version", "AccessKeyId", "SecretAccessKey"]);
    expect(() => rendered(serving, "aws-session", unique())).toThrow(/no shared-credentials file/);
  });

  test("has no region that is not known, nor one that a mount of the user's own brings", () => {
    expect(Object.keys(filesOf(serve(aws, {})))).toEqual(["/root/.aws/credentials"]);
    expect(serve(aws, {}).notes?.join()).toContain("no region is known");
    const theirs = serve(aws, { form: "variables", region: "us-west-2" }, { mounted: ["AWS_REGION"] });
    expect(variablesOf(theirs)).not.toHaveProperty("AWS_REGION");
  });

  test("is what a job with a web identity gets as well, unless it asks for that", () => {
    const host = { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ROLE_ARN: role };
    expect(Object.keys(serve(aws, {}, { host }).brings)).toEqual(["aws-session"]);
    const asked = serve(aws, { credentials: "web-identity", roleArn: role }, { host });
    expect(asked.brings).toEqual({ "aws-identity": { from: "irsa", roleArn: role } });
  });
});

test("what is written into a file, and what a step has of it already, is the web identity", () => {
  const brought = (here: Parameters<typeof serve>[2], options = {}) => Object.keys(serve(aws, options, here).brings);
  expect(brought({ written: true })).toEqual(["aws-identity"]);
  expect(brought({ ids: ["aws-identity-token"] })).toEqual(["aws-identity"]);
  expect(brought({ ids: ["aws-session"] })).toEqual(["aws-session"]);
  expect(brought({ written: true }, { credentials: "session" })).toEqual(["aws-session"]);
});

const raw = { credentials: "web-identity" } as const;

describe("the web identity, where it is asked for", () => {
  test("has the CLI's own sessions kept in no layer: a tmpfs lies over their folder, where it is root's", () => {
    expect(serve(aws, raw).covers).toEqual(["/root/.aws/cli/cache"]);
    expect(serve(aws, { ...raw, form: "variables", home: "/b" }).covers).toEqual(["/b/.aws/cli/cache"]);
    expect(serve(aws, raw, { user: "other", home: "/home/app" }).covers ?? []).toEqual([]);
    expect(serve(aws, {}).covers).toBeUndefined();
    expect(serve(aws, raw, { home: "/my home" }).covers).toEqual([]);
    const removes = serve(aws, raw, { body: "aws s3 ls && rm -rf ~/.aws" });
    expect([removes.covers, variablesOf(removes)]).toEqual([
      [],
      { AWS_CONFIG_FILE: "/run/secrets/aws-identity-profile" },
    ]);
  });

  test("is a profile at its default place, and no variable at all", () => {
    const serving = serve(aws, { ...raw, region: "us-west-2" });
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

  test("is where AWS_CONFIG_FILE of the Dockerfile says, or in the home that was given", () => {
    expect(filesOf(serve(aws, raw, { step: { AWS_CONFIG_FILE: "/etc/aws" } }))).toHaveProperty(["/etc/aws"]);
    expect(filesOf(serve(aws, { ...raw, home: "/b/" }, { home: undefined }))).toHaveProperty(["/b/.aws/config"]);
  });

  test("is the profile that the step's AWS_PROFILE names, beside the default one", () => {
    const [both, named] = [["[default]", "[profile ci]"], { step: { AWS_PROFILE: "ci" } }];
    const sections = (here: Here) => filesOf(serve(aws, raw, here))["/root/.aws/config"]!.match(/^\[.*\]$/gm);
    expect(sections(named)).toEqual(both);
    expect(sections({ ...named, assigned: { AWS_PROFILE: "dev" } })).toEqual([...both, "[profile dev]"]);
    expect(sections({ ...named, assigned: { AWS_PROFILE: null } })).toEqual(both);
    expect(sections({ step: { AWS_PROFILE: "" } })).toEqual(["[default]"]);
  });

  test("is the profile that the CLI's own option names, too", () => {
    const sections = (body: string) => filesOf(serve(aws, raw, { body }))["/root/.aws/config"]!.match(/^\[.*\]$/gm);
    const both = ["[default]", "[profile ci]"];
    expect(sections("aws s3 cp s3://a/b /b --profile ci")).toEqual(both);
    expect(sections("aws --profile=ci s3 ls && sudo aws --profile ci s3 ls")).toEqual(both);
    expect(sections("aws s3 ls --profile ci; aws s3 ls --profile default; cdk deploy --profile dev")).toEqual([
      ...both,
      "[profile dev]",
    ]);
    for (const other of ["docker compose --profile ci up", 'aws s3 ls --profile "$P"', "aws s3 ls --profile 'a]b'"]) {
      expect(sections(other)).toEqual(["[default]"]);
    }
    const keys = unique();
    const session = serve(aws, {}, { body: "aws s3 ls --profile ci" });
    expect(rendered(session, "aws-session", `[default]\n${keys}`) === `[default]\n${keys}\n\n[ci]\n${keys}\n`).toBe(
      true,
    );
  });

  test("would come after static keys: said where the Dockerfile, the step or a mount of it gives them", () => {
    const keys = "AWS_ACCESS_KEY_ID";
    expect(serve(aws, raw, { mounted: [keys] }).notices.join()).toContain(
      `a mount that the step has already gives it ${keys}`,
    );
    expect(serve(aws, raw, { step: { [keys]: "x" } }).notices.join()).toContain(`the Dockerfile sets ${keys}`);
    for (const value of ["x", null]) {
      expect(serve(aws, {}, { assigned: { [keys]: value } }).notices.join()).toContain(`the step sets ${keys}`);
    }
    expect(serve(aws, {}, { assigned: { [keys]: "" } }).notices).toEqual([]);
    expect(serve(aws, raw).notices.join()).not.toContain(keys);
  });

  test("is named by a variable for a user who is not root", () => {
    const here = { user: "other" as const, home: "/home/app" };
    const serving = serve(aws, raw, here);
    expect(variablesOf(serving)).toEqual({ AWS_CONFIG_FILE: "/run/secrets/aws-identity-profile" });
    expect(filesOf(serving)).toHaveProperty(["/run/secrets/aws-identity-profile"]);
    expect(needs(aws, raw, { ...here, envMounts: false })).toContain("not root");
    expect(serve(aws, raw, { user: "unknown" }).why).toContain("it is not known who the step's user is");
  });

  test("is in variables where these were asked for", () => {
    const serving = serve(aws, { ...raw, form: "variables", region: "r" });
    expect(Object.keys(variablesOf(serving))).toEqual([
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_ROLE_ARN",
      "AWS_STS_REGIONAL_ENDPOINTS",
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
    ]);
    expect(needs(aws, { ...raw, form: "variables" }, { envMounts: false })).toContain("form: variables");
    expect(needs(aws, raw, { envMounts: false })).toBeUndefined();
  });

  test("has no region that is not known, nor an empty one, and that is said", () => {
    const serving = serve(
      aws,
      { ...raw, form: "variables" },
      { step: { AWS_REGION: "" }, host: { AWS_DEFAULT_REGION: "" } },
    );
    expect(variablesOf(serving)).not.toHaveProperty("AWS_REGION");
    expect(serving.notes?.join()).toContain("no region is known");
    const profile = filesOf(serve(aws, raw))["/root/.aws/config"];
    expect(profile).not.toMatch(/^region/m);
  });
});

describe("`aws configure set`, which writes AWS's own files wherever they are", () => {
  const noticesOf = (options: Parameters<typeof aws.serve>[0], body: string, here: Here = {}) =>
    serve(aws, options, { ...here, body }).notices;
  const keys = "aws configure set aws_access_key_id $K && aws s3 ls";
  const region = "aws configure set default.region eu-west-1 && aws s3 ls";

  test("fails on the file that is mounted, which is said", () => {
    for (const body of [
      keys,
      "aws --profile ci configure set aws_secret_access_key x",
      "aws configure set profile.ci.aws_session_token x",
    ]) {
      for (const here of [{}, { user: "other" as const }]) {
        expect(noticesOf({}, body, here)).toEqual([expect.stringContaining("take `aws configure set` out")]);
      }
    }
    for (const here of [{}, { user: "other" as const }]) {
      expect(noticesOf(raw, region, here)).toEqual([expect.stringMatching(/configure set` out.*form: variables/)]);
    }
    expect(noticesOf({ region: "r" }, region, { envMounts: false }).join()).toContain("`aws configure set` out");
  });

  test("has its way where the other file is mounted, or none", () => {
    expect(noticesOf({ region: "r" }, region)).toEqual([]);
    expect(noticesOf(raw, keys)).toEqual([]);
    expect(noticesOf({ ...raw, form: "variables" }, region)).toEqual([]);
    expect(noticesOf({}, "aws configure get aws_access_key_id && aws configure list")).toEqual([]);
    const own = { assigned: { AWS_SHARED_CREDENTIALS_FILE: "/tmp/keys" } };
    expect(noticesOf({}, keys, own)).toEqual([expect.stringContaining("the step sets AWS_SHARED_CREDENTIALS_FILE")]);
  });
});

test("a region that a mount of the user's own brings is left to it, and not missed", () => {
  const serving = serve(aws, { ...raw, form: "variables", region: "r" }, { mounted: ["AWS_REGION"] });
  expect(variablesOf(serving)).not.toHaveProperty("AWS_REGION");
  expect(serve(aws, raw, { mounted: ["AWS_REGION"] }).notes).toEqual([]);
});

describe("the region for boto3 and version 1 of the CLI, which read AWS_DEFAULT_REGION alone", () => {
  test("is given beside AWS_REGION, by an id of its own", () => {
    const idsOf = (options: Parameters<typeof aws.serve>[0]) => serve(aws, options).mounts.map(({ id }) => id);
    expect(idsOf({ region: "r" })).toEqual(["aws-session", "aws-session-region", "aws-session-default-region"]);
    expect(idsOf({ ...raw, region: "r", form: "variables" })).toContain("aws-identity-default-region");
    const theirs = { mounted: ["AWS_DEFAULT_REGION"] };
    for (const options of [{ region: "r" }, { ...raw, region: "r", form: "variables" as const }]) {
      expect(variablesOf(serve(aws, options, theirs))).not.toHaveProperty("AWS_DEFAULT_REGION");
    }
  });

  test("is given where the Dockerfile has AWS_REGION only, and left where it has the other", () => {
    const given = (step: Record<string, string>) => variablesOf(serve(aws, {}, { step, host: { AWS_REGION: "h" } }));
    expect(given({ AWS_REGION: "r" })).toEqual({ AWS_DEFAULT_REGION: "r" });
    expect(given({ AWS_DEFAULT_REGION: "d" })).toEqual({ AWS_REGION: "d" });
    expect(given({ AWS_REGION: "r", AWS_DEFAULT_REGION: "d" })).toEqual({});
  });

  test("is not given beside an AWS_REGION of a mount or of the step's own commands, which may be another one", () => {
    for (const here of [{ mounted: ["AWS_REGION"] }, { assigned: { AWS_REGION: "other" } }]) {
      for (const options of [{ region: "r" }, { ...raw, region: "r", form: "variables" as const }]) {
        expect(variablesOf(serve(aws, options, here))).not.toHaveProperty("AWS_DEFAULT_REGION");
      }
    }
    expect(
      filesOf(serve(aws, { region: "r" }, { assigned: { AWS_REGION: "x" }, envMounts: false })),
    ).not.toHaveProperty(["/root/.aws/config"]);
  });
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

test("options that stand in a file of lines are one line", () => {
  for (const wrong of [
    { region: "r\ncredential_process = x" },
    { home: "/root\nx" },
    { home: "root" },
    { roleArn: "arn:aws:iam::1:role/x\ny" },
    { roleArn: "role/ci" },
  ]) {
    expect(awsOptions.safeParse(wrong).success).toBe(false);
  }
  expect(awsOptions.safeParse({ region: "us-gov-west-1", roleArn: "arn:aws-cn:iam::1:role/a/b@c" }).success).toBe(true);
});
