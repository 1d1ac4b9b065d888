import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createHolder } from "../../../../src/secret/held-by.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const word = () => `9x${randomBytes(20).toString("hex")}Zq`;
const base64 = (value: string) => Buffer.from(value).toString("base64");
const dockerconfig = (auth: string) => JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth } } });
const tenant = randomUUID();
const publicKey = `acme.example-1:${randomBytes(32).toString("base64")}`;
const digest = randomBytes(32).toString("hex");

const xml = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ${inside} --><configuration><packageSources><clear /></packageSources></configuration>\n`;

/** A file with a secret in it, and what of it stands in images that do not have the secret. */
const files: Readonly<Record<string, readonly [file: (secret: string) => string, texts: readonly string[]]>> = {
  "gradle.properties": [
    (secret) =>
      `org.gradle.jvmargs=-Xmx2048m -Dfile.encoding=UTF-8 -XX:+HeapDumpOnOutOfMemoryError\nacmePassword=${secret}\n`,
    [
      "  product(bool, HeapDumpOnOutOfMemoryError, false)",
      "org.gradle.jvmargs=-Xmx2048m -Dfile.encoding=UTF-8 -XX:+HeapDumpOnOutOfMemoryError",
    ],
  ],
  MAVEN_OPTS: [
    (secret) =>
      `-Xmx4g -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError -Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn -Dtoken=${secret}`,
    ["-XX:+ExitOnOutOfMemoryError", "org.apache.maven.cli.transfer.Slf4jMavenTransferListener=warn"],
  ],
  "application.yml": [
    (secret) =>
      `spring:\n  datasource:\n    url: jdbc:mysql://db:3306/app\n    password: "${secret}"\n  jpa:\n    database-platform: org.hibernate.dialect.MySQL8Dialect\n    other: org.hibernate.dialect.PostgreSQL10Dialect\n`,
    [
      "org/hibernate/dialect/MySQL8Dialect.class org.hibernate.dialect.MySQL8Dialect",
      "org.hibernate.dialect.PostgreSQL10Dialect",
      "    database-platform: org.hibernate.dialect.MySQL8Dialect",
    ],
  ],
  "settings of Django": [
    (secret) =>
      `SECRET_KEY = '${secret}'\nPASSWORD_HASHERS = ['django.contrib.auth.hashers.PBKDF2PasswordHasher', 'django.contrib.auth.hashers.BCryptSHA256PasswordHasher']\n`,
    ["class PBKDF2PasswordHasher(BasePasswordHasher):", "class BCryptSHA256PasswordHasher(BasePasswordHasher):"],
  ],
  ".bazelrc": [
    (secret) => `build --remote_header=x-api-key=${secret}\nbuild --cxxopt=-std=c++17 --host_cxxopt=-std=c++17\n`,
    ["build --cxxopt=-std=c++17 --host_cxxopt=-std=c++17"],
  ],
  "a dump of an environment": [
    (secret) =>
      `NVARCH=x86_64\nNV_LIBCUBLAS_PACKAGE=libcublas-12-4=12.4.5.8-1\nCFLAGS=-O3 -march=x86-64-v3 -fno-omit-frame-pointer\nCXXFLAGS=-std=gnu++20 -D_GLIBCXX_USE_CXX11_ABI=1 -DNDEBUG\nLS_COLORS=rs=0:di=01;34:ln=01;36:mh=00:pi=40;33:so=01;35:*.tar=01;31\nGPG_KEY=7169605F62C751356D054A26A821E680E5FA6305\nPYTHON_SHA256=${digest}\nHF_TOKEN=hf_${secret}\n`,
    [
      "NV_LIBCUBLAS_PACKAGE=libcublas-12-4=12.4.5.8-1",
      "CFLAGS=-O3 -march=x86-64-v3 -fno-omit-frame-pointer",
      "CXXFLAGS=-std=gnu++20 -D_GLIBCXX_USE_CXX11_ABI=1 -DNDEBUG",
      "LS_COLORS=rs=0:di=01;34:ln=01;36:mh=00:pi=40;33:so=01;35:*.tar=01;31",
      "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
      `PYTHON_SHA256=${digest}`,
    ],
  ],
  "a login to Azure": [
    (secret) =>
      JSON.stringify({ clientId: tenant, clientSecret: secret, subscriptionId: tenant, tenantId: tenant }, null, 2),
    [`"TenantId": "${tenant}",`, `    "clientId": "${tenant}",`],
  ],
  "a .env with what everybody downloads": [
    (secret) =>
      `NEXT_PUBLIC_SENTRY_DSN=https://${digest}@o1.ingest.sentry.example/1\nVITE_MAPS_KEY="${digest.slice(3, 42)}"\nGOOGLE_CLIENT_ID=1234-${digest.slice(0, 32)}.apps.example.com\nAUTH_SECRET=${secret}\n`,
    [
      `dsn:"https://${digest}@o1.ingest.sentry.example/1"`,
      `VITE_MAPS_KEY="${digest.slice(3, 42)}"`,
      `client_id:"1234-${digest.slice(0, 32)}.apps.example.com"`,
    ],
  ],
  "a login to Google": [
    (secret) =>
      JSON.stringify({
        client_id: "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com",
        client_secret: "d-FL95Q19q7MQmFpd7hHD0Ty",
        refresh_token: `1//${secret}`,
        type: "authorized_user",
      }),
    [
      'CLIENT = "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com"',
      '"d-FL95Q19q7MQmFpd7hHD0Ty"',
    ],
  ],
  "sections and short settings": [
    (secret) =>
      `[OAuth2]\nprovider = x\n[cache.s3]\nkey_prefix = "linux/x86_64"\n[Keys]\nPublicKey = ${digest}\nAllowedIPs = 0.0.0.0/0\npassword = ${secret}\n`,
    ["[OAuth2]", "[cache.s3]", 'key_prefix = "linux/x86_64"', "AllowedIPs = 10.0.0.0/8", `PublicKey = ${digest}`],
  ],
  "nix.conf": [
    (secret) =>
      `trusted-public-keys = cache.example-1:${randomBytes(32).toString("base64")} ${publicKey}\naccess-tokens = github.com=ghp_${secret}\n`,
    [`trusted-public-keys = ${publicKey}`],
  ],
  "a secret of Kubernetes": [
    (secret) =>
      `kind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: ${base64(dockerconfig(secret))}\n`,
    [base64(dockerconfig(base64("me:nothing"))), base64(`  .dockerconfigjson: ${base64(dockerconfig("x"))}`)],
  ],
  "a configuration of SSH and Kerberos": [
    (secret) =>
      `KexAlgorithms curve25519-sha256@libssh.org,diffie-hellman-group16-sha512\nIdentityFile ~/.ssh/id_ed25519\npermitted_enctypes = aes256-cts-hmac-sha1-96 arcfour-hmac-md5\nbind_password = ${secret}\n`,
    [
      "diffie-hellman-group14-sha256,diffie-hellman-group16-sha512",
      "  IdentityFile ~/.ssh/id_ed25519",
      "permitted_enctypes = aes256-cts-hmac-sha1-96 arcfour-hmac-md5",
    ],
  ],
  "the values of a chart": [
    (secret) => `image:\n  repository: registry.example/controller\n  digest: sha256:${digest}\npassword: ${secret}\n`,
    [`FROM registry.example/controller@sha256:${digest}`, `  digest: sha256:${digest}`],
  ],
  "a .env with a pinned image": [
    (secret) => `BASE_IMAGE=node:22@sha256:${digest}\nNPM_TOKEN=${secret}\n`,
    [`FROM node:22@sha256:${digest}`, `some-package==1.0 --hash=sha256:${digest}`],
  ],
  "a manifest with a file in quotes": [
    (secret) =>
      `kind: Secret\nstringData:\n  file: "NODE_ENV=production\\nAPI_TOKEN=ghp_${secret}\\nLOG_LEVEL=debug\\nJAVA_OPTS=-Xmx512m\\nAWS_REGION=eu-central-1\\n"\n`,
    [
      '  file: "NODE_ENV=production\\nAPI_TOKEN=changeme\\nLOG_LEVEL=debug\\nJAVA_OPTS=-Xmx512m\\nAWS_REGION=eu-central-1\\n"',
    ],
  ],
  "Nix's configuration in a variable": [
    (secret) =>
      `NIX_CONFIG="extra-trusted-public-keys = ${publicKey}\\naccess-tokens = github.com=ghp_${secret}"\nA=b\n`,
    [`extra-trusted-public-keys = ${publicKey}`],
  ],
  "a signed address in JSON of Go": [
    (secret) =>
      `{"sas":"https://acme.blob.core.windows.net/models?sp=racwdl\\u0026st=2026-11-22T10:00:00Z\\u0026sv=2022-11-02\\u0026sig=${secret}"}`,
    ["ENV BASE=https://acme.blob.core.windows.net/models"],
  ],
  "a signed address of Azure": [
    (secret) =>
      `https://acme.blob.core.windows.net/models?sp=racwdl&st=2026-11-22T10:00:00Z&se=2026-12-31T18:00:00Z&spr=https&sv=2022-11-02&sr=c&sig=${secret}`,
    [
      "?sv=2022-11-02&ss=b",
      "x-ms-version: 2022-11-02",
      "ENV BASE=https://acme.blob.core.windows.net/models",
      "https://other.blob.core.windows.net/x?sp=racwdl&st=2026-11-22T10:00:00Z&se=2026-12-31T18:00:00Z&spr=https&sv=2022-11-02&sr=c&sig=",
    ],
  ],
  "a signed address of S3": [
    (secret) =>
      `https://acme.s3.us-east-1.amazonaws.com/model.bin?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAEXAMPLEEXAMPLE00%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T100000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=${secret}`,
    [
      "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261122T100000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&",
      "https://acme.s3.us-east-1.amazonaws.com/model.bin",
      "https://acme.s3.us-east-1.amazonaws.com/other?X-Amz-Credential=ASIAEXAMPLEEXAMPLE00%2F20261122%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=3600",
    ],
  ],
  "NuGet.Config in base64, with a letter beyond ASCII": [
    (secret) => `CONFIG=${base64(xml(`für ${secret}`))}\n`,
    [`data:image/svg+xml;base64,${base64(xml("für das Bauen"))}`, base64(xml("nothing").replace("?>\n", "?>"))],
  ],
};

test.each(Object.entries(files))("%s is found by its secret, and not by what images have of it", (_, [file, texts]) => {
  const secret = word();
  for (const value of [file(secret), JSON.stringify({ file: file(secret) })]) {
    const holder = createHolder([new Secret("it", value)]);
    const written = texts.flatMap((text) => [text, `\n${text}\n`, base64(text), JSON.stringify(text)]);
    expect(written.filter((text) => holder(text) !== undefined)).toEqual([]);
    // of one that is in base64 a piece of that
    const packed = /[A-Za-z\d+/]{60,}={0,2}(?=\n|\\n)/.exec(value)?.[0] ?? "";
    const at = Buffer.from(packed, "base64").indexOf(secret);
    const stands = value.includes(secret) ? secret.slice(3, 33) : packed.slice((4 / 3) * at + 4, (4 / 3) * at + 34);
    expect(holder(`x ${stands} y`)).toBe("it");
  }
});
