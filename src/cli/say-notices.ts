import { noticesOf, type Remarked } from "../grant/notice.ts";
import type { Session } from "./build/session.ts";

/** Tells what will not work, or is left open, of what is given: each sentence once. */
export function sayNotices(given: readonly Remarked[], { machine, mask }: Pick<Session, "machine" | "mask">): void {
  for (const notice of noticesOf(given)) machine.say(mask.text(`warning: ${notice}`));
}
