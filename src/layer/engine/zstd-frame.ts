/**
 * Tells whether a zstd frame, or a skippable one (RFC 8878, 3.1), has ended, by the sizes that its blocks' headers say. Node up
 * to 24.18 takes a frame that breaks off for one that has ended.
 */
export type ZstdFrame = {
  /** The next bytes of it; what follows its end is not looked at. Gives how many are its own. */
  readonly push: (bytes: Uint8Array) => number;
  readonly hasEnded: () => boolean;
};

/** Reads a header, and says how many bytes follow until the next one, which is `size` bytes long: none, where the frame ends there. */
type Part = {
  readonly size: number;
  readonly read: (header: Buffer) => { readonly body: number; readonly next?: Part };
};

const skippableSize: Part = { size: 4, read: (header) => ({ body: header.readUInt32LE(0) }) };

const frameStart: Part = {
  size: 4,
  read: (header) => {
    const isSkippable = (header.readUInt32LE(0) & 0xfffffff0) === 0x184d2a50;
    return { body: 0, next: isSkippable ? skippableSize : frameDescriptor };
  },
};

const frameDescriptor: Part = {
  size: 1,
  read: ([descriptor = 0]) => {
    const isSingle = (descriptor & 0x20) !== 0;
    const window = isSingle ? 0 : 1;
    const dictionary = [0, 1, 2, 4][descriptor & 3]!;
    const content = [isSingle ? 1 : 0, 2, 4, 8][descriptor >>> 6]!;
    const checksum = (descriptor & 4) === 0 ? 0 : 4;
    return { body: window + dictionary + content, next: blockWith(checksum) };
  },
};

/** @param checksum its bytes behind the last block */
function blockWith(checksum: number): Part {
  const block: Part = {
    size: 3,
    read: (header) => {
      const said = header.readUIntLE(0, 3);
      const isRepeated = ((said >>> 1) & 3) === 1;
      const body = isRepeated ? 1 : said >>> 3;
      return (said & 1) === 0 ? { body, next: block } : { body: body + checksum };
    },
  };
  return block;
}

export function createZstdFrame(): ZstdFrame {
  let part: Part | undefined = frameStart;
  let header: Buffer = Buffer.alloc(0);
  /** Bytes to go until the header. */
  let body = 0;

  function push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && !hasEnded()) {
      const passed = Math.min(body, bytes.length - at);
      body -= passed;
      at += passed;
      if (part === undefined || at === bytes.length) continue;
      const taken = bytes.subarray(at, at + part.size - header.length);
      at += taken.length;
      header = Buffer.concat([header, taken]);
      if (header.length < part.size) continue;
      const { body: follows, next }: ReturnType<Part["read"]> = part.read(header);
      header = Buffer.alloc(0);
      body = follows;
      part = next;
    }
    return at;
  }

  function hasEnded(): boolean {
    return part === undefined && body === 0;
  }

  return { push, hasEnded };
}
