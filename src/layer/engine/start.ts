import type { Compression, Engine, Reserve, Take } from "./engine.ts";
import { startGzip, startWrapped } from "./framed-deflate.ts";
import { startGitPack } from "./git-pack.ts";
import { startZlib } from "./zlib.ts";

/** Gives what unpacks one stream. What is seldom needed is loaded then. */
export async function startEngine(compression: Compression, take: Take, reserve: Reserve): Promise<Engine> {
  switch (compression) {
    case "xz":
      return (await import("./xz/xz.ts")).startXz(take, reserve);
    case "bzip2":
      return (await import("./bzip2.ts")).startBzip2(take);
    case "gzip":
      return startGzip(take);
    case "zlib":
      return startWrapped(take);
    case "git-pack":
      return startGitPack(take);
    default:
      return startZlib(compression, take);
  }
}
