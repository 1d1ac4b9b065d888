import { type Check, fine, noted, odd } from "../check.ts";
import type { BucketKeys } from "./ask-bucket.ts";
import { showPlace } from "./place.ts";
import { tellAnswer } from "./tell-answer.ts";
import { type Tried, type TryAsk, tried } from "./tried.ts";

export type WriteAsk = TryAsk & {
  /** Others that may delete where these, narrowed to what a build needs, may not. */
  readonly cleaner?: (() => Promise<BucketKeys | undefined>) | undefined;
  /** A name that nobody has: letters and digits. */
  readonly name: string;
  /** Called before the object is written, with what takes it away: for an end that comes from outside. */
  readonly beforeWrite?: (remove: () => Promise<unknown>) => void;
};

const content = "buildseal doctor wrote this to see whether it may.\n";

/**
 * Writes an object, reads it and deletes it again, also where something fails in between. Where nobody may delete, which builds
 * need not, it has a name that is the same each time, so that there is never more than one; but a bucket that keeps versions
 * then keeps one of each run.
 */
export async function writeAndDelete(ask: WriteAsk): Promise<Check[]> {
  const { id, place } = ask;
  const shown = showPlace(place);
  const kept = `${place.prefix}buildseal-doctor`;
  const deleter = await deleterOf(ask, kept);
  if (deleter.keys === undefined) {
    const { check, version } = await write(ask, kept);
    if (check.state !== "ok") return [check];
    const says =
      deleter.isVersioned || version !== undefined
        ? `no version may be deleted (s3:DeleteObjectVersion), which builds need not: each run leaves one of the probe ${kept}, until a lifecycle rule for noncurrent versions takes it away`
        : `nothing may be deleted, which builds need not: the probe ${kept} stays, one for all times`;
    return [check, noted(`${id}.delete`, `${shown}: ${says}`)];
  }
  const key = `${kept}-${ask.name}`;
  let version: string | undefined;
  // also once the end has come
  const last: TryAsk = { ...ask, keys: deleter.keys, ports: { ...ask.ports, signal: undefined } };
  const remove = () => removeObject(last, key, version, deleter.isVersioned);
  ask.beforeWrite?.(remove);
  const written = await write(ask, key);
  version = written.version;
  const back = written.check.state === "ok" ? await readBack(ask, key) : [];
  // an answer that did not come does not say that nothing was written
  const removed = await remove();
  if (written.check.state !== "ok") return [written.check];
  if (isGone(removed)) return [written.check, ...back, fine(`${id}.delete`, `${shown}: the probe is deleted again`)];
  const { says: why } = "check" in removed ? removed.check : tellAnswer(id, shown, "delete", place, removed.answer);
  return [written.check, ...back, odd(`${id}.delete`, `${why}; the probe is still there`, `Delete ${key} by hand`)];
}

type Deleter = { readonly keys: BucketKeys | undefined; readonly isVersioned: boolean };

/** Who may delete, for good. */
async function deleterOf(ask: WriteAsk, key: string): Promise<Deleter> {
  const own = await mayDelete(ask, key);
  if (own.may) return { keys: ask.keys, isVersioned: own.isVersioned };
  const others = await ask.cleaner?.();
  const found = others === undefined ? own : await mayDelete({ ...ask, keys: others }, key);
  return { keys: found.may ? others : undefined, isVersioned: own.isVersioned || found.isVersioned };
}

/**
 * Asked by deleting what is not there: S3 says that it is gone (DeleteObject). A bucket that keeps versions puts a mark there
 * instead, which has a version and is deleted by that.
 */
async function mayDelete(ask: TryAsk, key: string): Promise<{ readonly may: boolean; readonly isVersioned: boolean }> {
  const outcome = await tried(ask, { method: "DELETE", key });
  if (!isGone(outcome) || "check" in outcome) return { may: false, isVersioned: false };
  if (outcome.version === undefined) return { may: true, isVersioned: false };
  return { may: isGone(await tried(ask, { method: "DELETE", key, version: outcome.version })), isVersioned: true };
}

/** A write whose answer got lost was sent again: in a bucket that keeps versions each try left one. */
async function removeObject(ask: TryAsk, key: string, known: string | undefined, isVersioned: boolean): Promise<Tried> {
  if (!isVersioned || known !== undefined) {
    const removed = await tried(ask, { method: "DELETE", key, version: known });
    if (!isVersioned || !isGone(removed)) return removed;
  }
  for (let most = 5; most > 0; most--) {
    const there = await tried(ask, { method: "HEAD", key });
    if ("check" in there) return there;
    if (there.answer.kind !== "done") break;
    const removed = await tried(ask, { method: "DELETE", key, version: there.version });
    if (!isGone(removed)) return removed;
  }
  return { answer: { kind: "no-object" }, version: undefined };
}

function isGone(outcome: Tried): boolean {
  return "answer" in outcome && (outcome.answer.kind === "done" || outcome.answer.kind === "no-object");
}

async function write(
  ask: WriteAsk,
  key: string,
): Promise<{ readonly check: Check; readonly version?: string | undefined }> {
  const id = `${ask.id}.write`;
  const shown = showPlace(ask.place);
  const written = await tried(ask, { method: "PUT", key, body: content });
  if ("check" in written) return { check: { ...written.check, id } };
  const { answer, version } = written;
  if (answer.kind === "done") return { check: fine(id, `${shown}: may be written to`), version };
  return { check: tellAnswer(id, shown, "write", ask.place, answer) };
}

async function readBack(ask: WriteAsk, key: string): Promise<Check[]> {
  const back = await tried(ask, { method: "GET", key });
  if ("check" in back || back.answer.kind === "done") return [];
  return [tellAnswer(`${ask.id}.read-back`, showPlace(ask.place), "read", ask.place, back.answer)];
}
