import { expect, test } from "vitest";
import { askBuckets, type BucketsAsk } from "../../../../src/cli/doctor/ask-buckets.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { answered, fakeHost } from "../../identity/fake-host.ts";

const place = { bucket: "a", region: "us-west-2", endpoint: undefined, prefix: "", access: "read" } as const;
const host = fakeHost({ answer: () => answered(403) });

const ask = (wanted: Partial<BucketsAsk["wanted"]>, more: Partial<BucketsAsk> = {}) =>
  askBuckets({
    wanted: { secrets: new Map(), buckets: [], lacksBucket: false, ...wanted },
    secrets: [],
    host,
    mask: createMask(),
    dryRun: true,
    end: new AbortController().signal,
    beforeExit: () => {},
    ...more,
  });

test("a bucket's checks have its name in their ids, whatever buckets stand before it; a second of one name has a number", async () => {
  const idsOf = async (...buckets: string[]) => {
    const wanted = buckets.map((bucket) => ({ place: { ...place, bucket }, secret: "aws-identity" }));
    const checks = await ask({ buckets: wanted });
    return checks.map(({ id }) => id).filter((id) => id.endsWith(".store"));
  };
  expect(await idsOf("a", "b")).toEqual(["bucket.a.store", "bucket.b.store"]);
  expect(await idsOf("b", "a", "a")).toEqual(["bucket.b.store", "bucket.a.store", "bucket.a-2.store"]);
});

test("that no bucket is known is a warning of its own", async () => {
  expect(await ask({ lacksBucket: true })).toEqual([
    {
      id: "bucket.none",
      state: "warning",
      says: expect.stringContaining("silently use the local disk"),
      remedy: expect.stringContaining("SCCACHE_BUCKET"),
    },
  ]);
});

test("nobody is asked for a bucket of a store whose place is not known", async () => {
  const asked = host.requests.length;
  const buckets = [{ place: { ...place, isElsewhere: true }, secret: "cache" }];
  const checks = await ask({ buckets }, { dryRun: false });
  expect(checks).toMatchObject([{ id: "bucket.a.store", state: "none" }]);
  expect(host.requests.length).toBe(asked);
});
