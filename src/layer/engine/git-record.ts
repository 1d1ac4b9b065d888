/** How a pack of Git's is handed on unpacked: its objects one after the other, each after its size and name. */
const fixedBytes = 10;

export function recordHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(fixedBytes + name.length);
  header.writeDoubleLE(size, 0);
  header.writeUInt16LE(name.length, 8);
  header.write(name, fixedBytes, "latin1");
  return header;
}

/** How long the header is, as far as the bytes of it tell. */
export function recordHeaderBytes(head: Buffer): number {
  return head.length < fixedBytes ? fixedBytes : fixedBytes + head.readUInt16LE(8);
}

export function readRecordHeader(head: Buffer): { readonly name: string; readonly size: number } {
  return { name: head.toString("latin1", fixedBytes), size: head.readDoubleLE(0) };
}
