import { describe, expect, test } from "vitest";
import { findWanted } from "../../../../src/cli/doctor/wanted.ts";
import type { Config } from "../../../../src/config/config.ts";
import { readRequest } from "../../../../src/grant/request.ts";
import type { GrantEntry } from "../../../../src/grant/request-schema.ts";
import { recipes } from "../../../../src/recipe/recipes.ts";

const pod = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci" };

async function wantedBy(
  config: Partial<Config>,
  { dockerfile, environment = pod }: { dockerfile?: string; environment?: Record<string, string> } = {},
) {
  const grants = config.grants ?? [];
  return findWanted({
    config: { version: 1, ...config },
    requests: await Promise.all(
      grants.map((entry, at) => readRequest(entry, () => `buildseal.yaml, grants[${at}]`, recipes)),
    ),
    folder: "/app",
    environment,
    readBytes: async (path) =>
      path === "/app/Dockerfile" && dockerfile !== undefined ? new TextEncoder().encode(dockerfile) : undefined,
  });
}

const sccache = (options: Record<string, unknown>): GrantEntry => ({ with: "sccache", options });

describe("what builds in a folder want", () => {
  test("is every declared secret, and what recipes bring", async () => {
    const { secrets } = await wantedBy({
      secrets: { "npm-token": { from: "env", name: "NPM_TOKEN" } },
      grants: [sccache({ bucket: "cache", region: "us-west-2" })],
    });
    expect(secrets.get("npm-token")).toEqual({ optional: false, source: { from: "env", name: "NPM_TOKEN" } });
    const brought = [...secrets].filter(([name]) => name !== "npm-token");
    expect(brought).toHaveLength(1);
    expect(brought[0]![1]).toMatchObject({
      optional: true,
      source: { from: expect.stringMatching(/irsa|aws-session/) },
    });
  });

  test("cannot be done without where anything else wants it as well", async () => {
    const grants = [sccache({ bucket: "cache", region: "us-west-2" }), { secret: "aws-identity", steps: { run: "x" } }];
    const { secrets } = await wantedBy({ secrets: { "aws-identity": { from: "irsa" } }, grants });
    expect(secrets.get("aws-identity")?.optional).toBe(false);
  });

  test("is a bucket by the recipe's options, by the Dockerfile's variables, and by the host's", async () => {
    const { buckets } = await wantedBy({ grants: [sccache({ bucket: "mine", region: "eu-west-1", keyPrefix: "p" })] });
    expect(buckets).toMatchObject([{ place: { bucket: "mine", region: "eu-west-1", prefix: "p/" } }]);
    const dockerfile = "FROM debian\nENV SCCACHE_BUCKET=by-file\nRUN sccache cc x.c\n";
    const byFile = await wantedBy({ grants: [sccache({})] }, { dockerfile });
    expect(byFile.buckets).toMatchObject([{ place: { bucket: "by-file", region: undefined } }]);
    const environment = { ...pod, SCCACHE_BUCKET: "by-host", AWS_REGION: "us-east-2" };
    const byHost = await wantedBy({ grants: [sccache({})] }, { environment });
    expect(byHost.buckets).toMatchObject([{ place: { bucket: "by-host", region: "us-east-2" } }]);
  });

  test("is the bucket that a session is narrowed to, read only where the session is", async () => {
    const { buckets } = await wantedBy({
      secrets: {
        models: {
          from: "aws-session",
          region: "us-west-2",
          policy: { bucket: "models", prefix: "/a/", access: "read" },
        },
      },
    });
    expect(buckets).toMatchObject([
      { secret: "models", place: { bucket: "models", prefix: "a/", access: "read", hidesMissing: true } },
    ]);
  });

  test("is no bucket where none is named, and that is known", async () => {
    expect(await wantedBy({ grants: [sccache({})] })).toMatchObject({ buckets: [], lacksBucket: true });
    expect((await wantedBy({ grants: [sccache({ bucket: "mine" })] })).lacksBucket).toBe(false);
    expect((await wantedBy({})).lacksBucket).toBe(false);
  });

  test.each([
    "RUN SCCACHE_BUCKET=b RUSTC_WRAPPER=sccache cargo build",
    "RUN --mount=type=secret,id=bucket,env=SCCACHE_BUCKET sccache cc x.c",
    "ARG SCCACHE_BUCKET\nENV SCCACHE_BUCKET=$SCCACHE_BUCKET\nRUN sccache cc x.c",
  ])("is a bucket that each build knows, where the Dockerfile names its variable: %s", async (steps) => {
    const dockerfile = `FROM debian\n${steps}\n`;
    expect(await wantedBy({ grants: [sccache({})] }, { dockerfile })).toMatchObject({ lacksBucket: false });
    const others = { dockerfile: "FROM debian\nRUN sccache cc x.c\n" };
    expect(await wantedBy({ grants: [sccache({})] }, others)).toMatchObject({ lacksBucket: true });
  });

  test("lies elsewhere where sessions are another STS's, unless it is said where", async () => {
    const elsewhere = async (stsEndpoint: string | undefined, environment: Record<string, string> = {}) => {
      const session = { from: "aws-session", region: "us-west-2", stsEndpoint, policy: { bucket: "b" } } as const;
      const { buckets } = await wantedBy({ secrets: { cache: session } }, { environment });
      return buckets[0]!.place.isElsewhere ?? false;
    };
    const own = "https://sts.store.example";
    expect([await elsewhere(own), await elsewhere(undefined, { AWS_ENDPOINT_URL_STS: own })]).toEqual([true, true]);
    expect(await elsewhere(own, { AWS_ENDPOINT_URL_S3: "https://s3.store.example" })).toBe(false);
    for (const name of ["sts.us-west-2", "sts-fips.us-east-1", "vpce-1.sts.us-west-2.vpce"]) {
      expect(await elsewhere(`https://${name}.amazonaws.com`)).toBe(false);
    }
    expect(await elsewhere("https://sts.us-west-2.api.aws")).toBe(false);
    expect(await elsewhere("https://amazonaws.com.store.example")).toBe(true);
  });

  test("lacks a role where a recipe's session would need one", async () => {
    const grants = [sccache({ bucket: "mine" })];
    const { secrets } = await wantedBy({ grants }, { environment: { GITHUB_ACTIONS: "true" } });
    expect(secrets.get("aws-identity")?.lacksRole).toBe(true);
    const declared = await wantedBy({ grants, secrets: { "aws-identity": { from: "irsa" } } }, { environment: {} });
    expect(declared.secrets.get("aws-identity")?.lacksRole).toBeUndefined();
  });
});
