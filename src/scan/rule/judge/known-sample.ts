import { createHash } from "node:crypto";

/** SHA-256 of the key of every storage emulator (Azurite): no key at all, and not to be written down as one here. */
const emulatorKey = "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059";

export function isNoEmulatorKey(key: string): boolean {
  return createHash("sha256").update(key).digest("hex") !== emulatorKey;
}
