import { SealError } from "../../error.ts";
import { ExchangeError } from "../../identity/exchange/exchange.ts";
import { type Check, fine, noted, odd, wrong } from "../check.ts";
import { type BucketAnswer, readBucketAnswer } from "./answer.ts";
import { askBucket, type BucketKeys, type BucketPorts } from "./ask-bucket.ts";
import { addressIn, type BucketPlace } from "./place.ts";
import { tellAnswer } from "./tell-answer.ts";

export type ProbeAsk = {
  /** What stands before `read`, `write` and `delete` in the checks' ids. */
  readonly id: string;
  readonly place: BucketPlace;
  readonly keys: BucketKeys;
  /** Others that may delete where these, narrowed to what a build needs, may not. */
  readonly cleaner?: (() => Promise<BucketKeys | undefined>) | undefined;
  /** A name that nobody has: letters and digits. */
  readonly name: string;
  readonly ports: BucketPorts;
  /** `read`: nothing is written, whatever the build will do. */
  readonly only?: "read";
  /** Called before the object is written, with what takes it away: for an end that comes from outside. */
  readonly beforeWrite?: (remove: () => Promise<unknown>) => void;
};

const content = "buildseal doctor wrote this to see whether it may.\n";

/**
 * Reads, writes and deletes an object of a name that nobody has, below the key prefix. Where a build only reads, so does the
 * probe. What was written is deleted again, also where something fails in between; where nobody may delete, which builds need
 * not, the object has a name that is the same each time, so that there is never more than one.
 */
export async function probeBucket(ask: ProbeAsk): Promise<Check[]> {
  const { id, place, only } = ask;
  const shown = showPlace(place);
  const key = `${place.prefix}buildseal-doctor-${ask.name}`;
  const read = await tried(ask, { method: "GET", key });
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
  return [mayRead, ...(await writeAndDelete(ask, key, shown))];
}

async function writeAndDelete(ask: ProbeAsk, key: string, shown: string): Promise<Check[]> {
  const { id, place } = ask;
  const deleter = await deleterOf(ask, key);
  if (deleter === undefined) {
    const kept = `${place.prefix}buildseal-doctor`;
    const written = await writeCheck(ask, kept, shown);
    if (written.state !== "ok") return [written];
    return [
      written,
      noted(
        `${id}.delete`,
        `${shown}: nothing may be deleted, which builds need not: the probe ${kept} stays, one for all times`,
      ),
    ];
  }
  const remove = () =>
    tried({ ...ask, keys: deleter, ports: { ...ask.ports, signal: undefined } }, { method: "DELETE", key });
  ask.beforeWrite?.(remove);
  const written = await writeCheck(ask, key, shown);
  const back = written.state === "ok" ? await readBack(ask, key, shown) : [];
  // an answer that did not come does not say that nothing was written
  const removed = await remove();
  const isGone = "answer" in removed && (removed.answer.kind === "done" || removed.answer.kind === "no-object");
  if (written.state !== "ok") return [written];
  if (isGone) return [written, ...back, fine(`${id}.delete`, `${shown}: the probe is deleted again`)];
  const why = "check" in removed ? removed.check.says : tellAnswer(id, shown, "delete", place, removed.answer).says;
  return [written, ...back, odd(`${id}.delete`, `${why}; the probe is still there`, `Delete ${key} by hand`)];
}

/** Who may delete: asked with a name that nobody has, of which S3 says that it is gone (DeleteObject). */
async function deleterOf(ask: ProbeAsk, key: string): Promise<BucketKeys | undefined> {
  const isAllowed = async (keys: BucketKeys) => {
    const outcome = await tried({ ...ask, keys }, { method: "DELETE", key });
    return "answer" in outcome && (outcome.answer.kind === "done" || outcome.answer.kind === "no-object");
  };
  if (await isAllowed(ask.keys)) return ask.keys;
  const others = await ask.cleaner?.();
  return others !== undefined && (await isAllowed(others)) ? others : undefined;
}

async function writeCheck(ask: ProbeAsk, key: string, shown: string): Promise<Check> {
  const id = `${ask.id}.write`;
  const written = await tried(ask, { method: "PUT", key, body: content });
  if ("check" in written) return { ...written.check, id };
  if (written.answer.kind === "done") return fine(id, `${shown}: may be written to`);
  return tellAnswer(id, shown, "write", ask.place, written.answer);
}

async function readBack(ask: ProbeAsk, key: string, shown: string): Promise<Check[]> {
  const back = await tried(ask, { method: "GET", key });
  if ("check" in back || back.answer.kind === "done") return [];
  return [tellAnswer(`${ask.id}.read-back`, shown, "read", ask.place, back.answer)];
}

type Tried = { readonly answer: BucketAnswer } | { readonly check: Check };

async function tried(
  { id, place, keys, ports }: Pick<ProbeAsk, "id" | "place" | "keys" | "ports">,
  request: { readonly method: "GET" | "PUT" | "DELETE"; readonly key: string; readonly body?: string },
): Promise<Tried> {
  try {
    return { answer: readBucketAnswer(await askBucket(place, request, keys, ports)) };
  } catch (error) {
    return { check: notAsked(id, place, error) };
  }
}

/**
 * Asks for a bucket without any credential: whether the store is there, and where the bucket is. S3 tells a bucket's region to
 * anybody.
 */
export async function lookAtBucket(id: string, place: BucketPlace, ports: BucketPorts): Promise<Check> {
  const shown = showPlace(place);
  try {
    const answer = readBucketAnswer(await askBucket(place, { method: "HEAD" }, undefined, ports));
    if (answer.kind === "no-bucket" || answer.kind === "other-region") {
      return tellAnswer(id, shown, "read", place, answer);
    }
    return noted(id, `${shown}: its store answers; nothing was read or written in a dry run`);
  } catch (error) {
    return notAsked(id, place, error);
  }
}

function notAsked(id: string, place: BucketPlace, error: unknown): Check {
  const shown = showPlace(place);
  if (error instanceof ExchangeError) {
    const what = error.failure === "stopped" ? noted : wrong;
    return what(id, `${shown}: ${error.message}`, error.remedy);
  }
  // the step itself goes there by its own ways: that we may not is no fault of the bucket's
  if (error instanceof SealError) return odd(id, `${shown}: not asked: ${error.message}`, error.remedy);
  throw error;
}

/** The bucket as one would say it: with the store it is in where that is not AWS's. */
export function showPlace(place: BucketPlace): string {
  const where = place.endpoint === undefined ? (place.region ?? "no region") : addressIn(place).host;
  return `${place.bucket}${place.prefix === "" ? "" : `/${place.prefix}`} (${where})`;
}
