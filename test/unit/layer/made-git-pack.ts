import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

export type MadeObject = {
  readonly kind: "commit" | "tree" | "blob" | "tag" | "offset delta" | "reference delta";
  readonly content: string | Uint8Array;
};

const numbers = { commit: 1, tree: 2, blob: 3, tag: 4, "offset delta": 6, "reference delta": 7 } as const;

/** A pack of Git's (gitformat-pack(5)), for tests. */
export function makeGitPack(objects: readonly MadeObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const parts = objects.flatMap(({ kind, content }) => {
    const bytes = Buffer.from(content as string);
    const head = [(numbers[kind] << 4) | (bytes.length & 15)];
    for (let rest = bytes.length >>> 4; rest > 0; rest >>>= 7) {
      head[head.length - 1]! |= 0x80;
      head.push(rest & 0x7f);
    }
    const base = { "offset delta": Buffer.from([0x81, 0x05]), "reference delta": Buffer.alloc(20, 0xab) };
    return [Buffer.from(head), base[kind as "offset delta"] ?? Buffer.alloc(0), deflateSync(bytes)];
  });
  const pack = Buffer.concat([header, ...parts]);
  return Buffer.concat([pack, createHash("sha1").update(pack).digest()]);
}

export function idOfBlob(content: string | Uint8Array): string {
  const bytes = Buffer.from(content as string);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
