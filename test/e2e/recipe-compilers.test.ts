import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "./open-engine.ts";
import { type Try, tryRecipe } from "./recipe-try.ts";
import { createScratch } from "./scratch.ts";
import { startCacheServer } from "./service/cache-server.ts";
import { startCargoRegistry } from "./service/cargo-registry.ts";
import { type Certificate, createCertificate } from "./service/certificate.ts";
import type { Engine } from "./service/engine.ts";
import { startAzureLogin, startGoogleSts } from "./service/federation-server.ts";
import { startGitServer } from "./service/git-server.ts";
import { basic, type GuardedServer } from "./service/guarded-server.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { startGoProxy, startMavenRepository, startNugetSource } from "./service/package-server.ts";
import { startRegistry } from "./service/registry.ts";
import { createObjection } from "./service/token-objection.ts";
import { createValue, watchValue } from "./value.ts";

let engine: Engine;
let certificate: Certificate;
let issuer: OidcIssuer;
const servers: GuardedServer[] = [];
beforeAll(async () => {
  engine = await openEngine("new");
  await engine.loadImage("compilers");
  certificate = await createCertificate(createScratch("certificate"), ["localhost"]);
  issuer = await startOidcIssuer();
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await issuer?.stop();
  await engine?.stop();
});

const opened = <Server extends GuardedServer>(server: Server): Server => {
  servers.push(server);
  return server;
};
/** As a registry's htpasswd file wants it. */
const bcrypt = (text: string): string => {
  const [program, ...args] = ["perl", "-e", 'print crypt(<STDIN>, q($2b$05$) . "abcdefghijklmnopqrstuu")'] as const;
  return execFileSync(program, args, { input: text }).toString();
};
const localhost = ({ address }: GuardedServer): string => address.replace("127.0.0.1", "localhost");
const withAuthority = (): Pick<Try, "before" | "files"> => ({
  before: ["ENV SSL_CERT_FILE=/src/ca.pem REQUESTS_CA_BUNDLE=/src/ca.pem"],
  files: { "ca.pem": readFileSync(certificate.caFile, "utf8") },
});

/** The step fails without the recipe and is refused; with it, it is let in as root and as another user, and the gate is content. */
async function expectNeeded(what: Try, server: GuardedServer): Promise<void> {
  const without = await tryRecipe(engine, what, "without");
  expect(without.outcome.status, without.outcome.output).not.toBe(0);
  expect([server.admitted(), server.refused() > 0]).toEqual([0, true]);
  const given = await tryRecipe(engine, what, "with");
  expect(given.outcome.status, given.outcome.output).toBe(0);
  expect(server.admitted()).toBeGreaterThan(0);
}

describe("git", () => {
  const one = { file: "hello\n" };
  const start = async () => {
    const password = createValue();
    return {
      password,
      server: opened(await startGitServer({ user: "x-access-token", password, repositories: { one } })),
    };
  };

  test("clones, fetches and asks a server, and keeps nothing of the token", async () => {
    const { password, server } = await start();
    await expectNeeded(
      {
        recipe: "git",
        options: { hosts: [{ host: server.url }] },
        secrets: { "git-token": password },
        step: [
          `git clone -q ${server.url}/one.git one`,
          "git -C one fetch -q",
          `git ls-remote ${server.url}/one.git`,
          "test -e one/file",
          // the step's own global configuration can still be written
          "git config --global user.name me",
        ].join(" && "),
      },
      server,
    );
  });

  test("is asked for submodules by their ssh addresses, and by pip", async () => {
    const { password, server } = await start();
    const name = server.address.replace(/:.*/, "");
    const { outcome } = await tryRecipe(
      engine,
      {
        recipe: "git",
        options: { hosts: [{ host: server.url }], fromSsh: true },
        secrets: { "git-token": password },
        step: [
          "git init -q outer",
          "cd outer",
          `git submodule --quiet add ssh://git@${name}/one.git inner`,
          "test -e inner/file",
          `(/usr/local/python/bin/python -m pip download --no-deps --no-build-isolation -d /tmp/none git+${server.url}/one.git 2>&1 | grep -q 'Resolved .* to commit')`,
        ].join(" && "),
      },
      "with",
    );
    expect(outcome.status, outcome.output).toBe(0);
    expect(server.admitted()).toBeGreaterThan(0);
  });

  test("takes no helper of the image's own beside it, which would write the token down", async () => {
    const { password, server } = await start();
    const { outcome } = await tryRecipe(
      engine,
      {
        recipe: "git",
        options: { hosts: [{ host: server.url }] },
        secrets: { "git-token": password },
        before: ["RUN git config --system credential.helper store"],
        step: `git clone -q ${server.url}/one.git one && ! test -e "$HOME/.git-credentials"`,
      },
      "with",
    );
    expect(outcome.status, outcome.output).toBe(0);
  });

  test("is let in from a step in exec form", async () => {
    const { password, server } = await start();
    const { outcome } = await tryRecipe(
      engine,
      {
        recipe: "git",
        options: { hosts: [{ host: server.url }] },
        secrets: { "git-token": password },
        step: "true",
        after: [`RUN ["git", "clone", "-q", "${server.url}/one.git", "/tmp/$word"]`],
      },
      "with",
    );
    expect(outcome.status, outcome.output).toBe(0);
    expect(server.admitted()).toBeGreaterThan(0);
  });
});

describe("cargo", () => {
  test("fetches from a registry that demands its token for everything", async () => {
    const token = createValue();
    const server = opened(await startCargoRegistry(token));
    await expectNeeded(
      {
        recipe: "cargo",
        options: { registries: [{ name: "acme" }] },
        secrets: { "cargo-token": token },
        files: {
          "Cargo.toml":
            '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nhello = { version = "1", registry = "acme" }\n',
          "src/main.rs": 'fn main() { println!("{}", hello::hello()); }\n',
          ".cargo/config.toml": `[registries.acme]\nindex = "sparse+${server.url}/"\n`,
        },
        step: "cargo run -q | grep -qx 42",
      },
      server,
    );
  });
});

describe("go", () => {
  test("fetches a module from a proxy that demands a login", async () => {
    const password = createValue();
    const server = opened(await startGoProxy({ user: "ci", password }, certificate));
    const { before, files } = withAuthority();
    await expectNeeded(
      {
        recipe: "go",
        options: {
          hosts: [{ host: localhost(server), user: "ci" }],
          proxy: `https://${localhost(server)}`,
          noSumDb: "example.com/*",
        },
        secrets: { "go-token": password },
        before: [
          ...before!,
          `ENV GOPROXY=https://${localhost(server)} GONOSUMDB=example.com/* GOTOOLCHAIN=local GOTELEMETRY=off`,
        ],
        files: {
          ...files,
          "go.mod": "module app\n\ngo 1.20\n\nrequire example.com/hello v1.0.0\n",
          "main.go": 'package main\n\nimport "example.com/hello"\n\nfunc main() { println(hello.Hello()) }\n',
        },
        step: "go run -mod=mod . 2>&1 | grep -qx 42",
      },
      server,
    );
  });
});

describe("docker-config", () => {
  test("lets skopeo into a registry that demands a login", async () => {
    const password = createValue();
    const users = join(createScratch("htpasswd"), "users");
    writeFileSync(users, `ci:${bcrypt(password)}\n`);
    await using registry = await startRegistry({ auth: { htpasswd: { realm: "test", path: users } } });
    const what: Try = {
      recipe: "docker-config",
      options: { registries: [{ host: registry.address, user: "ci" }] },
      secrets: { "registry-token": password },
      step: `skopeo inspect --raw --tls-verify=false docker://${registry.address}/acme/none:1 2>&1 | tee out; grep -q 'manifest unknown' out`,
    };
    const without = await tryRecipe(engine, what, "without");
    expect([without.outcome.status === 0, without.outcome.output.includes("authentication required")]).toEqual([
      false,
      true,
    ]);
    const given = await tryRecipe(engine, what, "with");
    expect(given.outcome.status, given.outcome.output).toBe(0);
  });
});

describe("maven, gradle and nuget", () => {
  test("maven has its parent POM from a repository that demands a login, whatever is in the password", async () => {
    const password = watchValue(`${createValue()}<&>"'`);
    const server = opened(await startMavenRepository({ user: "ci", password }));
    await expectNeeded(
      {
        recipe: "maven",
        options: { servers: [{ id: "acme", user: "ci" }] },
        secrets: { "maven-token": password },
        files: {
          "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><parent><groupId>com.example</groupId><artifactId>parent</artifactId><version>1.0</version><relativePath/></parent><artifactId>app</artifactId><packaging>pom</packaging><repositories><repository><id>acme</id><url>${server.url}</url></repository></repositories></project>`,
        },
        step: "mvn -B -q validate",
      },
      server,
    );
  });

  test("gradle has its library from a repository that demands a login, whatever is in the password", async () => {
    const password = watchValue(`${createValue()}\\:=#! x`);
    const server = opened(await startMavenRepository({ user: "ci", password }));
    await expectNeeded(
      {
        recipe: "gradle",
        options: { repositories: [{ name: "acme", user: "ci" }] },
        secrets: { "gradle-token": password },
        files: {
          "build.gradle": `repositories { maven { url '${server.url}'\n credentials { username = findProperty('acmeUsername') ?: 'nobody'\n password = findProperty('acmePassword') ?: 'nothing' } } }\nconfigurations { wanted }\ndependencies { wanted 'com.example:hello:1.0' }\ntask show { doLast { configurations.wanted.files.each { println it.name } } }\n`,
        },
        step: "gradle --no-daemon -q show 2>&1 | tee out && grep -q hello-1.0.jar out",
      },
      server,
    );
  });

  test("nuget restores from a source that demands a login, whatever is in the password", async () => {
    const password = watchValue(`${createValue()}<&>"' %x`);
    const server = opened(await startNugetSource({ user: "ci", password }));
    await expectNeeded(
      {
        recipe: "nuget",
        options: { sources: [{ name: "acme", user: "ci" }] },
        secrets: { "nuget-token": password },
        before: [
          "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1",
        ],
        files: {
          "nuget.config": `<configuration><packageSources><clear/><add key="acme" value="${server.url}/index.json"/></packageSources></configuration>`,
          "app.csproj":
            '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>netcoreapp3.1</TargetFramework><EnableTargetingPackDownload>false</EnableTargetingPackDownload></PropertyGroup><ItemGroup><PackageReference Include="Acme.Hello" Version="1.0.0"/></ItemGroup></Project>',
        },
        step: 'dotnet restore && test -e "$HOME/.nuget/packages/acme.hello/1.0.0/acme.hello.nuspec"',
      },
      server,
    );
  });
});

describe("ccache and bazel", () => {
  test("ccache shares what it compiled by a storage that demands a token, and by one that demands a login", async () => {
    const [token, password] = [watchValue(`${createValue()}$|%x`), createValue()];
    for (const user of [undefined, "ci"]) {
      const secret = user === undefined ? token : password;
      const server = await startCacheServer(user === undefined ? `Bearer ${token}` : basic(user, password));
      opened(server);
      const what: Try = {
        recipe: "ccache",
        options: { url: server.url, ...(user && { user }), settings: { max_size: "1G" } },
        secrets: { "ccache-token": secret },
        files: { "one.c": `int one(void) { return ${servers.length}; }\n` },
        step: "ccache gcc -c one.c -o one.o && ccache --print-stats | grep -E 'remote_storage_(hit|write|error)'",
      };
      const without = await tryRecipe(
        engine,
        { ...what, before: [`ENV CCACHE_REMOTE_STORAGE=${server.url}`], users: ["root"] },
        "without",
      );
      expect(without.outcome.status, without.outcome.output).toBe(0);
      expect([server.admitted(), server.refused() > 0]).toEqual([0, true]);
      const given = await tryRecipe(engine, what, "with");
      expect(given.outcome.status, given.outcome.output).toBe(0);
      // what root's step compiled, the other user's step had
      expect([server.size() > 0, server.hits() > 0]).toEqual([true, true]);
    }
  });

  test("bazel has a remote cache that demands a token", async () => {
    const token = createValue();
    const server = opened(await startCacheServer(`Bearer ${token}`));
    const what: Try = {
      recipe: "bazel",
      options: { cache: server.url },
      secrets: { "bazel-token": token },
      files: {
        WORKSPACE: "",
        BUILD: 'genrule(name = "one", outs = ["one.txt"], cmd = "echo one > $@")\n',
      },
      step: 'bazel --output_user_root="$HOME/bazel" build --spawn_strategy=local //:one && bazel --output_user_root="$HOME/bazel" shutdown && { rm -rf "$HOME/bazel" || { sleep 2; rm -rf "$HOME/bazel"; }; }',
    };
    const without = await tryRecipe(
      engine,
      { ...what, step: what.step.replace("build", `build --remote_cache=${server.url}`), users: ["root"] },
      "without",
    );
    expect([server.admitted(), server.refused() > 0], without.outcome.output).toEqual([0, true]);
    const given = await tryRecipe(engine, what, "with");
    expect(given.outcome.status, given.outcome.output).toBe(0);
    expect([server.size() > 0, server.hits() > 0]).toEqual([true, true]);
  });
});

describe("by the job's own identity", () => {
  const subject = "repo:acme/app:ref:refs/heads/main";

  test("Google's library exchanges the mounted token", async () => {
    const provider = "projects/123456789012/locations/global/workloadIdentityPools/ci/providers/job";
    const audience = `https://iam.googleapis.com/${provider}`;
    const server = await startGoogleSts({ objection: createObjection(issuer.url), audience, provider });
    opened(server);
    const what: Try = {
      recipe: "gcp",
      // without a project the library would ask Google for its id
      options: { provider, project: "acme", tokenUrl: `${server.url}/v1/token`, secret: "gcp" },
      secrets: { gcp: watchValue(issuer.issue({ audience, subject })) },
      files: {
        "login.py":
          "import google.auth, google.auth.transport.requests as r\nc, _ = google.auth.default(scopes=['https://www.googleapis.com/auth/cloud-platform'])\nc.refresh(r.Request())\nassert c.token.startswith('ya29.')\n",
      },
      before: ["ENV NO_GCE_CHECK=true"],
      step: "/usr/local/python/bin/python login.py",
    };
    const without = await tryRecipe(engine, what, "without");
    expect([without.outcome.status === 0, server.exchanged()]).toEqual([false, 0]);
    const given = await tryRecipe(engine, what, "with");
    expect(given.outcome.status, given.outcome.output).toBe(0);
    expect([server.exchanged(), server.refusals]).toEqual([2, []]);
    const wrong = watchValue(issuer.issueWronglySigned({ audience, subject }));
    const refused = await tryRecipe(engine, { ...what, secrets: { gcp: wrong } }, "with");
    expect([refused.outcome.status === 0, server.exchanged()]).toEqual([false, 2]);
  });

  test("Azure's library exchanges the mounted token", async () => {
    const audience = "api://AzureADTokenExchange";
    const ids = { tenantId: "11111111-2222-3333-4444-555555555555", clientId: "66666666-7777-8888-9999-000000000000" };
    const server = await startAzureLogin({
      objection: createObjection(issuer.url),
      audience,
      ...ids,
      tls: certificate,
    });
    opened(server);
    const { before, files } = withAuthority();
    const what: Try = {
      recipe: "azure",
      options: { ...ids, authorityHost: `https://${localhost(server)}`, secret: "azure" },
      secrets: { azure: watchValue(issuer.issue({ audience, subject })) },
      before: before!,
      files: {
        ...files,
        "login.py":
          "from azure.identity import WorkloadIdentityCredential as W\nassert W(disable_instance_discovery=True).get_token('https://storage.example.com/.default').token\n",
      },
      step: "/usr/local/python/bin/python login.py",
    };
    const without = await tryRecipe(engine, what, "without");
    expect([without.outcome.status === 0, server.exchanged()]).toEqual([false, 0]);
    const given = await tryRecipe(engine, what, "with");
    expect(given.outcome.status, given.outcome.output).toBe(0);
    expect([server.exchanged(), server.refusals]).toEqual([2, []]);
  });
});
