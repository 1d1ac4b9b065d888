import { describe, expect, test } from "vitest";
import { readBucketAnswer } from "../../../../src/doctor/bucket/answer.ts";
import { answered } from "../../identity/fake-host.ts";

const xml = (code: string, message = "", more = "") =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;

describe("a store's answer", () => {
  test("is done for any 2xx", () => {
    expect(readBucketAnswer(answered(200)).kind).toBe("done");
    expect(readBucketAnswer(answered(204)).kind).toBe("done");
  });

  test("tells a missing object from a missing bucket", () => {
    expect(readBucketAnswer(answered(404, xml("NoSuchKey"))).kind).toBe("no-object");
    expect(readBucketAnswer(answered(404, xml("NoSuchBucket"))).kind).toBe("no-bucket");
    expect(readBucketAnswer(answered(404, "", { "x-amz-request-id": "1" })).kind).toBe("no-bucket");
  });

  test("that is another server's is no store's word on a bucket", () => {
    expect(readBucketAnswer(answered(404)).kind).toBe("other");
    expect(readBucketAnswer(answered(404, "<html>404 page not found</html>"))).toMatchObject({
      kind: "other",
      status: 404,
    });
  });

  test("names the action that is denied, and whose policy it is", () => {
    const said =
      "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: s3:PutObject on resource: " +
      "&quot;arn:aws:s3:::cache/x&quot; because no session policy allows the s3:PutObject action";
    expect(readBucketAnswer(answered(403, xml("AccessDenied", said)))).toEqual({
      kind: "denied",
      action: "s3:PutObject",
      because: "no session policy allows it",
    });
    const explicit =
      "… is not authorized to perform: s3:GetObject on resource: … with an explicit deny in a resource-based policy";
    expect(readBucketAnswer(answered(403, xml("AccessDenied", explicit)))).toMatchObject({
      because: "the resource-based policy denies it",
    });
    expect(readBucketAnswer(answered(403, xml("AccessDenied", "Access Denied")))).toMatchObject({
      kind: "denied",
      action: undefined,
    });
  });

  test("tells another region by the header of a redirect, and by the words about a signature", () => {
    const moved = answered(301, xml("PermanentRedirect"), { "x-amz-bucket-region": "eu-west-1" });
    expect(readBucketAnswer(moved)).toEqual({ kind: "other-region", region: "eu-west-1" });
    const malformed = answered(400, xml("AuthorizationHeaderMalformed", "", "<Region>us-gov-west-1</Region>"));
    expect(readBucketAnswer(malformed)).toEqual({ kind: "other-region", region: "us-gov-west-1" });
    const hostile = answered(301, "", { "x-amz-bucket-region": "x\u001b[2J" });
    expect(readBucketAnswer(hostile)).toEqual({ kind: "other-region", region: undefined });
  });

  test.each(["ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"])(
    "%s is about the credentials themselves",
    (code) => {
      expect(readBucketAnswer(answered(403, xml(code)))).toEqual({ kind: "refused", code });
    },
  );

  test("of a clock that is too far off is about the clock", () => {
    expect(readBucketAnswer(answered(403, xml("RequestTimeTooSkewed"))).kind).toBe("clock");
  });

  test("of anything else keeps its status and a code of a known form alone", () => {
    expect(readBucketAnswer(answered(500, xml("InternalError")))).toEqual({
      kind: "other",
      status: 500,
      code: "InternalError",
    });
    expect(readBucketAnswer(answered(418, xml("::error::<x>")))).toEqual({
      kind: "other",
      status: 418,
      code: undefined,
    });
  });
});
