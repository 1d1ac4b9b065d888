import { SealError } from "../../error.ts";
import { ExchangeError } from "../../identity/exchange/exchange.ts";
import { type Check, noted, odd, wrong } from "../check.ts";
import { type BucketAnswer, readBucketAnswer } from "./answer.ts";
import { askBucket, type BucketKeys, type BucketPorts, type BucketRequest } from "./ask-bucket.ts";
import { type BucketPlace, showPlace } from "./place.ts";

export type TryAsk = {
  /** What stands before `read`, `write` and `delete` in the checks' ids. */
  readonly id: string;
  readonly place: BucketPlace;
  readonly keys: BucketKeys;
  readonly ports: BucketPorts;
};

/**
 * What a store said, or why it said nothing; `version`: of the object, or of what marks it as deleted, in a bucket that keeps
 * versions.
 */
export type Tried = { readonly answer: BucketAnswer; readonly version: string | undefined } | { readonly check: Check };

/** One request. */
export async function tried({ id, place, keys, ports }: TryAsk, request: BucketRequest): Promise<Tried> {
  try {
    const said = await askBucket(place, request, keys, ports);
    return { answer: readBucketAnswer(said), version: said.header("x-amz-version-id") || undefined };
  } catch (error) {
    return { check: notAsked(id, place, error) };
  }
}

type Gone = {
  readonly answer: Extract<BucketAnswer, { kind: "done" | "no-object" }>;
  readonly version: string | undefined;
};

/** Of a deletion; also where there was nothing before. */
export function isGone(outcome: Tried): outcome is Gone {
  return "answer" in outcome && (outcome.answer.kind === "done" || outcome.answer.kind === "no-object");
}

/** Why a store said nothing. */
export function notAsked(id: string, place: BucketPlace, error: unknown): Check {
  const shown = showPlace(place);
  if (error instanceof ExchangeError) {
    const what = error.failure === "stopped" ? noted : wrong;
    return what(id, `${shown}: ${error.message}`, error.remedy);
  }
  // the step itself goes there by its own ways: that we may not is no fault of the bucket's
  if (error instanceof SealError) return odd(id, `${shown}: not asked: ${error.message}`, error.remedy);
  throw error;
}
