import { spawnSync } from "node:child_process";
import { createHash, randomBytes, randomInt } from "node:crypto";
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createMatcher, type Matcher } from "../../../src/scan/matcher.ts";
import { openReadAhead, pieceBytes, type ReadAhead } from "../../../src/scan/read-ahead.ts";
import type { Ring } from "../../../src/scan/ring.ts";
import { contextBytes, type Portion } from "../../../src/scan/strand.ts";
import { type FileThread, openFileThread, startThread } from "../../../src/system/file-thread.ts";
import { scratch, until } from "../system/scratch.ts";

const wanted = Buffer.from("a literal of more than twenty bytes");

type World = {
  readonly content: Buffer;
  readonly matcher: Matcher;
  readonly thread: FileThread;
  readonly ring: () => Ring;
  readonly open: (isAlone?: boolean) => ReadAhead;
  readonly failures: () => number;
};

/** A file with a literal at some places, at the ends of pieces too. */
function world(bytes: number): World {
  const content = randomBytes(bytes);
  for (let at = 0; at + 100 < bytes; at += randomInt(20_000, 60_000)) wanted.copy(content, at);
  for (let end = pieceBytes; end + 100 < bytes; end += pieceBytes) wanted.copy(content, end - randomInt(0, 36));
  const path = join(scratch(), "file");
  writeFileSync(path, content);
  const file = openSync(path, "r");
  const thread = openFileThread(file);
  onTestFinished(async () => {
    await thread.close();
    closeSync(file);
  });
  const matcher = createMatcher([{ bytes: wanted }, { bytes: Buffer.from("lite") }], 32 << 20);
  let ring: Ring | undefined;
  let failures = 0;
  const helpWith = (given: Ring): void => {
    ring = given;
    thread.helpWith(given);
  };
  return {
    content,
    matcher,
    thread,
    ring: () => ring!,
    open: (isAlone = false) => {
      const read = (into: Buffer, from: number, to: number, at: number): number =>
        readSync(file, into, from, to - from, at);
      return openReadAhead({ read, ...(isAlone ? {} : { helpWith }) }, matcher, () => failures++);
    },
    failures: () => failures,
  };
}

function stateOf({ control, words }: Ring): Int32Array {
  return new Int32Array(control).subarray(words.helper);
}

const isThere = (ring: Ring): boolean => stateOf(ring)[0] === 1;

/** What is new in a portion; what came before must stand before it. */
function newOf({ bytes, fresh, to }: Portion, before: Buffer): Buffer {
  const known = before.subarray(Math.max(0, before.length - 2 * contextBytes));
  expect(bytes.subarray(fresh - known.length, fresh).equals(known)).toBe(true);
  return Buffer.from(bytes.subarray(fresh, to));
}

function readAll(ahead: ReadAhead, onPortion = (_portion: Portion, _count: number): void => {}): Buffer {
  let all = Buffer.alloc(0);
  let count = 0;
  for (let portion = ahead.next(); portion !== undefined; portion = ahead.next()) {
    onPortion(portion, ++count);
    all = Buffer.concat([all, newOf(portion, all)]);
  }
  ahead.close();
  return all;
}

describe.each([0, 1, 1000, pieceBytes, pieceBytes + 1, 9 * pieceBytes, 17 * pieceBytes + 12_345])(
  "a file of %i bytes",
  (bytes) => {
    test("comes whole without a thread", () => {
      const { open, content } = world(bytes);
      expect(readAll(open(true)).equals(content)).toBe(true);
    });

    test("comes whole from a thread that was there before", async () => {
      const { open, content, ring } = world(bytes);
      const ahead = open();
      await until(() => isThere(ring()));
      expect(readAll(ahead).equals(content)).toBe(true);
    });

    test("comes whole when the thread comes later, or is gone in between", async () => {
      const { open, content, ring } = world(bytes);
      const ahead = open();
      const portions: Buffer[] = [];
      let before = Buffer.alloc(0);
      for (let portion = ahead.next(); portion !== undefined; portion = ahead.next()) {
        portions.push(newOf(portion, before));
        before = Buffer.concat(portions);
        if (portions.length === 3) await until(() => isThere(ring()));
        if (portions.length === 9) {
          ahead.close();
          await until(() => !isThere(ring()));
        }
      }
      ahead.close();
      expect(before.equals(content)).toBe(true);
    });
  },
);

test("what the thread has met is what would be met here", async () => {
  const { open, ring, matcher } = world(24 * pieceBytes);
  const ahead = open();
  await until(() => isThere(ring()));
  let byThread = 0;
  let count = 0;
  for (let portion = ahead.next(); portion !== undefined; portion = ahead.next()) {
    const { bytes, fresh, to, met } = portion;
    // time for it to get there
    if (count++ % 5 === 0) await new Promise((done) => setTimeout(done, 30));
    const [first, last] = [contextBytes, contextBytes + pieceBytes];
    const found = met(first, last);
    if (found === undefined || to - fresh < pieceBytes) continue;
    byThread++;
    const told = (some?: Uint32Array): [number, number, number][] => {
      const all: [number, number, number][] = [];
      const stretch = { bytes, from: 0, to, at: 0, met: some };
      matcher.scan(stretch, first, last, new Map(), (literal, start, end) => void all.push([start, end, literal]));
      return all.toSorted((a, b) => a[0] - b[0] || a[2] - b[2]);
    };
    expect(told(found)).toEqual(told());
  }
  ahead.close();
  expect(byThread).toBeGreaterThan(4);
});

test("a part is hashed while it is read, from wherever it lies", async () => {
  const { createHash } = await import("node:crypto");
  const { open, content, thread, ring } = world(12 * pieceBytes + 77);
  const ahead = open();
  await until(() => isThere(ring()));
  const parts = [
    [1536, content.length - 2000],
    [0, 10],
    [3 * pieceBytes - 1, 2],
    [11 * pieceBytes, pieceBytes + 77],
  ] as const;
  const digests = parts.map(([at, length]) => thread.digest("sha256", at, length));
  const tooFar = thread.digest("sha256", content.length - 5, 6);
  const ofNoKind = thread.digest("sha-none", 0, 1);
  tooFar.catch(() => {});
  ofNoKind.catch(() => {});
  readAll(ahead);
  const expected = parts.map(([at, length]) =>
    createHash("sha256")
      .update(content.subarray(at, at + length))
      .digest("hex"),
  );
  expect(await Promise.all(digests)).toEqual(expected);
  await expect(tooFar).rejects.toThrow("it cannot be read");
  await expect(ofNoKind).rejects.toThrow("it cannot be read");
});

test.each(["as fast as it can", "slowly", "now fast, now slowly"])(
  "comes whole, and its parts are hashed rightly, when it is taken %s",
  async (pace) => {
    const { createHash } = await import("node:crypto");
    const { open, content, thread, ring } = world(40 * pieceBytes + 5);
    const cuts = Array.from({ length: 30 }, () => randomInt(content.length)).toSorted((a, b) => a - b);
    const parts = [0, ...cuts].map((start, index) => [start, cuts[index] ?? content.length] as const);
    const ask = () => parts.map(([start, end]) => thread.digest("sha256", start, end - start));
    // it may hash already when it is told of the ring
    const before = pace === "slowly" ? [] : ask();
    if (before.length > 0) await new Promise((done) => setTimeout(done, randomInt(60)));
    const ahead = open();
    const digests = [before, ask()];
    if (pace === "slowly") await until(() => isThere(ring()));
    const nap = new Int32Array(new SharedArrayBuffer(4));
    const all = readAll(ahead, (_, count) => {
      // as the scan does it: without giving way to anybody
      if (pace === "slowly" || (pace !== "as fast as it can" && count % 13 > 6))
        Atomics.wait(nap, 0, 0, randomInt(1, 5));
    });
    expect(all.equals(content)).toBe(true);
    const expected = parts.map(([start, end]) =>
      createHash("sha256").update(content.subarray(start, end)).digest("hex"),
    );
    for (const some of digests) expect(await Promise.all(some)).toEqual(some.length > 0 ? expected : []);
  },
);

test("a thread that was started before goes through the first file alone", async () => {
  startThread();
  const worlds = [world(100_000), world(200_000), world(300_000)];
  for (const { thread, content } of worlds) {
    const hex = createHash("sha256").update(content).digest("hex");
    await expect(thread.digest("sha256", 0, content.length)).resolves.toBe(hex);
  }
});

test("a thread that nobody takes holds no process up", () => {
  const module = join(import.meta.dirname, "../../../src/system/file-thread.ts");
  const script = `import { startThread } from ${JSON.stringify(module)}; startThread();`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 20_000,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a thread that has ended hashes nothing, and says so", async () => {
  const { thread } = world(1000);
  thread.start();
  await thread.close();
  await expect(thread.digest("sha256", 0, 1000)).rejects.toThrow("has ended");
});

test("what cannot be read is said once, with and without a thread", async () => {
  const folder = openSync(scratch(), "r");
  const thread = openFileThread(folder);
  onTestFinished(async () => {
    await thread.close();
    closeSync(folder);
  });
  const matcher = createMatcher([{ bytes: wanted }], 32 << 20);
  for (const isAlone of [true, false]) {
    let failures = 0;
    let ring: Ring | undefined;
    const source = {
      read: (into: Buffer, from: number, to: number, at: number) => readSync(folder, into, from, to - from, at),
      ...(isAlone
        ? {}
        : {
            helpWith: (given: Ring): void => {
              ring = given;
              thread.helpWith(given);
            },
          }),
    };
    const ahead = openReadAhead(source, matcher, () => failures++);
    if (!isAlone) await until(() => isThere(ring!));
    expect(readAll(ahead).length).toBe(0);
    expect(failures).toBe(1);
  }
});
