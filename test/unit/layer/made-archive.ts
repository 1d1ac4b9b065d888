/** Archives that are members one after the other, for tests. */
export type MadeFile = { readonly name: string; readonly content: string | Uint8Array };

/** ar(5); long names in BSD's form. */
export function makeAr(files: readonly MadeFile[]): Buffer {
  const parts = [Buffer.from("!<arch>\n")];
  for (const { name, content } of files) {
    const bytes = Buffer.from(content as string);
    const inFront = name.length > 15 ? Buffer.from(name) : Buffer.alloc(0);
    const field = name.length > 15 ? `#1/${name.length}` : `${name}/`;
    const size = inFront.length + bytes.length;
    const numbers = `${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"644".padEnd(8)}${String(size).padEnd(10)}`;
    parts.push(Buffer.from(`${field.padEnd(16)}${numbers}\`\n`), inFront, bytes, Buffer.alloc(size % 2, "\n"));
  }
  return Buffer.concat(parts);
}

/** cpio in the "new" form. */
export function makeCpio(files: readonly MadeFile[]): Buffer {
  const parts: Buffer[] = [];
  for (const { name, content } of [...files, { name: "TRAILER!!!", content: "" }]) {
    const bytes = Buffer.from(content as string);
    const hex = (value: number): string => value.toString(16).padStart(8, "0");
    const named = Buffer.from(`${name}\0`);
    const numbers = [1, 0o100644, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, named.length, 0];
    const header = Buffer.concat([Buffer.from(`070701${numbers.map(hex).join("")}`), named]);
    parts.push(header, Buffer.alloc(-header.length & 3), bytes, Buffer.alloc(-bytes.length & 3));
  }
  return Buffer.concat(parts);
}

/** cpio in its first, binary form, of a machine with the low byte first or the high one; without its end. */
export function makeOldCpio({ name, content }: MadeFile, isLittle: boolean): Buffer {
  const numbers = [0o070707, 1, 1, 0o100644, 0, 0, 1, 0, 0, 0, name.length + 1, 0, content.length];
  const header = Buffer.from(Uint16Array.from(numbers).buffer);
  const filled = (text: string | Uint8Array): Buffer[] => [Buffer.from(text as string), Buffer.alloc(text.length % 2)];
  return Buffer.concat([isLittle ? header : header.swap16(), ...filled(`${name}\0`), ...filled(content)]);
}

/** An rpm around its payload. */
export function makeRpm(payload: string | Uint8Array): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const signature = rpmHeader(1, 13);
  return Buffer.concat([
    lead,
    signature,
    Buffer.alloc(-signature.length & 7),
    rpmHeader(2, 301),
    Buffer.from(payload as string),
  ]);
}

function rpmHeader(entries: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(16 + entries * 16 + dataBytes, 1);
  header.writeUInt32BE(0x8eade801, 0);
  header.writeUInt32BE(entries, 8);
  header.writeUInt32BE(dataBytes, 12);
  return header;
}
