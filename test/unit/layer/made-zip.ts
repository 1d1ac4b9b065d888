import { crc32, deflateRawSync } from "node:zlib";

export type MadeMember = {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly method?: "stored" | "deflate";
  /** Sizes after the data, as a writer does that cannot seek back. */
  readonly streamed?: boolean;
  /** What follows the data of a streamed one has no mark of its own. */
  readonly unmarked?: boolean;
  /** It has its sizes in front of the data, too. */
  readonly sized?: boolean;
  readonly encrypted?: boolean;
};

export function makeZip(members: readonly MadeMember[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const content = Buffer.from(member.content as string);
    const packed = member.method === "deflate" ? deflateRawSync(content) : content;
    const flags = (member.streamed ? 8 : 0) | (member.encrypted ? 1 : 0);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(member.method === "deflate" ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(member.name), 22);
    const local = Buffer.from(fields);
    if (member.streamed && !member.sized) local.fill(0, 10, 22);
    const mark = Buffer.from(member.unmarked ? "" : "PK\x07\x08", "latin1");
    const descriptor = member.streamed ? Buffer.concat([mark, fields.subarray(10, 22)]) : Buffer.alloc(0);
    const local_ = Buffer.concat([
      Buffer.from("PK\x03\x04", "latin1"),
      local,
      Buffer.from(member.name),
      packed,
      descriptor,
    ]);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), fields, offset, Buffer.from(member.name)]),
    );
    parts.push(local_);
    at += local_.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, names, end]);
}
