import { fileRule } from "./judge/file.ts";

export const wireguardKey = fileRule({
  id: "wireguard-key",
  title: "A WireGuard private key",
  severity: "error",
  what: "`PrivateKey` in WireGuard's configuration: 32 bytes that are a Curve25519 key.",
  why: "It is a member of the private network: whoever has it is inside.",
  remedy: "Make a new pair of keys, remove the old one from its peers, and mount the configuration where it runs.",
  place: /(?:^|\/)(?:wireguard\/[^/]{1,80}|wg\d{0,3}[^/]{0,40}\.conf)$|wireguard[^/]{0,40}$/,
  forms: [
    {
      what: "a WireGuard private key",
      pattern:
        /^[ \t]{0,8}(?<key>PrivateKey|PresharedKey)[ \t]{0,8}=[ \t]{0,8}(?<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)[ \t\r]{0,8}$/gm,
      severities: { word: "error", random: "error" },
    },
  ],
});
