import type { DecodeProblem, Engine, Reserve, Take } from "../engine.ts";
import { loadLzma2 } from "./lzma2.ts";
import { walkStream } from "./stream.ts";

const noBytes = Buffer.alloc(0);

/** Unpacks one stream of xz, with all checks and with the filters of `filter.ts`; dictionaries up to `mostWindowBytes`. */
export async function startXz(take: Take, reserve: Reserve): Promise<Engine> {
  const walk = walkStream(await loadLzma2());
  let wish = walk.next();
  /** What was given and not yet asked for. */
  let bytes: Uint8Array = noBytes;
  let taken = 0;
  let problem: DecodeProblem | undefined;
  let over = false;

  function answer(given?: Uint8Array): void {
    wish = walk.next(given);
  }

  /** Does what is wished for. False when there is nothing more to come. */
  async function work(isLast: boolean): Promise<boolean> {
    while (wish.done !== true) {
      if (wish.value.kind === "piece") {
        if (!(await take(wish.value.piece))) {
          walk.return(undefined);
          return false;
        }
        answer();
      } else if (wish.value.kind === "window") {
        answer((await reserve(wish.value.windowBytes)) ? noBytes : undefined);
      } else if (bytes.length >= wish.value.least) {
        const given = bytes.subarray(0, wish.value.most);
        bytes = bytes.subarray(given.length);
        taken += given.length;
        answer(given);
      } else if (isLast) {
        taken += bytes.length;
        bytes = noBytes;
        answer();
      } else {
        return true;
      }
    }
    problem = wish.value;
    return false;
  }

  return {
    feed: async (more) => {
      if (over) return false;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      over = !(await work(false));
      return !over;
    },
    finish: async () => {
      if (!over) await work(true);
      over = true;
      return problem;
    },
    taken: () => taken,
    left: () => [bytes],
    abandon: () => {
      over = true;
      walk.return(undefined);
    },
  };
}
