import { nameText } from "./name-text.ts";
import { type PaxSparse, paxSparse } from "./sparse-pax.ts";

/** One record of a PAX header: `length key=value\n`. Offsets are in the header's body. */
export type PaxRecord = { readonly key: string; readonly value: string; readonly start: number; readonly end: number };

/** Reads the records of a PAX header's body; `broken` when what follows the last one is no record. */
export function parsePax(body: Buffer): { records: PaxRecord[]; broken: boolean } {
  const records: PaxRecord[] = [];
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : Number(body.toString("latin1", at, space));
    const end = at + length;
    if (!Number.isInteger(length) || length <= space - at || end > body.length || body[end - 1] !== 0x0a) {
      return { records, broken: true };
    }
    const equals = body.indexOf(0x3d, space);
    if (equals === -1 || equals >= end) return { records, broken: true };
    records.push({
      key: body.toString("utf8", space + 1, equals),
      value: nameText(body, equals + 1, end - 1),
      start: at,
      end,
    });
    at = end;
  }
  return { records, broken: false };
}

/** The records whose value is a name: the others say something about the file. */
export function isNameRecord(key: string): boolean {
  return key === "path" || key === "linkpath" || key === "GNU.sparse.name";
}

/** What the records of a header say of the entry behind it. */
export type PaxSaid = {
  readonly name: string | undefined;
  readonly link: string | undefined;
  /** NaN: one that is none. */
  readonly size: number | undefined;
  /** It is a sparse file. */
  readonly sparse: PaxSparse | undefined;
  /** Extended attributes that stand there encoded, as they are. */
  readonly said: readonly string[];
};

/** As Go's archive/tar reads them: an empty one says nothing, of several the last one counts. */
export function paxSaid(records: readonly PaxRecord[]): PaxSaid {
  const values = new Map(records.map(({ key, value }) => [key, value]));
  const textOf = (key: string): string | undefined => values.get(key) || undefined;
  const sparse = paxSparse(records);
  return {
    name: (sparse === undefined ? undefined : textOf("GNU.sparse.name")) ?? textOf("path"),
    link: textOf("linkpath"),
    size: sizeOf(textOf("size")),
    sparse,
    // whichever counts: each of them stands there
    said: records.flatMap(({ key, value }) => (key.startsWith(base64Attribute) ? attributeOf(value) : [])),
  };
}

/** As Go's strconv has it: a sign may stand before it. */
function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : Number.NaN;
}

/** libarchive's own form of an extended attribute; others write it as it is. */
const base64Attribute = "LIBARCHIVE.xattr.";

function attributeOf(value: string): string[] {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? [Buffer.from(value, "base64").toString("utf8")] : [];
}
