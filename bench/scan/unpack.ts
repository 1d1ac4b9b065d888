/** Decompression alone: `unpack.ts FILE…`, all at once, each on a thread of Node's own, and nothing done with the bytes. */
import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

await Promise.all(process.argv.slice(2).map(unpack));

async function unpack(file: string): Promise<void> {
  const options = { chunkSize: 1 << 18 };
  const unpacker = file.includes("gzip") ? createGunzip(options) : createZstdDecompress(options);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done(), highWaterMark: 1 << 20 });
  await pipeline(createReadStream(file, { highWaterMark: 1 << 19 }), unpacker, nowhere);
}
