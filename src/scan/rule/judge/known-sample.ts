import { createHash } from "node:crypto";

/** SHA-256 of the key of every storage emulator (Azurite): no key at all, and not to be written down as one here. */
const emulatorKey = "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059";

/** SHA-256 of the base64 of keys that are the same in everybody's packages: with one, ssh2 tries whether Node knows Ed25519. */
const publicKnowledge: ReadonlySet<string> = new Set([
  "0739020d3a2d8f666ad29cc2a2255d10c719f498a888e09104f51c88fbb06156",
]);

export function isNoEmulatorKey(key: string): boolean {
  return hashOf(key) !== emulatorKey;
}

export function isKnownToAll(key: string): boolean {
  return publicKnowledge.has(hashOf(key));
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
