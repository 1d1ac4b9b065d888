import { fileRule } from "./judge/file.ts";

/** Jasypt's and Spring's encrypted values; references to AWS's and Google's stores, to Vault, and what Maven fills in. */
const reference =
  /^(?:ENC\([^()]{1,4096}\)|\{cipher\}.*|ssm:\/.*|AWS_SM:.*|vault:[^#]{1,400}#.+|@[A-Za-z]+@|@[A-Za-z]\w*(?:[.-]\w+)+@|projects\/[^/]{1,100}\/secrets\/[^/]{1,300}\/versions\/\w+)$/;
/** The block of a SealedSecret, in YAML and in JSON: only its controller in the cluster can read that. */
const sealed =
  /(?<=^|\n)([ \t]{0,40})encryptedData:[ \t]*\r?\n(?:\1[ \t]+[^\n]*(?:\n|$))+|"encryptedData"\s{0,8}:\s{0,8}\{[^{}]*\}/g;

export const secretFile = fileRule({
  id: "secret-file",
  title: "A secret in a file of secrets",
  severity: "error",
  what: "Passwords, tokens and keys by their names in files that are made for them, or for settings: `secrets.yml`, `credentials`, `*.tfvars`, `application.properties`, `appsettings.json`, compose files, `database.yml`, `.htpasswd`-like lists, `rclone.conf`, `.s3cfg`, `.boto`, Jenkins, GitHub's and Terraform's command lines.",
  why: "Such a file is copied with the folder that it lies in, and `COPY . .` takes it along.",
  remedy: "Replace the secret, put the file into .dockerignore, and mount it where it is needed.",
  place:
    /(?:^|\/)(?:secrets?\.(?:ya?ml|json|toml|properties|ini)|credentials(?:\.(?:ya?ml|json|toml|ini|tfrc\.json|xml))?|\.?terraformrc|application[^/]{0,30}\.(?:properties|ya?ml)|appsettings[^/]{0,30}\.json|(?:docker-)?compose[^/]{0,30}\.ya?ml|config\/database\.yml|rclone\.conf|\.s3cfg|\.boto|\.passwd-s3fs|gh\/hosts\.yml|glab-cli\/config\.yml|\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|\.vault-token|vault[-_]pass[^/]{0,20}|\.vault_pass[^/]{0,20}|local_settings\.py|\.dbt\/profiles\.yml|\.aws\/credentials|\.ossutilconfig|\.streamlit\/secrets\.toml)$|\.tfvars(?:\.json)?$/,
  sealed,
  forms: [
    {
      what: "a secret in a file of settings",
      pattern:
        /^[ \t]{0,40}(?:-[ \t]{1,4})?(?:export[ \t]{1,4}|ENV[ \t]{1,4})?["']?(?<key>[\w.:-]{0,80}?(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|master[_-]?key|encryption[_-]?key|client[_-]?secret|auth[_-]?key|account[_-]?key|jwt[_-]?key))["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<value>[^\s"'#,;&][^\s"',;]{5,4096})/gim,
      unless: /(?:^|[\s-])[A-Z][A-Z0-9_]{0,80}=[^\s=]/,
      reference,
      severities: { word: "warning", random: "error" },
    },
    {
      what: "the token of a vault",
      pattern: /^(?<value>(?:s\.)?[\w-]{20,200})\s{0,4}$/g,
      severities: { random: "error" },
    },
  ],
});
