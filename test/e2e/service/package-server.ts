import { createHash } from "node:crypto";
import { makeZip } from "../../unit/layer/made-zip.ts";
import type { Certificate } from "./certificate.ts";
import { basic, type GuardedServer, startGuardedServer } from "./guarded-server.ts";

type Login = { readonly user: string; readonly password: string };

/** A server of files by their paths, for who brings this user and password. */
function startFileServer(
  { user, password }: Login,
  files: (url: string) => Readonly<Record<string, string | Buffer>>,
  tls?: Certificate,
): Promise<GuardedServer> {
  let known: Readonly<Record<string, string | Buffer>> | undefined;
  const starting: Promise<GuardedServer> = startGuardedServer({
    authorization: basic(user, password),
    challenge: 'Basic realm="packages"',
    ...(tls && { tls }),
    answer: async (request, response) => {
      known ??= files((await starting).url);
      const path = (request.url ?? "/").replace(/\?.*$/, "");
      const file = known[path];
      if (file === undefined) response.writeHead(404).end();
      else response.end(request.method === "HEAD" ? undefined : file);
    },
  });
  return starting;
}

/** A Go module proxy (https://go.dev/ref/mod#goproxy-protocol) with `example.com/hello` v1.0.0. */
export function startGoProxy(login: Login, tls: Certificate): Promise<GuardedServer> {
  const mod = "module example.com/hello\n\ngo 1.20\n";
  const root = "example.com/hello@v1.0.0";
  const zip = makeZip([
    { name: `${root}/go.mod`, content: mod },
    { name: `${root}/hello.go`, content: "package hello\n\nfunc Hello() int { return 42 }\n" },
  ]);
  const at = "/example.com/hello/@v";
  return startFileServer(
    login,
    () => ({
      [`${at}/list`]: "v1.0.0\n",
      [`${at}/v1.0.0.info`]: JSON.stringify({ Version: "v1.0.0", Time: "2024-01-01T00:00:00Z" }),
      [`${at}/v1.0.0.mod`]: mod,
      [`${at}/v1.0.0.zip`]: zip,
    }),
    tls,
  );
}

/** A Maven repository with the POM `com.example:parent:1.0` and the jar `com.example:hello:1.0`. */
export function startMavenRepository(login: Login): Promise<GuardedServer> {
  const pom = (name: string, packaging: string): string =>
    `<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>${name}</artifactId><version>1.0</version><packaging>${packaging}</packaging></project>\n`;
  const files: Record<string, string | Buffer> = {
    "/com/example/parent/1.0/parent-1.0.pom": pom("parent", "pom"),
    "/com/example/hello/1.0/hello-1.0.pom": pom("hello", "jar"),
    "/com/example/hello/1.0/hello-1.0.jar": makeZip([{ name: "hello.txt", content: "hello\n" }]),
  };
  for (const [path, content] of Object.entries(files)) {
    files[`${path}.sha1`] = createHash("sha1").update(content).digest("hex");
  }
  return startFileServer(login, () => files);
}

/** A NuGet source, version 3 (https://learn.microsoft.com/nuget/api/overview), with the package `Acme.Hello` 1.0.0. */
export function startNugetSource(login: Login): Promise<GuardedServer> {
  const nuspec =
    '<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>Acme.Hello</id><version>1.0.0</version><authors>test</authors><description>test</description></metadata></package>\n';
  const nupkg = makeZip([
    { name: "Acme.Hello.nuspec", content: nuspec },
    { name: "content/hello.txt", content: "hello\n" },
  ]);
  const at = "/flat/acme.hello";
  return startFileServer(login, (url) => ({
    "/index.json": JSON.stringify({
      version: "3.0.0",
      resources: [{ "@id": `${url}/flat/`, "@type": "PackageBaseAddress/3.0.0" }],
    }),
    [`${at}/index.json`]: JSON.stringify({ versions: ["1.0.0"] }),
    [`${at}/1.0.0/acme.hello.nuspec`]: nuspec,
    [`${at}/1.0.0/acme.hello.1.0.0.nupkg`]: nupkg,
  }));
}
