import { expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import { stsPlace } from "../../../src/verify/sts-place.ts";

test.each([
  [{}, "https://sts.us-east-1.amazonaws.com/", "us-east-1"],
  [{ AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-3" }, "https://sts.eu-west-3.amazonaws.com/", "eu-west-3"],
  [
    { AWS_REGION: "us-gov-west-1", AWS_DEFAULT_REGION: "eu-west-3" },
    "https://sts.us-gov-west-1.amazonaws.com/",
    "us-gov-west-1",
  ],
  [{ AWS_REGION: "cn-north-1" }, "https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"],
  [{ AWS_ENDPOINT_URL_STS: "https://sts.example.com:8443" }, "https://sts.example.com:8443/", "us-east-1"],
  [{ AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9000/" }, "http://127.0.0.1:9000/", "us-east-1"],
])("AWS is asked where the SDKs would: %o", (environment, url, region) => {
  const place = stsPlace(environment);
  expect([place.url.href, place.region]).toEqual([url, region]);
});

test.each([
  { AWS_REGION: "us-west-2.example.com/" },
  { AWS_REGION: "west" },
  { AWS_ENDPOINT_URL_STS: "http://sts.example.com" },
  { AWS_ENDPOINT_URL_STS: "https://me:x@sts.example.com" },
  { AWS_ENDPOINT_URL_STS: "https://sts.example.com/?a" },
  { AWS_ENDPOINT_URL_STS: "sts.example.com" },
])("no key is sent to %o", (environment) => {
  expect(() => stsPlace(environment)).toThrow(SealError);
});
