import { describe, expect, test } from "vitest";
import { SealError } from "../../../../src/error.ts";
import { stsPlaceOf } from "../../../../src/source/aws/sts-place.ts";

const place = (ask: Partial<Parameters<typeof stsPlaceOf>[0]> = {}) =>
  stsPlaceOf({ region: undefined, stsEndpoint: undefined, environment: {}, partition: undefined, ...ask });

describe("STS is asked", () => {
  test.each([
    ["us-west-2", "https://sts.us-west-2.amazonaws.com/"],
    ["ap-southeast-4", "https://sts.ap-southeast-4.amazonaws.com/"],
    ["us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com/"],
    ["cn-northwest-1", "https://sts.cn-northwest-1.amazonaws.com.cn/"],
    ["us-iso-east-1", "https://sts.us-iso-east-1.c2s.ic.gov/"],
    ["us-isob-east-1", "https://sts.us-isob-east-1.sc2s.sgov.gov/"],
    ["eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu/"],
  ])("in the region %s at its own endpoint", (region, url) => {
    expect(place({ region })).toMatchObject({ url, region, namedBy: "platform", notices: [] });
  });

  test("in the region of the option, then of AWS_REGION, then of AWS_DEFAULT_REGION, and else says which it takes", () => {
    const environment = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" };
    expect(place({ region: "us-west-2", environment }).region).toBe("us-west-2");
    expect(place({ environment }).region).toBe("eu-west-1");
    expect(place({ environment: { ...environment, AWS_REGION: "" } }).region).toBe("eu-west-2");
    expect(place().notices.join()).toContain("no region is known: STS is asked in us-east-1");
    expect(place({ partition: "aws-cn" }).url).toBe("https://sts.cn-north-1.amazonaws.com.cn/");
  });

  test("where the option says, which a checkout may name: then the rules for hosts hold", () => {
    const environment = { AWS_ENDPOINT_URL_STS: "https://sts.platform.example" };
    const named = place({ stsEndpoint: "https://sts.example/x", environment });
    expect(named).toMatchObject({ url: "https://sts.example/x", host: "sts.example", namedBy: "configuration" });
  });

  test("where the platform says, unless it says that this is not meant", () => {
    const environment = { AWS_ENDPOINT_URL_STS: "https://a.example", AWS_ENDPOINT_URL: "https://b.example" };
    expect(place({ environment })).toMatchObject({ host: "a.example", namedBy: "platform" });
    expect(place({ environment: { ...environment, AWS_ENDPOINT_URL_STS: "" } }).host).toBe("b.example");
    const ignored = { ...environment, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    expect(place({ environment: ignored }).host).toBe("sts.us-east-1.amazonaws.com");
  });

  test.each([
    { region: "us-west-2.attacker.example/" },
    { region: "attacker.example" },
    { region: "" },
    { region: "us-west-2", partition: "aws-cn" },
    { region: "cn-north-1", partition: "aws" },
    { stsEndpoint: "sts.example" },
    { stsEndpoint: "https://user:x@sts.example" },
    { stsEndpoint: "https://sts.example/?x=1" },
    { stsEndpoint: "ftp://sts.example" },
  ])("nowhere by %o", (ask) => {
    expect(() => place(ask)).toThrow(SealError);
  });

  test("by a store's own role in a region of AWS's name", () => {
    expect(place({ region: "us-west-2", partition: "minio", stsEndpoint: "http://127.0.0.1:9" }).region).toBe(
      "us-west-2",
    );
  });
});
