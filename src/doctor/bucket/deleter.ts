import type { BucketKeys } from "./ask-bucket.ts";
import { isGone, type TryAsk, tried } from "./tried.ts";

export type DeleterAsk = TryAsk & {
  /** Others that may delete where these, narrowed to what a build needs, may not. */
  readonly cleaner?: (() => Promise<BucketKeys | undefined>) | undefined;
};

export type Deleter = {
  /** Of who may delete, for good. */
  readonly keys: BucketKeys | undefined;
  readonly isVersioned: boolean;
  /** Whether asking left a delete marker, as nobody may delete that. */
  readonly leftMark: boolean;
};

/** Asked with a name that is the same each time. */
export async function deleterOf(ask: DeleterAsk, key: string): Promise<Deleter> {
  const own = await mayDelete(ask, key);
  if (own.may) return { keys: ask.keys, isVersioned: own.mark !== undefined, leftMark: false };
  const keys = await ask.cleaner?.();
  if (keys === undefined) return { keys, isVersioned: own.mark !== undefined, leftMark: own.mark !== undefined };
  const others = { ...ask, keys };
  const found = await mayDelete(others, key);
  const hasMark = own.mark !== undefined || found.mark !== undefined;
  if (!found.may || !(await isDeleted(others, key, own.mark))) {
    return { keys: undefined, isVersioned: hasMark, leftMark: hasMark };
  }
  return { keys, isVersioned: hasMark, leftMark: false };
}

/**
 * Asked by deleting what is not there: S3 says that it is gone (DeleteObject). A bucket that keeps versions puts a mark there
 * instead, which has a version and is deleted by that.
 */
async function mayDelete(ask: TryAsk, key: string): Promise<{ readonly may: boolean; readonly mark?: string }> {
  const outcome = await tried(ask, { method: "DELETE", key });
  if (!isGone(outcome)) return { may: false };
  const mark = outcome.version;
  return mark === undefined ? { may: true } : { may: await isDeleted(ask, key, mark), mark };
}

async function isDeleted(ask: TryAsk, key: string, version: string | undefined): Promise<boolean> {
  return version === undefined || isGone(await tried(ask, { method: "DELETE", key, version }));
}
