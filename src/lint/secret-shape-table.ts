/** Something that is a secret by its shape alone, whatever name it has. */
export type Shape = {
  readonly kind: string;
  /** In words that hold nothing of it: `a GitHub token`. */
  readonly what: string;
  /** One of these begins it; none is part of an ordinary word. */
  readonly prefixes: readonly string[];
  /** Sticky, from the prefix on. */
  readonly pattern: RegExp;
  /** It may be known to all (a key in web pages), or needs another part to be of use. */
  readonly doubtful?: true;
};

const end = "(?![A-Za-z0-9])";

/** Sources: the issuers' own pages on their tokens' formats; GitHub's and GitLab's lists of partner patterns. */
export const shapes: readonly Shape[] = [
  shape("aws-access-key-id", "an AWS access key id", ["AKIA", "ASIA", "ABIA", "ACCA"], "[A-Z]{4}[A-Z2-7]{16}", true),
  shape(
    "github",
    "a GitHub token",
    ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    "(?:gh[pousr]_[A-Za-z0-9]{36,251}|ghs_\\d{1,20}_eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})",
  ),
  shape(
    "gitlab",
    "a GitLab token",
    [
      "glpat-",
      "gldt-",
      "glrt-",
      "glcbt-",
      "glptt-",
      "glft-",
      "glimt-",
      "glagent-",
      "glsoat-",
      "gloas-",
      "glrtr-",
      "glffct-",
    ],
    "gl[a-z]{2,5}-[\\w-]{20,300}(?:\\.[a-z0-9.]{2,40})?",
  ),
  shape("gitlab", "a GitLab runner's registration token", ["GR1348941"], "GR1348941[\\w-]{20}"),
  shape("npm", "an npm token", ["npm_"], "npm_[A-Za-z0-9]{36}"),
  shape("pypi", "a PyPI token", ["pypi-AgE"], "pypi-AgE[A-Za-z0-9_-]{50,}"),
  shape(
    "slack",
    "a Slack token",
    ["xoxa-", "xoxb-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"],
    "(?:xox[abeoprs]-[A-Za-z0-9-]{20,250}|xoxe\\.xox[bp]-\\d-[A-Za-z0-9-]{20,250}|xapp-\\d-[A-Za-z0-9-]{20,250})",
  ),
  shape(
    "slack",
    "the address of a Slack webhook",
    ["hooks.slack.com/"],
    "hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Z0-9]{6,}/[A-Za-z0-9/]{16,}",
  ),
  shape("stripe", "a Stripe key", ["sk_live_", "rk_live_"], "[rs]k_live_[A-Za-z0-9]{16,250}"),
  shape("stripe", "a Stripe test key", ["sk_test_", "rk_test_"], "[rs]k_test_[A-Za-z0-9]{16,250}", true),
  shape("google", "a Google API key", ["AIza"], "AIza[\\w-]{35}", true),
  shape("google", "a Google OAuth client's secret", ["GOCSPX-"], "GOCSPX-[\\w-]{28}"),
  shape("google", "a Google access token", ["ya29."], "ya29\\.[\\w-]{40,}"),
  shape("azure", "the key of an Azure storage account", ["AccountKey="], "AccountKey=[A-Za-z0-9+/]{86}=="),
  shape("azure", "an Azure shared access key", ["SharedAccessKey="], "SharedAccessKey=[A-Za-z0-9+/]{43}="),
  shape(
    "huggingface",
    "a Hugging Face token",
    ["hf_", "api_org_"],
    "(?:(?:hf|api_org)_[A-Za-z]{34}|hf_(?:jwt|oauth)_[\\w.-]{24,})",
  ),
  shape("jwt", "a JSON Web Token", ["eyJ"], "eyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]{16,}"),
  shape(
    "private-key",
    "a private key",
    ["-----BEGIN "],
    "-----BEGIN (?:[A-Z0-9]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----",
  ),
  shape("age", "an age identity", ["AGE-SECRET-KEY-1"], "AGE-SECRET-KEY-1[0-9A-Z]{58}"),
  shape("docker", "a Docker Hub token", ["dckr_pat_", "dckr_oat_"], "dckr_[op]at_[\\w-]{27,}"),
  shape("openai", "an OpenAI key", ["sk-proj-", "sk-svcacct-", "sk-admin-"], "sk-(?:proj|svcacct|admin)-[\\w-]{40,}"),
  shape("openai", "an OpenAI key", ["sk-"], "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
  shape("anthropic", "an Anthropic key", ["sk-ant-"], "sk-ant-[a-z0-9]{3,10}-[\\w-]{80,}"),
  shape("sendgrid", "a SendGrid key", ["SG."], "SG\\.[\\w-]{22}\\.[\\w-]{43}"),
  shape("shopify", "a Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], "shp[a-z]{2}_[a-fA-F0-9]{32}"),
  shape("digitalocean", "a DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], "do[opr]_v1_[a-f0-9]{64}"),
  shape("databricks", "a Databricks token", ["dapi"], "dapi[a-f0-9]{32}(?:-\\d)?"),
  shape("vault", "a Vault token", ["hvs.", "hvb.", "hvr."], "hv[bsr]\\.[\\w-]{24,}"),
  shape(
    "grafana",
    "a Grafana token",
    ["glsa_", "glc_"],
    "(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2})",
  ),
  shape("sentry", "a Sentry token", ["sntrys_", "sntryu_"], "(?:sntrys_eyJ[\\w+/=-]{40,}|sntryu_[a-f0-9]{64})"),
  shape("rubygems", "a RubyGems key", ["rubygems_"], "rubygems_[a-f0-9]{48}"),
  shape("nuget", "a NuGet key", ["oy2"], "oy2[a-z0-9]{43}"),
  shape("pulumi", "a Pulumi token", ["pul-"], "pul-[a-f0-9]{40}"),
  shape(
    "doppler",
    "a Doppler token",
    ["dp.pt.", "dp.st."],
    "dp\\.(?:pt|st)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}",
  ),
  shape("buildkite", "a Buildkite token", ["bkua_"], "bkua_[a-f0-9]{40}"),
  shape("linear", "a Linear key", ["lin_api_"], "lin_api_[A-Za-z0-9]{40}"),
  shape("tailscale", "a Tailscale key", ["tskey-"], "tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}"),
  shape("newrelic", "a New Relic key", ["NRAK-"], "NRAK-[A-Z0-9]{27}"),
  shape("postman", "a Postman key", ["PMAK-"], "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
];

function shape(kind: string, what: string, prefixes: readonly string[], text: string, doubtful?: true): Shape {
  const pattern = new RegExp(`(?:${text})${text.endsWith("-----") ? "" : end}`, "y");
  return { kind, what, prefixes, pattern, ...(doubtful === undefined ? {} : { doubtful }) };
}
