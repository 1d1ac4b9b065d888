import { type Check, fine, noted, odd } from "../check.ts";
import { type Deleter, type DeleterAsk, deleterOf } from "./deleter.ts";
import { showPlace } from "./place.ts";
import { removeObject } from "./remove-object.ts";
import { tellAnswer } from "./tell-answer.ts";
import { isGone, type TryAsk, tried } from "./tried.ts";

export type WriteAsk = DeleterAsk & {
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
    return [check, noted(`${id}.delete`, `${shown}: ${whatStays(kept, deleter, version)}`)];
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

function whatStays(key: string, { isVersioned, leftMark }: Deleter, version: string | undefined): string {
  if (!isVersioned && version === undefined) {
    return `nothing may be deleted, which builds need not: the probe ${key} stays, one for all times`;
  }
  const left = leftMark ? `one of the probe ${key} and a delete marker of it` : `one of the probe ${key}`;
  return `no version may be deleted (s3:DeleteObjectVersion), which builds need not: each run leaves ${left}, until a lifecycle rule for noncurrent versions takes it away`;
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
