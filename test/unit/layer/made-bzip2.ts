/** bzip2, for tests: small inputs, with every symbol coded in nine bits. Blocks hold `blockBytes` each. */
export function makeBzip2(content: Uint8Array | string, blockBytes = 2000): Buffer {
  const bytes = Buffer.from(content as string);
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit--) bits.push(Math.floor(value / 2 ** bit) % 2);
  };
  for (const byte of Buffer.from("BZh9")) put(byte, 8);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const checksum = checksumOf(block);
    sum = (((sum << 1) | (sum >>> 31)) ^ checksum) >>> 0;
    putBlock(shortRuns(block), checksum, put);
  }
  put(0x177245385090, 48);
  put(sum, 32);
  while (bits.length % 8 !== 0) bits.push(0);
  const packed = Buffer.alloc(bits.length / 8);
  for (const [index, bit] of bits.entries()) packed[index >>> 3]! |= bit << (7 - (index & 7));
  return packed;
}

/** Four of the same byte are followed by how many more there are. */
function shortRuns(bytes: Buffer): Buffer {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (run < 255 && bytes[at + run] === bytes[at]) run++;
    found.push(...Array<number>(Math.min(run, 4)).fill(bytes[at]!), ...(run >= 4 ? [run - 4] : []));
    at += run;
  }
  return Buffer.from(found);
}

function putBlock(bytes: Buffer, checksum: number, put: (value: number, count: number) => void): void {
  const turns = [...bytes.keys()];
  const twice = Buffer.concat([bytes, bytes]);
  turns.sort((a, b) => Buffer.compare(twice.subarray(a, a + bytes.length), twice.subarray(b, b + bytes.length)));
  put(0x314159265359, 48);
  put(checksum, 32);
  put(0, 1);
  put(turns.indexOf(0), 24);
  // all 256 bytes are in use
  for (let group = 0; group < 17; group++) put(0xffff, 16);
  const symbols: number[] = [];
  const order = [...Array(256).keys()];
  let run = 0;
  const endRun = (): void => {
    for (; run > 0; run = Math.floor((run - 1) / 2)) symbols.push(run % 2 === 1 ? 0 : 1);
  };
  for (const turn of turns) {
    const place = order.indexOf(twice[turn + bytes.length - 1]!);
    order.unshift(...order.splice(place, 1));
    if (place === 0) {
      run++;
      continue;
    }
    endRun();
    symbols.push(place + 1);
  }
  endRun();
  symbols.push(257);
  const selectors = Math.ceil(symbols.length / 50);
  put(2, 3);
  put(selectors, 15);
  put(0, selectors);
  for (let table = 0; table < 2; table++) {
    put(9, 5);
    put(0, 258);
  }
  for (const symbol of symbols) put(symbol, 9);
}

function checksumOf(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return ~sum >>> 0;
}
