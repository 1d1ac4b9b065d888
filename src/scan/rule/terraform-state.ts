import { fileRule } from "./judge/file.ts";

export const terraformState = fileRule({
  id: "terraform-state",
  title: "A secret in a state file of Terraform",
  severity: "error",
  what: "Passwords, tokens and keys in `*.tfstate` and its backups: attributes with a secret's name, results of `random_password`, outputs that are marked as sensitive.",
  why: "Terraform writes down all that it made, secrets among it, in plain text.",
  remedy: "Replace the secrets, keep the state in a backend of its own, and put `*.tfstate*` into .dockerignore.",
  place: /\.tfstate(?:\.backup|\.\d{1,20}\.backup)?$/,
  forms: [
    {
      what: "a secret in a state file of Terraform",
      pattern:
        /"(?<key>[\w-]{0,60}(?:password|passwd|passphrase|secret|token|api_key|access_key|secret_key|account_key|auth_key|shared_key|private_key))"\s{0,8}:\s{0,8}"(?<value>[^"\\\s]{6,4096})"/g,
      unless: /"(?:[\w-]{0,60}_)?(?:kms|public|sort|partition|next|continuation|pagination)_(?:key|token)"/,
      severities: { word: "warning", random: "error" },
    },
    {
      what: "the result of a random_password of Terraform",
      // Beside it, what a random_string has not.
      pattern: /"bcrypt_hash"[^{}]{0,900}?"(?<key>result)"\s{0,8}:\s{0,8}"(?<value>[^"\s]{6,400})"/g,
      severities: { word: "error", random: "error" },
    },
    {
      what: "a sensitive output of Terraform",
      pattern:
        /"(?<key>[\w-]{1,80})"\s{0,8}:\s{0,8}\{\s{0,20}"value"\s{0,8}:\s{0,8}"(?<value>[^"\\\s]{8,4096})",\s{0,20}"type"\s{0,8}:\s{0,8}"string",\s{0,20}"sensitive"\s{0,8}:\s{0,8}true/g,
      severities: { word: "warning", random: "error" },
    },
  ],
});
