import { randomBytes } from "node:crypto";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { follow } from "../../../../src/cli/run/follow.ts";
import { createMask } from "../../../../src/secret/mask.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const value = `v${randomBytes(24).toString("base64url")}w`;

function open(isTerminal: boolean) {
  const mask = createMask();
  mask.add(new Secret("token", value));
  const [from, to] = [new PassThrough(), new PassThrough()];
  return { from, to, done: follow({ from, to, mask, isTerminal }) };
}

test.each([false, true])(
  "a value is hidden across chunks and the rest comes as it is (terminal: %s)",
  async (isTerminal) => {
    const { from, to, done } = open(isTerminal);
    const shown = text(to);
    from.write(`before ${value.slice(0, 12)}`);
    from.write(`${value.slice(12)} \x1b[31mred\x1b[0m\n`);
    from.end("::notice::after");
    const hits = await done;
    to.end();
    expect(await shown).toBe("before [secret token] \x1b[31mred\x1b[0m\n::notice::after");
    expect(hits).toEqual([{ name: "token", encoding: "raw", count: 1 }]);
  },
);

test("on a terminal what may be the beginning of a value is shown after a while, and nothing is lost", async () => {
  const { from, to, done } = open(true);
  from.write(`prompt ${value.slice(0, 5)}`);
  let shown = "";
  to.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  while (!shown.endsWith(value.slice(0, 5))) await new Promise((next) => setTimeout(next, 5));
  from.end("!");
  await done;
  expect(shown === `prompt ${value.slice(0, 5)}!`).toBe(true);
});

test("where nobody reads any more the other side is closed", async () => {
  const { from, to, done } = open(false);
  to.destroy();
  from.write("x".repeat(100_000));
  await done;
  expect(from.destroyed).toBe(true);
});

test("nor does it write on where each write fails and the stream stays, as process.stdout does", async () => {
  const from = Readable.from(endless(), { objectMode: false });
  const to = new Writable({ autoDestroy: false, write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  to.on("error", () => {});
  await follow({ from, to, mask: createMask(), isTerminal: false });
  expect(from.destroyed).toBe(true);
});

function* endless(): Iterable<Buffer> {
  for (;;) yield Buffer.alloc(70_000);
}

test("a reader that is slow holds the writer up", async () => {
  const piece = Buffer.from("line\n".repeat(20_000));
  let written = 0;
  const from = Readable.from(
    (function* () {
      for (; written < 50; written++) yield piece;
    })(),
    { objectMode: false },
  );
  const to = new PassThrough();
  const done = follow({ from, to, mask: createMask(), isTerminal: false });
  for (let turn = 0; turn < 100; turn++) await new Promise((next) => setImmediate(next));
  expect(written).toBeLessThan(10);
  const shown = text(to);
  await done;
  to.end();
  expect((await shown).length).toBe(50 * piece.length);
});
