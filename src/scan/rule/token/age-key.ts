import { fitsBech32 } from "../judge/checksum.ts";
import { mountIt, tokenRule } from "../judge/token.ts";

export const ageKey = tokenRule({
  id: "age-key",
  title: "An age secret key",
  severity: "error",
  what: "Identities of the encryption tool age (`AGE-SECRET-KEY-1…`), whose checksum fits.",
  why: "It decrypts all that was encrypted for it: with sops that is every secret of the repository.",
  remedy: `Make a new identity, encrypt again for it, and replace what the old one could read. ${mountIt}`,
  forms: [
    {
      what: "an age secret key",
      literals: ["AGE-SECRET-KEY-1"],
      pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}(?![A-Za-z0-9])/y,
      bits: 3.5,
      check: fitsBech32,
    },
  ],
});
