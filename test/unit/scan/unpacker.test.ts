import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Walker } from "../../../src/layer/spot.ts";
import { createRoom } from "../../../src/scan/room.ts";
import type { Strand } from "../../../src/scan/strand.ts";
import { createScope, createUnpacker, finish } from "../../../src/scan/unpacker.ts";

const base = { root: 1, path: [] };
const walker: Walker = {
  push: () => {},
  end: () => {},
  spot: () => ({ ...base, kind: "slack", start: 0, end: 1 }),
  forget: () => {},
};

test("what fails aside is not forgotten, however long nobody waits for it", async () => {
  const scope = createScope();
  const failing = {
    write: async () => {
      throw new Error("a mistake");
    },
  } as unknown as Strand;
  async function* source() {
    yield gzipSync("text");
  }
  createUnpacker(
    { compression: "gzip", base, at: 0, limits: { maxBytes: 1e6, bombRatio: 250, bombBytes: 1e6 }, source },
    scope,
    () => ({ walker, onEnd: () => {} }),
    () => failing,
    createRoom(1 << 20),
  );
  await setTimeout(200);
  await expect(finish(scope)).rejects.toThrow("a mistake");
});
