import { mountIt, tokenRule } from "../judge/token.ts";

export const vaultToken = tokenRule(
  {
    id: "vault-token",
    title: "A Vault token",
    severity: "error",
    what: "Tokens of HashiCorp Vault: service (`hvs.…`), batch (`hvb.…`), recovery (`hvr.…`), and the older `s.…` beside `VAULT_TOKEN`.",
    why: "It reads the secrets that its policies allow: often all that the pipeline has.",
    remedy: `Revoke the token in Vault (\`vault token revoke\`). ${mountIt}`,
    forms: [
      {
        what: "a Vault token",
        literals: ["hvs.", "hvb.", "hvr."],
        pattern: /hv[bsr]\.[\w-]{24,400}(?![\w-])/y,
        bits: 3.8,
        holds: [/[a-z]/, /[A-Z]/],
      },
      {
        what: "a Vault token",
        literals: ["VAULT_TOKEN", "X-Vault-Token"],
        pattern:
          /(?:VAULT_TOKEN|X-Vault-Token)["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(s\.[A-Za-z0-9]{24}(?:\.[A-Za-z0-9]{5})?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/y,
      },
    ],
  },
  500,
);
