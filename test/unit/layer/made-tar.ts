/** Tars, byte by byte, for tests: what tar-stream would not write (old bytes in the padding, broken headers) too. */
export type MadeEntry = {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: string;
  readonly link?: string;
  /** PAX records that go before it. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Bytes that fill the space up to the next block. */
  readonly padding?: string;
  /** A GNU long name in front of it. */
  readonly longName?: string;
  /** The ustar prefix field. */
  readonly prefix?: string;
};

export function makeTar(entries: readonly MadeEntry[], afterEnd: string | Uint8Array = ""): Buffer {
  return Buffer.concat([...entries.flatMap(makeEntry), Buffer.alloc(1024), Buffer.from(afterEnd as string)]);
}

export function makeEntry(entry: MadeEntry): Buffer[] {
  const content = Buffer.from((entry.content ?? "") as string);
  const parts: Buffer[] = [];
  if (entry.pax !== undefined)
    parts.push(...block("PaxHeaders/x", "x", Buffer.concat(Object.entries(entry.pax).map(paxRecord))));
  if (entry.longName !== undefined) parts.push(...block("././@LongLink", "L", Buffer.from(`${entry.longName}\0`)));
  parts.push(...block(entry.name, entry.type ?? "0", content, entry));
  return parts;
}

export function makeHeader(name: string, type: string, size: number, entry: Partial<MadeEntry> = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, "utf8");
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write(type, 156);
  header.write(entry.link ?? "", 157, 100, "utf8");
  header.write("ustar\0", 257);
  header.write("00", 263);
  header.write(entry.prefix ?? "", 345, 155, "utf8");
  return withChecksum(header);
}

export function withChecksum(header: Buffer): Buffer {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function block(name: string, type: string, content: Buffer, entry: Partial<MadeEntry> = {}): Buffer[] {
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  padding.write(entry.padding ?? "");
  return [makeHeader(name, type, content.length, entry), content, padding];
}

export function paxRecord([key, value]: [string, string]): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return Buffer.from(`${length} ${key}=${value}\n`);
}
