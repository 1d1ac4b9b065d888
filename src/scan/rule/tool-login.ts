import { fileRule } from "./judge/file.ts";

const names =
  "(?:access|refresh|auth|oauth|id|session|api)[_-]?[tT]oken|token|client_?[sS]ecret|secret(?:_?[kK]ey)?|[pP]assword|api_?[kK]ey|authtoken|TunnelSecret";

/** Each by the path that its tool writes: the names in them say too little anywhere else. */
export const toolLogin = fileRule({
  id: "tool-login",
  title: "A login that a command-line tool keeps",
  severity: "error",
  what: "Tokens and passwords that command-line tools write when somebody logs in: the Azure CLI (`.azure/`), MinIO's `mc`, Kaggle, Sentry, Terraform (`credentials.tfrc.json`), hub, Vercel, Netlify, CircleCI, Travis, ngrok, Argo CD, Helm, Databricks, Snowflake, OpenStack, cloudflared.",
  why: "It acts as whoever logged in, often for as long as nobody logs out.",
  remedy:
    "Log out or revoke the login, keep the home folder out of the image, and mount the file where a step needs it.",
  place:
    /(?:^|\/)(?:\.azure\/[^/]{1,60}\.json|\.mcs?\/config\.json|kaggle\.json|\.sentryclirc|credentials\.tfrc\.json|\.config\/hub|com\.vercel\.cli\/auth\.json|\.config\/netlify\/config\.json|\.circleci\/cli\.yml|\.travis\/config\.yml|ngrok\d?\.yml|argocd\/config|helm\/repositories\.yaml|\.databrickscfg|\.snowsql\/config|\.snowflake\/[^/]{1,40}\.toml|openstack\/(?:clouds|secure)\.yaml|\.cloudflared\/[^/]{1,60}\.json|\.config\/linode-cli|\.config\/doctl\/config\.yaml)$/,
  forms: [
    {
      what: "a login that a command-line tool keeps",
      pattern: new RegExp(String.raw`"(?<key>${names})"\s{0,8}:\s{0,8}"(?<value>[^"\\\s]{4,8192})"`, "g"),
      severities: { word: "warning", random: "error" },
    },
    {
      what: "a login that a command-line tool keeps",
      pattern: new RegExp(
        String.raw`^[ \t-]{0,40}(?<key>${names})[ \t]{0,8}[:=][ \t]{0,8}["']?(?<value>[^\s"'#{][^\s"']{3,8192})["']?[ \t]{0,8}$`,
        "gm",
      ),
      severities: { word: "warning", random: "error" },
    },
    {
      what: "a key for Kaggle",
      pattern:
        /"username"\s{0,8}:\s{0,8}"[^"]{1,100}"\s{0,8},\s{0,20}"(?<key>key)"\s{0,8}:\s{0,8}"(?<value>[0-9a-f]{32})"/g,
      severities: { random: "error" },
    },
  ],
});
