import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { accessKeyId, alphabet, made, random } from "../../test/unit/scan/rule/made-secret.ts";
import type { Sample } from "./positive.ts";

const alnum = (length: number) => random(alphabet.alphanumeric, length);
const url = (length: number) => random(alphabet.base64url, length);
const hex = (length: number) => random(alphabet.hex, length);
const base64 = (bytes: number) => randomBytes(bytes).toString("base64");
const words = ["default", "handler", "service", "account", "request", "manager", "config", "provider", "session"];
const word = () => words[randomInt(words.length)]!;
const camel = (count: number) =>
  Array.from({ length: count }, word)
    .map((one) => one[0]!.toUpperCase() + one.slice(1))
    .join("");

/** Prefixes of tokens, with a body that no token of the kind has. */
const misshapen: readonly (() => string)[] = [
  () => `ghp_${alnum(35)}`,
  () => `ghp_${alnum(40)}`,
  () => `glpat-${url(8)}`,
  () => `hf_${random(alphabet.lower, 34)}`,
  () => `npm_${alnum(20)}`,
  () => `pypi-AgEIcHlwaS5vcmc${url(12)}`,
  () => `xoxb-${alnum(10)}`,
  () => `sk_live_${alnum(6)}`,
  () => `SG.${url(22)}.${url(20)}`,
  () => `dop_v1_${hex(30)}`,
  () => `dapi${hex(16)}`,
  () => `AKIA${random(alphabet.base32, 12)}`,
  () => `dckr_pat_${url(10)}`,
  () => `hvs.${url(10)}`,
  () => `shpat_${hex(16)}`,
  () => `lin_api_${alnum(12)}`,
  () => `NRAK-${alnum(8)}`,
  () => `glsa_${alnum(20)}`,
  () => `phc_${alnum(43)}`,
  () => `pk-lf-${randomUUID()}`,
  () => `tvly-${alnum(12)}`,
  () => `SWMTKN-1-${alnum(20)}`,
  () => `AVNS_${random(alphabet["upper-digits"], 19)}`,
  () => `secret_${random(alphabet.lower, 43)}`,
  () => `4b1d${hex(38)}`,
  () => `API-${random(alphabet["upper-digits"], 8)}`,
  () => `A3-${random(alphabet["upper-digits"], 6)}-${random(alphabet["upper-digits"], 6)}`,
  () => `${random(alphabet.base64, 90)}+ASt${random(alphabet.base64, 5)}A==`,
  () => `eyJrIjoi${random(alphabet.base64, 80)}`,
];

/** What documentation shows. */
const shown: readonly string[] = [
  `aws_access_key_id = AKIA${"IOSFODNN7"}EXAMPLE\naws_secret_access_key = wJalr${"XUtnFEMI/K7MDENG/bPxRfiCY"}EXAMPLEKEY`,
  "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "GITLAB_TOKEN=glpat-xxxxxxxxxxxxxxxxxxxx",
  "curl -H 'Authorization: Bearer YOUR_TOKEN_HERE' https://api.corp.net",
  "SLACK_TOKEN=xoxb-your-token-here",
  "stripe.api_key = 'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx'",
  "DATABASE_URL=postgres://user:password@localhost:5432/mydb",
  "postgres://postgres:postgres@db:5432/postgres",
  "redis://:password@localhost:6379/0",
  "OPENAI_API_KEY=sk-...",
  "export ANTHROPIC_API_KEY='your-api-key'",
  "password = changeme",
  "DB_PASSWORD=<your-password>",
  "https://user:pass@host.example.com/path",
  "-----BEGIN PRIVATE KEY-----\nMIIEv...\n-----END PRIVATE KEY-----",
  "API_KEY=1234567890abcdef1234567890abcdef",
  "token = 'abcdefghijklmnopqrstuvwxyz0123456789'",
  "SECRET_KEY=insert-your-secret-key-here",
];

/** What stands in place of a value. */
const references: readonly (() => string)[] = [
  () => `//npm.corp.net/:_authToken=\${NPM_TOKEN}`,
  () => "API_TOKEN=$API_TOKEN ./run",
  () => "password: {{ .Values.password }}",
  () => `PASSWORD=$(cat /run/secrets/password)`,
  () => `token = os.environ["${word().toUpperCase()}_TOKEN"]`,
  () => `const secret = process.env.${word().toUpperCase()}_SECRET;`,
  () => `https://$USER:$PASSWORD@git.corp.net/a.git`,
  () => "secretKeyRef: { name: app, key: password }",
  () => `api_key = get${camel(3)}Key(${word()})`,
];

/** What stands under names in capitals, and where nothing is set. */
const said: readonly (() => string)[] = [
  () => `API_KEY = "your-${word()}-api-key"`,
  () => `SECRET_KEY = '${word()}-${word()}-${word()}'`,
  () => `{'PASSWORD': '${word()}_${word()}_password'}`,
  () => `const TOKEN = "${camel(4)}";`,
  () => `process.env.X_TOKEN || "${word()}-development"`,
  () => `os.environ.get("API_TOKEN", "${word()}.${word()}.token")`,
  () => `fields = ["token", "${hex(32)}"]`,
  () => `PUBLIC_API_KEY = "${alnum(32)}"`,
  () => `define('TOKEN', 'T_${word().toUpperCase()}_${word().toUpperCase()}')`,
];

/** Commands that take their login from somewhere else, or that show how. */
const calls: readonly (() => string)[] = [
  () => `curl -u "$USER:$PASSWORD" https://nexus.corp.net/${hex(40)}`,
  () => `curl -u user:password https://nexus.corp.net/x`,
  () => `curl -H "Authorization: Bearer \${TOKEN}" https://api.corp.net/${hex(32)}`,
  () => `curl -H "Authorization: Bearer <token>" https://api.corp.net/x`,
  () => `curl -H "X-Request-Id: ${randomUUID()}" https://api.corp.net/x`,
  () => `docker login -u ci --password-stdin registry.corp.net < /run/secrets/${word()}`,
  () => `echo "$PASSWORD" | docker login -u ci --password-stdin registry.corp.net`,
  () => `mysql -u root -p"$MYSQL_PASSWORD" prod`,
  () => `sshpass -f /run/secrets/${word()} ssh host`,
  () => `mc alias set prod https://s3.corp.net "$KEY" "$SECRET"`,
  () => `helm upgrade --set image.digest=sha256:${hex(64)} app`,
  () => `echo "${hex(64)}  app.tgz" | sha256sum -c -`,
  () => `tool --token-file /run/secrets/${word()} --revision ${hex(40)}`,
  () => `keytool -importcert -storepass changeit -alias ${word()}`,
  () => `pip install -i https://pypi.corp.net/simple app==1.2.3 --hash=sha256:${hex(64)}`,
  () => `bundle config set --local without development:test`,
  () => `git checkout ${hex(40)} && mkdir -p /srv/${word()}`,
];
const call = () => calls[randomInt(calls.length)]!();

const plainSettings: readonly (() => Omit<Sample, "family">)[] = [
  () => ({ path: "etc/grafana/grafana.ini", text: `;admin_password = ${alnum(20)}\ncookie_name = ${alnum(20)}\n` }),
  () => ({ path: "etc/redis/redis.conf", text: `# requirepass ${alnum(20)}\ndbfilename ${hex(20)}.rdb\n` }),
  () => ({ path: "etc/odoo/odoo.conf", text: `; admin_passwd = ${alnum(20)}\ndb_password = False\n` }),
  () => ({ path: "etc/ipsec.secrets", text: `: RSA /etc/ipsec.d/${hex(20)}.pem\n` }),
  () => ({ path: "root/.azure/azureProfile.json", text: `{"installationId":"${randomUUID()}","tokenType":"Bearer"}` }),
  () => ({ path: "root/.bundle/config", text: `---\nBUNDLE_CACHE_KEY: "${hex(40)}"\nBUNDLE_PATH: "vendor"\n` }),
  () => ({ path: "etc/wpa_supplicant/wpa_supplicant.conf", text: `network={\n\tssid="${alnum(20)}"\n}\n` }),
];

const plainXml: readonly (() => Omit<Sample, "family">)[] = [
  () => ({ path: "srv/tomcat/conf/tomcat-users.xml", text: `<!-- <user password="${alnum(20)}"/> -->\n` }),
  () => ({ path: "srv/www/web.config", text: `<assemblyIdentity name="x" publicKeyToken="${hex(16)}" />\n` }),
  () => ({ path: "srv/www/web.config", text: `<add key="ClientId" value="${randomUUID()}" />\n` }),
  () => ({ path: "srv/beans.xml", text: `<property name="password" value="\${db.password}"/>\n` }),
  () => ({ path: "srv/logback.xml", text: `<pattern>%d %X{${word()}} ${alnum(20)}</pattern>\n` }),
];

const plainManifests: readonly (() => string)[] = [
  () => `env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: ${word()}-${alnum(10)}\n`,
  () => `env:\n  - name: API_TOKEN\n    value: $(${word().toUpperCase()})\n`,
  () => `env:\n  - name: REVISION\n    value: "${hex(40)}"\n`,
  () => `kind: ConfigMap\ndata:\n  ${word()}: ${base64(24)}\n`,
  () => `kind: Secret\ndata:\n  ${word()}: {{ .Values.${word()} | b64enc }}\n`,
  () => `kind: ServiceAccount\nsecrets:\n  - name: ${word()}-token-${alnum(5)}\n`,
];

const kinds: Readonly<Record<string, () => Omit<Sample, "family">>> = {
  "documentation's samples": () => ({ path: "srv/app/setup.txt", text: `${shown[randomInt(shown.length)]}\n` }),
  "references and templates": () => ({
    path: "srv/app/settings.txt",
    text: `${references[randomInt(references.length)]!()}\n`,
  }),
  "words by a secret's name": () => ({ path: "srv/app/main.py", text: `${said[randomInt(said.length)]!()}\n` }),
  "a prefix with a wrong body": () => ({
    path: "srv/app/list.txt",
    text: `value: ${misshapen[randomInt(misshapen.length)]!()}\n`,
  }),
  "GitHub token with a wrong checksum": () => ({ path: "srv/app/list.txt", text: `value: ghp_${alnum(36)}\n` }),
  "hash of a file": () => ({
    path: "srv/SHA256SUMS",
    text: `${hex([32, 40, 64, 128][randomInt(4)]!)}  ${word()}.tar.gz\n`,
  }),
  "hash by a name": () => ({
    path: "srv/build.json",
    text: JSON.stringify({ checksum: hex(64), etag: hex(32), revision: hex(40) }),
  }),
  UUID: () => ({ path: "srv/app.yml", text: `id: ${randomUUID()}\nrequest_id: ${randomUUID()}\n` }),
  "Git's SHA": () => ({ path: "srv/.git/packed-refs", text: `${hex(40)} refs/heads/${word()}\n` }),
  "lock file's integrity": () => ({
    path: "srv/package-lock.json",
    text: `{"resolved":"https://npm.corp.net/${word()}-1.2.3.tgz","integrity":"sha512-${base64(64)}"}`,
  }),
  "poetry.lock": () => ({
    path: "srv/poetry.lock",
    text: `{file = "${word()}-1.0.tar.gz", hash = "sha256:${hex(64)}"},\n`,
  }),
  "go.sum": () => ({ path: "srv/go.sum", text: `corp.net/${word()} v1.2.3 h1:${base64(32)}\n` }),
  "base64 image": () => ({
    path: "srv/page.css",
    text: `a{background:url(data:image/png;base64,iVBORw0KGgo${base64(900)})}`,
  }),
  "source map": () => ({
    path: "srv/app.map",
    text: `{"version":3,"mappings":"${Array.from({ length: 80 }, () => random(`${alphabet.letters}${alphabet.digits}+/`, 4)).join(",")}"}`,
  }),
  "minified names": () => ({
    path: "srv/app.js",
    text: `var ${random(alphabet.letters, 3)}=function(e){return e.${camel(4)}Token=t.${camel(2)}Key,e.password=n.secret};`,
  }),
  "long names": () => ({
    path: "srv/lib.py",
    text: `def hf_${word()}_${word()}_${word()}_${word()}(npm_${word()}_${word()}, sk_live_${word()}):\n  pass\n`,
  }),
  "public key": () => ({ path: "srv/key.pub", text: `${made("pem:public")}\n` }),
  "SSH public key": () => ({
    path: "root/.ssh/authorized_keys",
    text: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random(alphabet.base64, 43)} a@b\n`,
  }),
  certificate: () => ({
    path: "etc/ssl/x.crt",
    text: `-----BEGIN CERTIFICATE-----\nMIID${base64(600).replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`,
  }),
  "encrypted key": () => ({ path: "srv/key.txt", text: `${made("pem:encrypted")}\n` }),
  "code that looks for keys": () => ({
    path: "srv/detect.js",
    text: `const p = /-----BEGIN (?:RSA )?PRIVATE KEY-----/; const g = /ghp_[A-Za-z0-9]{36}/; const a = "AKIA";`,
  }),
  "jwt.io's token": () => ({ path: "srv/page.txt", text: `${made("jwt:shown")}\n` }),
  "expired token": () => ({ path: "srv/page.txt", text: `${made("jwt:unknown-expired")}\n` }),
  "Supabase anon key": () => ({
    path: "srv/app.js",
    text: `createClient("https://x.supabase.co","${made("jwt:anon")}")`,
  }),
  "Stripe publishable key": () => ({ path: "srv/app.js", text: `Stripe("pk_live_${alnum(99)}")` }),
  "Sentry DSN": () => ({
    path: "srv/app.js",
    text: `dsn: "https://${hex(32)}@o${randomInt(1e6)}.ingest.sentry.io/${randomInt(1e6)}"`,
  }),
  "GPG fingerprint": () => ({
    path: "srv/env.txt",
    text: `GPG_KEY=${hex(40).toUpperCase()}\nPYTHON_SHA256=${hex(64)}\n`,
  }),
  "image's digest": () => ({ path: "srv/Dockerfile", text: `FROM corp.net/${word()}@sha256:${hex(64)}\n` }),
  "AWS account's names": () => ({
    path: "srv/app.tf",
    text: `role_arn = "arn:aws:iam::${random(alphabet.digits, 12)}:role/${camel(2)}"\nkey_id = "AIDA${random(alphabet.base32, 17)}"\n`,
  }),
  "AWS id of a sample": () => ({
    path: "srv/app.txt",
    text: `${accessKeyId().slice(0, 9)}${"EXAMPLE".padStart(11, "7")}\n`,
  }),
  "WireGuard public key": () => ({
    path: "etc/wireguard/wg0.conf",
    text: `[Peer]\nPublicKey = ${base64(32)}\nAllowedIPs = 10.0.0.2/32\n`,
  }),
  "Solana address": () => ({
    path: "srv/app.ts",
    text: `const program = new PublicKey("${random(alphabet.base58, 44)}");`,
  }),
  "64 numbers": () => ({ path: "srv/table.json", text: made("bytes-json") }),
  "Docker config without a login": () => ({
    path: "root/.docker/config.json",
    text: `{"auths":{"registry.corp.net":{}},"credsStore":"desktop"}`,
  }),
  "texts of a login page": () => ({
    path: `srv/public/locales/en/${["auth", "config"][randomInt(2)]}.json`,
    text: JSON.stringify({ login: { placeholder: { email: "Email address", password: "Enter password" } } }),
  }),
  "manifest in JSON with references": () => ({
    path: "srv/k8s/deployment.json",
    text: JSON.stringify({
      apiVersion: "v1",
      kind: ["SealedSecret", "ConfigMap", "ServiceAccount"][randomInt(3)],
      data: { [word()]: base64(24) },
      env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: `${word()}-${alnum(10)}`, key: "password" } } }],
    }),
  }),
  "value that SOPS encrypted": () => ({
    path: "srv/k8s/secret.yaml",
    text: `kind: Secret\nstringData:\n  password: ENC[AES256_GCM,data:${base64(12)},iv:${base64(32)},tag:${base64(16)},type:str]\n`,
  }),
  "texts in other letters by variables' names": () => ({
    path: "srv/app/locale_cs.ini",
    text: Buffer.from(`enter_password=Zadané_${randomInt(1e6)}\nnew_token=Žeton${randomInt(1e6)}A\n`).toString(
      "latin1",
    ),
  }),
  "sealed secret": () => ({
    path: "srv/k8s/secret.yaml",
    text: `kind: SealedSecret\nspec:\n  encryptedData:\n    password: Ag${random(alphabet.base64, 340)}\n`,
  }),
  "encrypted value or reference in settings": () => ({
    path: "srv/application.properties",
    text: `db.password=${[`ENC(${base64(24)})`, `{cipher}${hex(64)}`, `ssm:/prod/${camel(2)}-1`, `vault:secret/data/${word()}#Token1`][randomInt(4)]}\n`,
  }),
  "proxy without a login": () => ({
    path: "etc/environment",
    text: `https_proxy=http://proxy.corp.net:3128\nno_proxy=${word()}.corp.net\n`,
  }),
  "configure's log without a secret": () => ({
    path: "srv/config.log",
    text: `AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/token\nac_cv_env_${word().toUpperCase()}_TOKEN_set=\nMAX_TOKENS=100000\n`,
  }),
  "history without a secret": () => ({
    path: "root/.bash_history",
    text: `docker login -u ci --password-stdin corp.net\nmysql -u root -p prod\ncurl -u "$USER:$PASS" https://corp.net\n`,
  }),
  "session id of a page": () => ({
    path: "srv/page.html",
    text: `<meta name="csrf-token" content="${url(86)}"><script nonce="${base64(16)}">`,
  }),
  "chunk's name": () => ({
    path: "srv/manifest.json",
    text: JSON.stringify({ "main.js": `main.${hex(20)}.js`, key: `${word()}-${hex(8)}` }),
  }),
  "cache's key": () => ({
    path: "srv/cache.ini",
    text: `CACHE_KEY=${hex(40)}\nprimary_key=${word()}_id\nsort_key = ${word()}\n`,
  }),
  "hash of a password in code": () => ({
    path: "srv/users.sql",
    text: `INSERT INTO users VALUES (1, 'a', '$2b$12$${random(alphabet.alphanumeric, 53)}');\n`,
  }),
  "command without a login": () => ({ path: "srv/build/run.sh", text: `#!/bin/sh\nset -e\n${call()}\n` }),
  "settings without a login": () => plainSettings[randomInt(plainSettings.length)]!(),
  "settings in XML without one": () => plainXml[randomInt(plainXml.length)]!(),
  "manifest with references": () => ({
    path: "srv/k8s/app.yaml",
    text: `apiVersion: v1\n${plainManifests[randomInt(plainManifests.length)]!()}`,
  }),
  "state of Terraform without one": () => ({
    path: "srv/terraform.tfstate",
    text: JSON.stringify({
      lineage: randomUUID(),
      attributes: { password: null, etag: hex(32), kms_key: randomUUID() },
    }),
  }),
  "minified numbers": () => ({
    path: "srv/app.js",
    text: `this.${word().toUpperCase()}_KEY=46,this.${word().toUpperCase()}_KEY=${randomInt(99)},this.ALT_KEY=18,e.SHIFT_KEY=t.b9;`,
  }),
  "names of headers and limits": () => ({
    path: "srv/app/names.js",
    text: `const h = { token: "X-${camel(1)}-Token-${randomInt(999)}", apiKey: "rate-limit-${randomInt(999)}-per-${word()}" };\n`,
  }),
  "texts in other letters": () => ({
    path: "srv/app/ru.json",
    text: JSON.stringify({ password: "ВведитеПароль2024", token: "Жетон-доступа-47-истёк" }),
  }),
  "keys of tests": () => ({
    path: `srv/app/${["testcerts", "fstest", "testsetup", "samplecerts"][randomInt(4)]}/server.key`,
    text: `${made("pem:pkcs8")}\n`,
  }),
};

export function lookAlikes(each: number): Sample[] {
  return Object.entries(kinds).flatMap(([family, make]) => Array.from({ length: each }, () => ({ family, ...make() })));
}
