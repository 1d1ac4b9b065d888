import { describe, expect, test } from "vitest";
import { SealError } from "../../../../src/error.ts";
import type { Purpose } from "../../../../src/identity/exchange/built-in.ts";
import { checkAddress, matchesHost } from "../../../../src/identity/exchange/host-rule.ts";
import { stsPlaceOf } from "../../../../src/source/aws/sts-place.ts";

type NamedBy = "platform" | "configuration";

function refusalOf(url: string, purpose: Purpose, namedBy: NamedBy = "configuration"): string | undefined {
  try {
    checkAddress(new URL(url), { namedBy, purpose }, (host) => host === "ghe.example.com");
    return undefined;
  } catch (error) {
    if (error instanceof SealError && error.code === "POLICY") return error.message;
    throw error;
  }
}

const builtIn: Readonly<Record<Purpose, readonly string[]>> = {
  sts: [
    "https://sts.amazonaws.com/",
    "https://sts.eu-west-1.amazonaws.com/",
    "https://sts-fips.us-east-1.amazonaws.com/",
    "https://sts.us-gov-west-1.amazonaws.com/",
    "https://sts.cn-north-1.amazonaws.com.cn/",
    "https://sts.us-east-1.api.aws/",
    "https://vpce-0a1b-2c3d.sts.us-east-1.vpce.amazonaws.com/",
  ],
  s3: [
    "https://s3.us-west-2.amazonaws.com/bucket",
    "https://s3.cn-north-1.amazonaws.com.cn/bucket",
    "https://s3.amazonaws.com/bucket",
    "https://s3.dualstack.us-west-2.amazonaws.com/bucket",
    "https://s3-fips.dualstack.us-west-2.amazonaws.com/bucket",
    "https://a.bucket.s3.us-west-2.amazonaws.com/",
    "https://bucket.s3-us-west-2.amazonaws.com/",
    "https://bucket.s3-accelerate.amazonaws.com/",
    "https://bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com/",
  ],
  container: ["http://169.254.170.2/v2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/x"],
  "github-identity": ["https://pipelines.actions.githubusercontent.com/x"],
  "github-api": ["https://api.github.com/app", "https://api.corp.ghe.com/app"],
  "octo-sts": ["https://octo-sts.dev/sts/exchange"],
  huggingface: ["https://huggingface.co/oauth/token"],
  nosana: ["https://secrets.nosana.ci/login", "https://secrets.k8s.prd.nos.ci/login"],
};
const purposes = Object.keys(builtIn) as Purpose[];
const cases = purposes.flatMap((purpose) => builtIn[purpose].map((url) => [purpose, url] as const));

describe("where a credential may go", () => {
  test.each(cases)("for %s: %s, and for nothing else", (own, url) => {
    const may = purposes.filter((purpose) => refusalOf(url, purpose) === undefined);
    expect(may).toEqual([own]);
  });

  test.each([
    "http://127.0.0.1:9000/",
    "http://[::1]:9000/",
    "http://localhost:9000/",
    "https://ghe.example.com/api/v3",
  ])("for everything: %s", (url) =>
    expect(purposes.filter((purpose) => refusalOf(url, purpose) !== undefined)).toEqual([]),
  );

  test.each([
    "https://x.execute-api.us-east-1.amazonaws.com/",
    "https://evil-1.us-east-1.elb.amazonaws.com/",
    "https://sts.us-east-1.elb.amazonaws.com/",
    "https://s3.us-east-1.elb.amazonaws.com/",
    "https://ec2-1-2-3-4.us-west-2.compute.amazonaws.com/",
    "https://search-x.us-east-1.es.amazonaws.com/",
    "https://vpce-0a-1b.vpce-svc-0c.us-east-1.vpce.amazonaws.com/",
    "https://x.lambda-url.us-east-1.on.aws/",
    "https://x.us-east-1.api.aws/",
    "https://amazonaws.com.evil.example/",
    "https://notamazonaws.com/",
    "https://sts.us-east-1.amazonaws.com.evil.example/",
    "https://evil.ghe.com/",
    "https://api.github.com.evil.example/",
    "https://api-github.com/",
    "https://x.huggingface.co/",
    "https://evil.example/",
  ])("to nobody's of its own: %s", (url) => {
    for (const purpose of purposes) expect(refusalOf(url, purpose)).toContain("neither built in nor allowed");
  });

  test.each([
    "https://evil.s3.amazonaws.com/",
    "https://sts.s3.us-east-1.amazonaws.com/",
    "https://sts.s3-us-west-2.amazonaws.com/",
    "https://evil.s3-website-us-east-1.amazonaws.com/",
  ])("with no token to a bucket, whatever it is called: %s", (url) => {
    for (const purpose of purposes) if (purpose !== "s3") expect(refusalOf(url, purpose)).toBeDefined();
  });

  test.each([
    ["http://api.github.com/", "over http"],
    ["http://127.0.0.1.evil.example/", "over http"],
    ["http://169.254.170.23/v1/credentials", "over http"],
    ["http://169.254.169.254/latest", "over http"],
    ["https://user:word@api.github.com/", "has a login in it"],
  ])("not to %s", (url, says) => {
    expect(refusalOf(url, "github-api")).toContain(says);
    expect(refusalOf(url, "github-api")).not.toContain("word");
  });

  test("to any host that the platform names, but over https", () => {
    expect(refusalOf("https://oidc.runner.example/", "github-identity", "platform")).toBeUndefined();
    expect(refusalOf("http://oidc.runner.example/", "github-identity", "platform")).toContain("over http");
  });

  test.each([
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "us-isof-south-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
  ])("to the STS of %s, by the address that we give it ourselves", (region) => {
    const place = stsPlaceOf({ region, stsEndpoint: undefined, environment: {}, partition: undefined });
    expect(refusalOf(place.url, "sts")).toBeUndefined();
  });

  test("by a pattern of a policy's, which is a name or the end of one", () => {
    expect(matchesHost("*.example.com", "a.b.example.com")).toBe(true);
    for (const host of ["example.com", "notexample.com", ".example.com"])
      expect(matchesHost("*.example.com", host)).toBe(false);
  });
});
