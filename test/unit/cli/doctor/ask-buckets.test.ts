import { expect, test } from "vitest";
import { askBuckets } from "../../../../src/cli/doctor/ask-buckets.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { answered, fakeHost } from "../../identity/fake-host.ts";

test("a bucket's checks have its name in their ids, whatever buckets stand before it; a second of one name has a number", async () => {
  const idsOf = async (...buckets: string[]) => {
    const checks = await askBuckets({
      wanted: {
        secrets: new Map(),
        buckets: buckets.map((bucket) => ({
          place: { bucket, region: "us-west-2", endpoint: undefined, prefix: "", access: "read" },
          secret: "aws-identity",
        })),
      },
      secrets: [],
      host: fakeHost({ answer: () => answered(403) }),
      mask: createMask(),
      dryRun: true,
      end: new AbortController().signal,
      beforeExit: () => {},
    });
    return checks.map(({ id }) => id).filter((id) => id.endsWith(".store"));
  };
  expect(await idsOf("a", "b")).toEqual(["bucket.a.store", "bucket.b.store"]);
  expect(await idsOf("b", "a", "a")).toEqual(["bucket.b.store", "bucket.a.store", "bucket.a-2.store"]);
});
