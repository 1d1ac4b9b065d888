import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { createCrc64 } from "./crc64.ts";

/** What stands behind each block, to be held against what it unpacks to (the xz file format, 2.1.1.2 and 3.4). */
export type Check = {
  readonly update: (bytes: Buffer) => void;
  /** Undefined where nothing is to be held against it, or nobody knows what. */
  readonly digest: () => Buffer | undefined;
};

/** By the number of the check. */
export function checkBytes(kind: number): number {
  return kind === 0 ? 0 : 4 * 2 ** Math.floor((kind - 1) / 3);
}

export function createCheck(kind: number): Check {
  switch (kind) {
    case 1:
      return createCrc32();
    case 4:
      return createCrc64();
    case 10: {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
    default:
      return { update: () => {}, digest: () => undefined };
  }
}

function createCrc32(): Check {
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, sum);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(sum);
      return bytes;
    },
  };
}
