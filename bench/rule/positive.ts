import { randomInt, randomUUID } from "node:crypto";
import {
  accessKeyId,
  alphabet,
  made,
  password,
  random,
  secretKey,
  sessionToken,
} from "../../test/unit/scan/rule/made-secret.ts";

/** A file with one credential in it that its issuer would take, or (a look-alike) with none. */
export type Sample = { readonly family: string; readonly path: string; readonly text: string };

const alnum = (length: number) => random(alphabet.alphanumeric, length);
const url = (length: number) => random(alphabet.base64url, length);
const hex = (length: number) => random(alphabet.hex, length);
const digits = (length: number) => `${randomInt(1, 10)}${random(alphabet.digits, length - 1)}`;

/** Tokens with a shape of their own, as their issuers describe it. */
const tokens: Readonly<Record<string, () => string>> = {
  "GitHub classic": () => made(`github:${["ghp_", "gho_", "ghu_", "ghs_", "ghr_"][randomInt(5)]}`),
  "GitHub fine-grained": () => `github_pat_${alnum(22)}_${alnum(59)}`,
  "GitHub installation (JWT)": () => made("github-installation"),
  GitLab: () =>
    [`glpat-${url(20)}`, `glrt-${url(20)}`, `gldt-${url(20)}`, `glcbt-64_${url(20)}`, `glptt-${hex(40)}`][
      randomInt(5)
    ]!,
  "Hugging Face": () => `hf_${random(alphabet.letters, 34)}`,
  npm: () => made("npm"),
  PyPI: () => `pypi-AgEIcHlwaS5vcmc${url(140)}`,
  RubyGems: () => `rubygems_${hex(48)}`,
  "Docker Hub": () => `dckr_pat_${url(26)}a`,
  Slack: () =>
    [`xoxb-${digits(12)}-${digits(13)}-${alnum(24)}`, `xoxp-${digits(12)}-${digits(12)}-${digits(13)}-${hex(32)}`][
      randomInt(2)
    ]!,
  "Slack webhook": () =>
    `https://hooks.slack.com/services/T${random(alphabet["upper-digits"], 9)}/B${random(alphabet["upper-digits"], 10)}/${alnum(24)}`,
  Stripe: () => `${["sk", "rk"][randomInt(2)]}_live_${alnum(99)}`,
  SendGrid: () => `SG.${url(22)}.${url(42)}x`,
  Telegram: () => `${digits(10)}:AA${"EFGH"[randomInt(4)]}${url(31)}x`,
  OpenAI: () => [`sk-${alnum(20)}T3BlbkFJ${alnum(20)}`, `sk-proj-${url(74)}T3BlbkFJ${url(73)}x`][randomInt(2)]!,
  Anthropic: () => `sk-ant-api03-${url(93)}AA`,
  Groq: () => `gsk_${alnum(20)}WGdyb3FY${alnum(24)}`,
  "Google OAuth client": () => `GOCSPX-${url(27)}x`,
  DigitalOcean: () => `dop_v1_${hex(64)}`,
  Databricks: () => `dapi${hex(32)}`,
  "New Relic": () => `NRAK-${random(alphabet["upper-digits"], 27)}`,
  Grafana: () => `glsa_${alnum(32)}_${hex(8)}`,
  Vault: () => `hvs.${url(91)}`,
  "Terraform Cloud": () => `${alnum(14)}.atlasv1.${url(66)}x`,
  Artifactory: () => `AKCp${alnum(69)}`,
  Sentry: () => `sntryu_${hex(64)}`,
  Linear: () => `lin_api_${alnum(40)}`,
  Postman: () => `PMAK-${hex(24)}-${hex(34)}`,
  Shopify: () => `shpat_${hex(32)}`,
  age: () => made("age"),
  "Entra ID client": () => `${alnum(3)}8Q~${url(33).replace(/-/g, "x")}a`,
  "Kubernetes token": () => made(["jwt:kubernetes", "jwt:irsa"][randomInt(2)]!),
  "CI identity token": () => made("jwt:github"),
  "Supabase service key": () => made("jwt:supabase"),
  Pulumi: () => `pul-${hex(40)}`,
  Doppler: () => `dp.pt.${alnum(43)}`,
  Langfuse: () => `sk-lf-${randomUUID()}`,
  Tavily: () => `tvly-${["", "dev-"][randomInt(2)]}${alnum(31)}7`,
  "Amazon Bedrock": () =>
    `ABSK${Buffer.from(`BedrockAPIKey-${alnum(4)}-at-${digits(12)}:${alnum(44)}`).toString("base64")}`,
  PostHog: () => `phx_${alnum(41)}aZ7`,
  Honeycomb: () => `hcaik_${random(alphabet["lower-digits"], 57)}7`,
  Clojars: () => `CLOJARS_${random(alphabet["lower-digits"], 60)}`,
  "Nx Cloud": () => made("nx-cloud"),
  "Docker Swarm": () => `SWMTKN-1-${random(alphabet["lower-digits"], 50)}-${random(alphabet["lower-digits"], 25)}`,
  K3s: () => made("k3s"),
  Aiven: () => `AVNS_${url(16)}aZ7`,
  "MongoDB Atlas": () => `mdb_sa_sk_${url(6)}${alnum(34)}`,
  "Azure key with a mark": () =>
    [
      `${random(alphabet.base64, 76)}+ASt${random(alphabet.base64, 5)}A==`,
      `${random(alphabet.base64, 33)}+AEhB${random(alphabet.base64, 5)}=`,
      `${alnum(42)}+ACRA${alnum(5)}`,
      `${alnum(52)}JQQJ99${alnum(26)}`,
    ][randomInt(4)]!,
  "1Password secret key": () =>
    `A3-${["6", "6", "5", "5", "5", "5"].map((length) => random(alphabet["upper-digits"], Number(length))).join("-")}`,
  Braintree: () => `access_token$production$${random(alphabet["lower-digits"], 16)}$${hex(32)}`,
  Salesforce: () => `00D${alnum(12)}!AQ${alnum(94)}`,
  "Notion before 2024": () => `secret_${alnum(40)}aZ7`,
  Trello: () => `ATTA${hex(64)}${random(alphabet["upper-hex"], 8)}`,
  "Grafana's key of before": () => made("grafana-api-key"),
  // Their prefixes are in every other file: no rule looks for them.
  Resend: () => `re_${alnum(8)}_${alnum(24)}`,
  "crates.io": () => `cio${alnum(32)}`,
  LaunchDarkly: () => `sdk-${randomUUID()}`,
};

/** Where a token stands: nothing around it says what it is. */
const frames: readonly ((value: string) => Omit<Sample, "family">)[] = [
  (value) => ({ path: "srv/app/settings.yml", text: `name: app\nvalue: ${value}\n` }),
  (value) => ({ path: "srv/app/settings.json", text: JSON.stringify({ a: 1, b: value }) }),
  (value) => ({ path: "usr/local/bin/run.sh", text: `#!/bin/sh\nexport A='${value}'\nexec app\n` }),
  (value) => ({ path: "srv/app/main.py", text: `client = Client("${value}", retries=3)\n` }),
  (value) => ({ path: "var/log/app.log", text: `12:00:01 sent ${value} to the server\n` }),
  (value) => ({ path: "srv/app/bundle.js", text: `!function(){var e="${value}",t=1;n(e,t)}();` }),
  (value) => ({ path: "var/crash/core.77", text: `\0\0A=1\0B=${value}\0HOME=/root\0\0` }),
];

const capitals = ["API_KEY", "const API_KEY", "String API_SECRET", "SECRET_KEY", "DB_PASSWORD", "AUTH_TOKEN"];
/** What a program takes where its environment says nothing. */
const unset: readonly ((value: string) => Omit<Sample, "family">)[] = [
  (value) => ({ path: "srv/app/main.js", text: `const t = process.env.X_TOKEN || "${value}";\n` }),
  (value) => ({ path: "srv/app/main.py", text: `t = os.environ.get("API_TOKEN", "${value}")\n` }),
  (value) => ({ path: "srv/app/main.rb", text: `t = ENV.fetch('API_TOKEN', '${value}')\n` }),
];

/** Logins on command lines; each is a script of its own. */
const commands: readonly (() => string)[] = [
  () => `curl -fsSL -u ci:${password(18)} https://nexus.corp.net/x`,
  () => `curl -H "Authorization: Bearer ${alnum(40)}" https://api.corp.net/x`,
  () => `docker login -u ci -p ${password(20)} registry.corp.net`,
  () => `echo ${password(20)} | docker login -u ci --password-stdin registry.corp.net`,
  () => `mysql -u root -p${password(16)} prod`,
  () => `sshpass -p '${password(16)}' scp a b:`,
  () => `mc alias set prod https://s3.corp.net builder ${alnum(40)}`,
  () => `helm registry login -u ci --password ${password(20)} registry.corp.net`,
  () => `az login --service-principal -u ${randomUUID()} -p ${password(34)} --tenant ${randomUUID()}`,
  () => `PGPASSWORD=${password(20)} psql -h db.corp.net`,
  () => `redis-cli -h cache.corp.net -a ${password(20)} ping`,
  () => `pip install -i https://ci:${password(20)}@pypi.corp.net/simple app`,
  () => `git remote set-url origin https://ci:${password(30)}@code.corp.net/a/b.git`,
  () => `npm config set //npm.corp.net/:_authToken ${randomUUID()}`,
  () => `composer config -g http-basic.repo.corp.net ci ${password(24)}`,
  () => `bundle config set --global gems.corp.net ci:${password(20)}`,
  () => "docker login -u ci -p sommerabend registry.corp.net",
  () => `docker login \\\n    --username ci \\\n    -p ${password(20)} registry.corp.net`,
];
const command = () => commands[randomInt(commands.length)]!();

const manifests: readonly (() => string)[] = [
  () => `kind: Pod\nspec:\n  env:\n    - name: DB_PASSWORD\n      value: ${password(20)}\n`,
  () => `kind: Secret\nstringData:\n  smtp: ${password(20)}\n`,
  () => `kind: Secret\ndata:\n  smtp: ${Buffer.from(password(20)).toString("base64")}\n`,
];

const xml: readonly (() => Omit<Sample, "family">)[] = [
  () => ({ path: "srv/tomcat/conf/tomcat-users.xml", text: `<user username="ops" password="${password(18)}"/>\n` }),
  () => ({ path: "srv/tomcat/conf/context.xml", text: `<Resource username="app" password="${password(18)}"/>\n` }),
  () => ({ path: "srv/www/web.config", text: `<add key="MailPassword" value="${password(18)}" />\n` }),
  () => ({ path: "srv/beans.xml", text: `<property name="password" value="${password(18)}"/>\n` }),
  () => ({ path: "srv/hibernate.cfg.xml", text: `<property name="connection.password">${password(18)}</property>\n` }),
];

const servers: readonly (() => Omit<Sample, "family">)[] = [
  () => ({ path: "etc/grafana/grafana.ini", text: `[security]\nadmin_password = ${password(18)}\n` }),
  () => ({ path: "etc/odoo/odoo.conf", text: `[options]\nadmin_passwd = ${password(18)}\n` }),
  () => ({ path: "etc/redis/redis.conf", text: `requirepass ${password(18)}\n` }),
  () => ({ path: "etc/postfix/sasl_passwd", text: `[smtp.corp.net]:587 ci:${password(18)}\n` }),
  () => ({ path: "etc/ipsec.secrets", text: `: PSK "${password(18)}"\n` }),
];

const tools: readonly (() => Omit<Sample, "family">)[] = [
  () => ({ path: "root/.kaggle/kaggle.json", text: `{"username":"ci","key":"${hex(32)}"}` }),
  () => ({ path: "root/.mc/config.json", text: `{"aliases":{"a":{"accessKey":"ci","secretKey":"${alnum(40)}"}}}` }),
  () => ({ path: "root/.azure/msal_token_cache.json", text: `{"RefreshToken":{"a":{"secret":"${url(300)}"}}}` }),
  () => ({ path: "root/.terraform.d/credentials.tfrc.json", text: `{"credentials":{"tf":{"token":"${alnum(40)}"}}}` }),
  () => ({ path: "root/.sentryclirc", text: `[auth]\ntoken=${hex(64)}\n` }),
  () => ({ path: "root/.databrickscfg", text: `[DEFAULT]\npassword = ${password(20)}\n` }),
];

/** Credentials that are known by what is around them. */
const placed: Readonly<Record<string, () => Omit<Sample, "family">>> = {
  "AWS profile": () => ({
    path: "root/.aws/credentials",
    text: `[default]\naws_access_key_id = ${accessKeyId()}\naws_secret_access_key = ${secretKey()}\n`,
  }),
  "AWS session": () => ({
    path: "srv/env.json",
    text: JSON.stringify({
      AccessKeyId: accessKeyId("ASIA"),
      SecretAccessKey: secretKey(),
      SessionToken: sessionToken(randomInt(300, 1500)),
    }),
  }),
  "AWS in a process's environment": () => ({
    path: "srv/environ",
    text: `PATH=/bin\0AWS_SECRET_ACCESS_KEY=${secretKey()}\0AWS_ACCESS_KEY_ID=${accessKeyId()}\0`,
  }),
  "AWS secret by its name": () => ({
    path: "srv/app.tf",
    text: `provider "aws" {\n  secret_access_key = "${secretKey()}"\n}\n`,
  }),
  "private key": () => ({
    path: `srv/key-${randomInt(1e6)}.txt`,
    text: `${made(`pem:${["pkcs8", "pkcs1", "sec1", "openssh"][randomInt(4)]}`)}\n`,
  }),
  "private key in JSON": () => ({
    path: "srv/settings.json",
    text: `{"tls": {"key": "${made("pem-escaped:pkcs8")}"}}`,
  }),
  "private key in base64": () => ({
    path: "srv/kube.yml",
    text: `users:\n- user:\n    client-key-data: ${made("pem-base64:sec1")}\n`,
  }),
  "GCP service account": () => ({ path: "srv/account.env", text: `GOOGLE_KEY=${made("service-account-base64")}\n` }),
  "Docker login": () => ({
    path: "root/.docker/config.json",
    text: `{"auths":{"registry.corp.net":{"auth":"${made("basic-auth")}"}}}`,
  }),
  "Composer login": () => ({
    path: "root/.composer/auth.json",
    text: JSON.stringify({ "http-basic": { "repo.corp.net": { username: "ci", password: password(24) } } }),
  }),
  "old Docker login": () => ({
    path: "root/.dockercfg",
    text: JSON.stringify({ "https://registry.corp.net/v1/": { auth: made("basic-auth"), email: "a@corp.net" } }),
  }),
  "secret in a file of secrets": () => ({
    path: "srv/secrets.yml",
    text: `db:\n  password: ${password(20)}\n`,
  }),
  netrc: () => ({ path: "root/.netrc", text: `machine git.corp.net login ci password ${password(20)}\n` }),
  npmrc: () => ({ path: "root/.npmrc", text: `//npm.corp.net/:_authToken=${randomUUID()}\n` }),
  "pip.conf": () => ({
    path: "etc/pip.conf",
    text: `[global]\nindex-url = https://ci:${password(20)}@pypi.corp.net/simple\n`,
  }),
  "Git's store": () => ({ path: "root/.git-credentials", text: `https://ci:${password(30)}@git.corp.net\n` }),
  "clone's address": () => ({
    path: "srv/app/.git/config",
    text: `[remote "origin"]\n\turl = https://oauth2:${password(30)}@git.corp.net/a/b.git\n`,
  }),
  "database address": () => ({
    path: "srv/app.conf",
    text: `dsn=${["postgres", "mysql", "mongodb+srv", "amqp"][randomInt(4)]}://app:${password(18)}@db.corp.net/prod\n`,
  }),
  "proxy with a login": () => ({
    path: "etc/environment",
    text: `https_proxy=http://ci:${password(16)}@proxy.corp.net:3128\n`,
  }),
  "variable of the image": () => ({
    path: "srv/.env",
    text: `${["DB_PASSWORD", "SESSION_SECRET", "DEPLOY_TOKEN", "PARTNER_API_KEY"][randomInt(4)]}=${password(24)}\n`,
  }),
  "configure's log": () => ({
    path: "srv/build/config.log",
    text: `  $ ./configure --prefix=/usr DEPLOY_TOKEN=${hex(40)}\n`,
  }),
  "shell history": () => ({
    path: "root/.bash_history",
    text: `ls\ncurl -u ci:${password(18)} https://nexus.corp.net/x\n`,
  }),
  "Maven settings": () => ({
    path: "root/.m2/settings.xml",
    text: `<server><id>x</id><username>ci</username><password>${password(18)}</password></server>\n`,
  }),
  "Azure storage": () => ({
    path: "srv/app.conf",
    text: `DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=${random(alphabet.base64, 86)}==;EndpointSuffix=core.windows.net\n`,
  }),
  Twilio: () => ({
    path: "srv/app.conf",
    text: `${["TWILIO_AUTH_TOKEN", "twilio_auth_token"][randomInt(2)]}=${hex(32)}\n`,
  }),
  Datadog: () => ({ path: "srv/app.conf", text: `${["DD_API_KEY", "datadog_api_key"][randomInt(2)]}=${hex(32)}\n` }),
  Mailgun: () => ({
    path: "srv/app.conf",
    text: `${["MAILGUN_API_KEY", "mailgun_api_key"][randomInt(2)]}=key-${hex(32)}\n`,
  }),
  Heroku: () => ({ path: "srv/app.sh", text: `export HEROKU_API_KEY=${randomUUID()}\n` }),
  Okta: () => ({ path: "srv/app.conf", text: `OKTA_API_TOKEN=00${url(40)}\n` }),
  "Solana wallet": () => ({ path: "root/.config/solana/id.json", text: made("wallet-json") }),
  WireGuard: () => ({ path: "etc/wireguard/wg0.conf", text: `[Interface]\nPrivateKey = ${made("wireguard")}\n` }),
  "password in code": () => ({
    path: "srv/app/db.py",
    text: `def connect():\n    return Db(user="app", ${["password", "passwd", "pwd"][randomInt(3)]}="${password(16)}")\n`,
  }),
  "key in settings": () => ({
    path: "srv/app/config.js",
    text: `module.exports = { ${["apiKey", "api_key", "accessToken", "clientSecret", "key"][randomInt(5)]}: "${alnum(32)}" };\n`,
  }),
  "key in capitals": () => ({
    path: "srv/app/settings.py",
    text: `${capitals[randomInt(capitals.length)]} = "${alnum(32)}"\n`,
  }),
  "secret of a dictionary": () => ({
    path: "srv/app/settings.py",
    text: `LOGIN = {'user': 'app', '${["PASSWORD", "password", "AUTH_TOKEN", "secretKey", "accessKey"][randomInt(5)]}': '${alnum(32)}'}\n`,
  }),
  "secret where none is set": () => unset[randomInt(unset.length)]!(alnum(32)),
  "secret in PHP": () => ({
    path: "srv/www/settings.php",
    text: `<?php ${[`define('API_SECRET', '`, `return ['password' => '`, `return env('API_TOKEN', '`][randomInt(3)]}${alnum(32)}'\n`,
  }),
  "secret in Go": () => ({ path: "srv/app/main.go", text: `\tapiToken := "${alnum(32)}"\n` }),
  "login of apt": () => ({
    path: ["etc/apt/auth.conf", "etc/apt/auth.conf.d/corp.conf"][randomInt(2)]!,
    text: `machine apt.corp.net login ci password ${password(20)}\n`,
  }),
  "login of a user named as an example": () => ({
    path: `home/${["demo", "test"][randomInt(2)]}/.netrc`,
    text: `machine git.corp.net login ci password ${password(20)}\n`,
  }),
  "password in YAML": () => ({ path: "srv/app/values.yaml", text: `db:\n  user: app\n  password: ${password(16)}\n` }),
  kubeconfig: () => ({ path: "root/.kube/config", text: `users:\n- name: a\n  user:\n    token: ${password(40)}\n` }),
  "login on a command line": () => ({ path: "srv/build/run.sh", text: `#!/bin/sh\nset -e\n${command()}\n` }),
  "Bundler's settings": () => ({
    path: "root/.bundle/config",
    text: `---\n${[`BUNDLE_GITHUB__COM: "${hex(40)}:x-oauth-basic"`, `BUNDLE_GEMS__CORP__NET: "ci:${password(20)}"`][randomInt(2)]}\n`,
  }),
  "pip.conf with a token": () => ({
    path: "etc/pip.conf",
    text: `[global]\nindex-url = https://${alnum(40)}@pypi.corp.net/simple\n`,
  }),
  "manifest of Kubernetes": () => ({
    path: "srv/k8s/app.yaml",
    text: `apiVersion: v1\n${manifests[randomInt(manifests.length)]!()}`,
  }),
  "manifest of Kubernetes in JSON": () => ({
    path: "srv/k8s/deployment.json",
    text: JSON.stringify(
      [
        { apiVersion: "v1", kind: "Secret", data: { smtp: Buffer.from(password(20)).toString("base64") } },
        {
          apiVersion: "v1",
          kind: "Pod",
          spec: { containers: [{ env: [{ name: "DB_PASSWORD", value: password(20) }] }] },
        },
      ][randomInt(2)],
    ),
  }),
  "settings in XML": () => xml[randomInt(xml.length)]!(),
  "settings of a server": () => servers[randomInt(servers.length)]!(),
  "login of a tool": () => tools[randomInt(tools.length)]!(),
  "wireless network": () => ({
    path: "etc/NetworkManager/system-connections/office.nmconnection",
    text: `[wifi-security]\npsk=${password(16)}\n`,
  }),
  "state of Terraform": () => ({
    path: "srv/terraform.tfstate",
    text: JSON.stringify({ type: "a_database", attributes: { username: "app", master_password: password(20) } }),
  }),
  Plaid: () => ({ path: "srv/app.json", text: `{"a":"access-production-${randomUUID()}"}` }),
  Cloudinary: () => ({ path: "srv/app.rb", text: `url = 'cloudinary://${digits(15)}:${url(26)}x@corp'\n` }),
};

/** @param each how many of every family. */
export function positives(each: number): Sample[] {
  const samples: Sample[] = [];
  for (const [family, make] of Object.entries(tokens)) {
    for (let index = 0; index < each; index++) samples.push({ family, ...frames[index % frames.length]!(make()) });
  }
  for (const [family, make] of Object.entries(placed)) {
    for (let index = 0; index < each; index++) samples.push({ family, ...make() });
  }
  return samples;
}
