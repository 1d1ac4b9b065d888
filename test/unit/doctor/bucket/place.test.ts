import { describe, expect, test } from "vitest";
import { addressIn, placeOfSccache } from "../../../../src/doctor/bucket/place.ts";

const settings = (values: Record<string, string>) => new Map(Object.entries({ SCCACHE_BUCKET: "cache", ...values }));

describe("the bucket of sccache's settings", () => {
  test("is none without a bucket", () => {
    expect(placeOfSccache(new Map(), "us-west-2")).toBeUndefined();
    expect(placeOfSccache(settings({ SCCACHE_BUCKET: "" }), "us-west-2")).toBeUndefined();
  });

  test("is in AWS's S3 of its region where no endpoint is named, by path", () => {
    const place = placeOfSccache(settings({ SCCACHE_S3_KEY_PREFIX: "/app/" }), "eu-west-1")!;
    expect(place).toMatchObject({ prefix: "app/", access: "read-write" });
    expect(addressIn(place, `${place.prefix}x`).href).toBe("https://s3.eu-west-1.amazonaws.com/cache/app/x");
  });

  test.each([
    ["cn-north-1", "s3.cn-north-1.amazonaws.com.cn"],
    ["us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"],
    ["us-iso-east-1", "s3.us-iso-east-1.c2s.ic.gov"],
    ["us-isob-east-1", "s3.us-isob-east-1.sc2s.sgov.gov"],
    ["eusc-de-east-1", "s3.eusc-de-east-1.amazonaws.eu"],
  ])("of the region %s is in its partition's S3", (region, host) => {
    expect(addressIn(placeOfSccache(settings({}), region)!).host).toBe(host);
  });

  test.each([
    ["store.example", undefined, "http://store.example"],
    ["store.example:9000", "true", "https://store.example:9000"],
    ["https://store.example", undefined, "https://store.example"],
    ["https://store.example", "false", "http://store.example"],
    ["http://store.example", "on", "https://store.example"],
  ])("takes the endpoint %s with TLS %s as sccache does", (endpoint, useSsl, expected) => {
    const place = placeOfSccache(
      settings({ SCCACHE_ENDPOINT: endpoint, ...(useSsl === undefined ? {} : { SCCACHE_S3_USE_SSL: useSsl }) }),
      "us-west-2",
    );
    expect(place?.endpoint).toBe(expected);
  });

  test("is only read where sccache is told so", () => {
    expect(placeOfSccache(settings({ SCCACHE_S3_RW_MODE: "READ_ONLY" }), "us-west-2")?.access).toBe("read");
  });

  test("has names percent-encoded as signature version 4 wants them", () => {
    const place = placeOfSccache(settings({}), "us-west-2")!;
    expect(addressIn(place, "a b/c+d!*'()").pathname).toBe("/cache/a%20b/c%2Bd%21%2A%27%28%29");
  });
});
