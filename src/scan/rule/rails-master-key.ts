import { fileRule } from "./judge/file.ts";

export const railsMasterKey = fileRule({
  id: "rails-master-key",
  title: "The master key of a Rails application",
  severity: "error",
  what: "`config/master.key` and the keys in `config/credentials/`: 32 hex digits that decrypt the application's credentials; `secret_key_base` in `secrets.yml`.",
  why: "It decrypts every credential in the application's repository, and signs its sessions.",
  remedy: "Make new credentials with a new key, and give the key to the running container (RAILS_MASTER_KEY).",
  place: /(?:^|\/)config\/(?:master\.key|credentials\/[\w-]{1,40}\.key|secrets\.yml)$/,
  forms: [
    {
      what: "the master key of a Rails application",
      pattern: /^(?<value>[0-9a-f]{32})\s{0,4}$/g,
      severities: { random: "error" },
    },
    {
      what: "the secret key base of a Rails application",
      pattern: /^[ \t]{1,16}(?<key>secret_key_base):[ \t]{1,8}["']?(?<value>[0-9a-f]{64,128})/gm,
      severities: { random: "error" },
    },
  ],
});
