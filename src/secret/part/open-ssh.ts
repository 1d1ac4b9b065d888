import { createFieldReader } from "./field-reader.ts";

const magic = "openssh-key-v1\0";
/** A key has three fields, one of a security key four. */
const most = 8;

/**
 * The public key of an OpenSSH private key, and each of its fields, which stand among the private ones again.
 *
 * @see PROTOCOL.key of OpenSSH: magic, cipher, KDF, KDF's options, number of keys, public keys, what is encrypted.
 */
export function publicFields(bytes: Buffer): Buffer[] {
  if (!bytes.toString("latin1", 0, magic.length).startsWith(magic)) return [];
  const file = createFieldReader(bytes, magic.length);
  for (const _ of ["cipher", "KDF", "options"]) file.string();
  file.advance(4);
  const key = file.string();
  if (key === undefined) return [];
  const fields = [key];
  const inside = createFieldReader(key, 0);
  for (let field = inside.string(); field !== undefined && fields.length < most; field = inside.string())
    fields.push(field);
  return fields;
}
