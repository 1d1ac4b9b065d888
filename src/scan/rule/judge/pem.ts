/** A key between its border lines. */
export type PemKey = {
  /** Its base64, without line ends, headers and quotes. */
  readonly body: string;
  readonly isEncrypted: boolean;
  /** Is the border at its end there, and does the body decode to a whole key of the kind that the border says? */
  readonly isWhole: boolean;
};

/** Between the pieces of a text, as JavaScript and Java join them: its sign is none of base64. */
const joint = /\\{0,4}["'`]\s{0,200}\+\s{0,200}\\{0,4}["'`]/g;

/** `label` is what stands between BEGIN and the dashes, `raw` what follows the border. */
export function readPem(label: string, raw: string, hasEnd: boolean): PemKey {
  // Line ends may be spelt out (JSON, C), and lines quoted; what has a colon is a header inside the border.
  const lines = raw
    .replace(/\\+[rn]|&#1[03];|%0[AaDd]/g, "\n")
    .replace(/\\\//g, "/")
    .replace(joint, "")
    .split("\n")
    .filter((line) => !line.includes(":"));
  const joined = lines.join("").replace(/[\s"'\\,`>|*#]/g, "");
  const body = /^[A-Za-z0-9+/]+/.exec(joined)?.[0] ?? "";
  const isEncrypted = label.includes("ENCRYPTED") || /Proc-Type: 4,ENCRYPTED|DEK-Info:/.test(raw);
  if (label.startsWith("PGP"))
    return { body, isEncrypted: isEncryptedPgp(bytesOf(body)), isWhole: hasEnd && isWholePacket(bytesOf(body)) };
  const bytes = bytesOf(body);
  if (bytes.subarray(0, 15).toString("latin1") === "openssh-key-v1\0") {
    // It names its cipher after its magic and a length: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
    return { body, isEncrypted: bytes.subarray(19, 23).toString("latin1") !== "none", isWhole: hasEnd };
  }
  // An encrypted key of the old kind is no DER before it is decrypted.
  return { body, isEncrypted, isWhole: hasEnd && (raw.includes("DEK-Info") || isDer(bytes)) };
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

/** One DER sequence, as long as it says. */
function isDer(bytes: Buffer): boolean {
  if (bytes.length < 40 || bytes[0] !== 0x30) return false;
  const short = bytes[1]!;
  if (short < 0x80) return short + 2 === bytes.length;
  const count = short & 0x7f;
  return count >= 1 && count <= 3 && bytes.readUIntBE(2, count) + 2 + count === bytes.length;
}

/** How many numbers are public in a key, by its algorithm: RFC 4880, 5.5.2. */
const publicNumbers: Readonly<Record<number, number>> = { 1: 2, 2: 2, 3: 2, 16: 3, 17: 4 };

/** Is there as much as the first packet's header says? RFC 4880, 4.2. */
function isWholePacket(bytes: Buffer): boolean {
  const [first = 0, length = 0] = bytes;
  if ((first & 0x40) === 0) {
    const size = [1, 2, 4, 0][first & 3]!;
    return bytes.length > size && 1 + size + (size === 0 ? 0 : bytes.readUIntBE(1, size)) <= bytes.length;
  }
  if (length < 192) return 2 + length <= bytes.length;
  if (length < 224) return bytes.length > 2 && 3 + ((length - 192) << 8) + bytes[2]! + 192 <= bytes.length;
  return length === 255 && bytes.length > 5 && 6 + bytes.readUInt32BE(2) <= bytes.length;
}

/** Walks over the public part of the first packet to the byte that says how the secret part is kept; 0 is "as it is". */
function isEncryptedPgp(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  const isNew = (first & 0x40) !== 0;
  const length = bytes[1] ?? 0;
  const oldLength = [1, 2, 4, 0][first & 3]!;
  let at = isNew ? 2 + (length < 192 ? 0 : length < 224 ? 1 : 4) : 1 + oldLength;
  if (bytes[at] !== 4) return false;
  const algorithm = bytes[at + 5] ?? 0;
  at += 6;
  const skipNumber = (): void => {
    const bits = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
    at += 2 + Math.ceil(bits / 8);
  };
  if (algorithm === 18 || algorithm === 19 || algorithm === 22) {
    at += 1 + (bytes[at] ?? 0);
    skipNumber();
    if (algorithm === 18) at += 1 + (bytes[at] ?? 0);
  } else {
    for (let count = publicNumbers[algorithm] ?? 0; count > 0; count--) skipNumber();
  }
  return (bytes[at] ?? 0) >= 253;
}
