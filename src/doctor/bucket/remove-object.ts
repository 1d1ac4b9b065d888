import { odd } from "../check.ts";
import { showPlace } from "./place.ts";
import { isGone, type Tried, type TryAsk, tried } from "./tried.ts";

/**
 * @param known the version that the store told when it was written
 * @param isVersioned whether the bucket marks what is deleted by its name
 */
export async function removeObject(
  ask: TryAsk,
  key: string,
  known: string | undefined,
  isVersioned: boolean,
): Promise<Tried> {
  if (!isVersioned) return known === undefined ? removeByName(ask, key) : removeTold(ask, key, known);
  if (known !== undefined) {
    const removed = await tried(ask, { method: "DELETE", key, version: known });
    if (!isGone(removed)) return removed;
  }
  return removeVersions(ask, key);
}

/** A store may tell a version where it keeps none, and take no request for it later (R2). */
async function removeTold(ask: TryAsk, key: string, known: string): Promise<Tried> {
  const removed = await tried(ask, { method: "DELETE", key, version: known });
  if (isGone(removed) && !(await isThere(ask, key))) return removed;
  const byName = await removeByName(ask, key);
  if (!isGone(byName)) return byName;
  if (byName.version !== undefined) {
    // it keeps versions after all: this was its mark's
    const unmarked = await tried(ask, { method: "DELETE", key, version: byName.version });
    return isGone(unmarked) ? removeVersions(ask, key) : unmarked;
  }
  if (!(await isThere(ask, key))) return byName;
  const says = `${showPlace(ask.place)}: the store says that it deletes, and does not`;
  return { check: odd(`${ask.id}.delete`, says, `Delete ${key} by hand`) };
}

const removeByName = (ask: TryAsk, key: string): Promise<Tried> => tried(ask, { method: "DELETE", key });

async function isThere(ask: TryAsk, key: string): Promise<boolean> {
  const there = await tried(ask, { method: "HEAD", key });
  return "answer" in there && there.answer.kind === "done";
}

/** A write whose answer got lost was sent again: in a bucket that keeps versions each try left one. */
async function removeVersions(ask: TryAsk, key: string): Promise<Tried> {
  for (let most = 5; most > 0; most--) {
    const there = await tried(ask, { method: "HEAD", key });
    if ("check" in there) return there;
    if (there.answer.kind !== "done") break;
    const removed = await tried(ask, { method: "DELETE", key, version: there.version });
    if (!isGone(removed)) return removed;
  }
  return { answer: { kind: "no-object" }, version: undefined };
}
