import { type Check, fine, noted } from "../check.ts";
import { readBucketAnswer } from "./answer.ts";
import { askBucket, type BucketPorts } from "./ask-bucket.ts";
import { type BucketPlace, showPlace } from "./place.ts";
import { tellAnswer } from "./tell-answer.ts";
import { notAsked, tried } from "./tried.ts";
import { type WriteAsk, writeAndDelete } from "./write.ts";

export type ProbeAsk = WriteAsk & {
  /** `read`: nothing is written, whatever the build will do. */
  readonly only?: "read";
};

/**
 * Reads an object of a name that nobody has, below the key prefix, then writes and deletes one. Where a build only reads, so
 * does the probe.
 */
export async function probeBucket(ask: ProbeAsk): Promise<Check[]> {
  const { id, place, only } = ask;
  const shown = showPlace(place);
  const read = await tried(ask, { method: "GET", key: `${place.prefix}buildseal-doctor-${ask.name}` });
  if ("check" in read) return [{ ...read.check, id: `${id}.read` }];
  const isHidden = place.hidesMissing === true && read.answer.kind === "denied";
  if (read.answer.kind !== "no-object" && !isHidden) {
    return [tellAnswer(`${id}.read`, shown, "read", place, read.answer)];
  }
  const mayRead = isHidden
    ? noted(`${id}.read`, `${shown}: what is missing is refused, as the session may not list the whole bucket`)
    : fine(`${id}.read`, `${shown}: may be read`);
  if (only === "read") return [mayRead];
  if (place.access === "read")
    return [mayRead, noted(`${id}.write`, `${shown}: not written to, as builds only read there`)];
  return [mayRead, ...(await writeAndDelete(ask))];
}

/**
 * Asks for a bucket without any credential: whether the store is there, and where the bucket is. S3 tells a bucket's region to
 * anybody.
 */
export async function lookAtBucket(id: string, place: BucketPlace, ports: BucketPorts): Promise<Check> {
  const shown = showPlace(place);
  try {
    const answer = readBucketAnswer(await askBucket(place, { method: "HEAD" }, undefined, ports));
    // what refuses a stranger is there; what knows nothing of the place is the bucket's absence, or no S3 at all
    const isElsewhere = answer.kind === "other" && answer.status === 404;
    if (answer.kind === "no-bucket" || answer.kind === "other-region" || isElsewhere) {
      return tellAnswer(id, shown, "read", place, answer);
    }
    return noted(id, `${shown}: its store answers; nothing was read or written in a dry run`);
  } catch (error) {
    return notAsked(id, place, error);
  }
}
