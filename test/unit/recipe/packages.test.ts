import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dockerConfig } from "../../../src/recipe/docker-config.ts";
import { dockerConfigOptions } from "../../../src/recipe/docker-config-options.ts";
import { gradle } from "../../../src/recipe/gradle.ts";
import { gradleOptions } from "../../../src/recipe/gradle-options.ts";
import { maven } from "../../../src/recipe/maven.ts";
import { mavenOptions } from "../../../src/recipe/maven-options.ts";
import { nuget } from "../../../src/recipe/nuget.ts";
import { nugetOptions } from "../../../src/recipe/nuget-options.ts";
import { basicOf } from "../../../src/recipe/value.ts";
import { formsOf, rendered } from "./rendered.ts";
import { filesOf, type Here, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const line = fc.stringMatching(/^[\x21-\x7eäß€][\x20-\x7eäß€]{0,30}$/);
const unescaped = (text: string) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

describe("docker-config", () => {
  const registries = [{ host: "registry.example.com:5000", user: "ci" }];

  test("is the file in root's home, or in DOCKER_CONFIG, or told by two variables", () => {
    expect(Object.keys(filesOf(serve(dockerConfig, { registries })))).toEqual(["/root/.docker/config.json"]);
    const step = { DOCKER_CONFIG: "/docker" };
    expect(Object.keys(filesOf(serve(dockerConfig, { registries }, { step })))).toEqual(["/docker/config.json"]);
    const other = serve(dockerConfig, { registries }, { user: "other" });
    expect(variablesOf(other)).toEqual({
      DOCKER_CONFIG: "/run/secrets/docker",
      REGISTRY_AUTH_FILE: "/run/secrets/docker/config.json",
    });
    expect(needs(dockerConfig, { registries }, { user: "other", envMounts: false })).toContain("not root");
    expect(() => serve(dockerConfig, {})).toThrow("`registries`");
  });

  test("is not what skopeo reads where REGISTRY_AUTH_FILE names another file, which is said", () => {
    const notices = (here: Here) => serve(dockerConfig, { registries }, here).notices;
    const variable = "REGISTRY_AUTH_FILE";
    for (const user of ["root", "other"] as const) {
      for (const value of ["/x", null]) {
        expect(notices({ user, assigned: { [variable]: value } })).toEqual([
          expect.stringContaining(`the step sets ${variable} by itself`),
        ]);
      }
    }
    const [own, elsewhere] = ["/root/.docker/config.json", "/run/secrets/docker/config.json"];
    expect(notices({ assigned: { [variable]: own } })).toEqual([]);
    expect(notices({ user: "other", assigned: { [variable]: elsewhere } })).toEqual([]);
    expect(notices({ step: { [variable]: "/x" } })).toEqual([
      expect.stringContaining(`the Dockerfile sets ${variable}`),
    ]);
    expect(notices({ step: { [variable]: own } })).toEqual([]);
  });

  test("has each login in Docker's own form, which is known as a form of the value", () => {
    fc.assert(
      fc.property(line, (value) => {
        const serving = serve(dockerConfig, { registries });
        const { auths } = JSON.parse(rendered(serving, "docker-config", value));
        expect(auths).toEqual({ "registry.example.com:5000": { auth: basicOf("ci", value) } });
        expect(formsOf(serving, "docker-config", value)).toEqual([basicOf("ci", value)]);
      }),
    );
    const token = serve(dockerConfig, { registries: [{ host: "example.com", identityToken: true }] });
    expect(JSON.parse(rendered(token, "docker-config", "v")).auths["example.com"].identitytoken).toBe("v");
  });

  test.each(["docker.io", "index.docker.io", "registry-1.docker.io", "Docker.io"])(
    "knows %s by the names that its readers look for, once",
    (host) => {
      const { auths } = JSON.parse(rendered(serve(dockerConfig, { registries: [{ host }] }), "docker-config", "v"));
      const login = { auth: basicOf("x-access-token", "v") };
      expect(auths).toEqual({ "https://index.docker.io/v1/": login, "docker.io": login });
      const twice = [{ host }, { host: "docker.io", secret: "other" }];
      expect(() => serve(dockerConfig, { registries: twice })).toThrow("the registry docker.io stands twice");
    },
  );

  test("takes no registry twice", () => {
    const twice = [{ host: "r.example.com" }, { host: "R.example.com", secret: "other" }];
    expect(() => serve(dockerConfig, { registries: twice })).toThrow(
      "recipe docker-config: the registry R.example.com stands twice",
    );
  });

  test.each(["skopeo copy docker://a/b dir:/x", "crane export a/b -", "helm pull oci://a/b"])("%j is chosen", (body) =>
    expect(signOf(dockerConfig as never, body)).toBeDefined(),
  );
  test.each(["apt-get install -y skopeo", "skopeo --version", "helm lint chart"])("%j is not", (body) =>
    expect(signOf(dockerConfig as never, body)).toBeUndefined(),
  );
});

describe("maven", () => {
  const servers = [{ id: "acme", user: "ci" }];

  test("is settings.xml in the home that Java knows, or told by MAVEN_ARGS after what is in it", () => {
    const there = serve(maven, { servers }, { home: "/elsewhere" });
    expect(Object.keys(filesOf(there))).toEqual(["/root/.m2/settings.xml"]);
    const other = serve(maven, { servers }, { user: "other", step: { MAVEN_ARGS: "-B" } });
    expect(variablesOf(other)).toEqual({ MAVEN_ARGS: "-B --settings /run/secrets/maven-settings.xml" });
    expect([other.notices, other.notes?.join()]).toEqual([[], expect.stringContaining("3.9")]);
    expect(() => serve(maven, {})).toThrow("`servers`");
  });

  test("is not read where `-s` names another file, which is said if that is so of all that asks", () => {
    const notices = (body: string, here: Here = {}) => serve(maven, { servers }, { ...here, body }).notices;
    for (const option of ["-s ci/settings.xml", "--settings=/x.xml", "--settings ~/x.xml"]) {
      expect(notices(`mvn --version; mvn -B ${option} package`)).toEqual([
        expect.stringMatching(/`-s` out, or name \/root\/\.m2\/settings\.xml/),
      ]);
    }
    for (const body of [
      "mvn -B package",
      "mvn -s x.xml clean && ./mvnw package",
      "mvn -gs x.xml package",
      "mvn -s /root/.m2/settings.xml package",
      "mvn -s ~/.m2/settings.xml package",
      'mvn -s "$MAVEN_CONFIG/settings.xml" package',
      "cp a -s b && mvn package",
    ]) {
      expect(notices(body)).toEqual([]);
    }
    // MAVEN_ARGS stands before the command's own options, and Maven takes the first
    expect(notices("mvn -s x.xml package", { user: "other" })).toEqual([]);
  });

  test("takes neither a server nor a mirror twice", () => {
    const mirror = { id: "all", url: "https://m.example.com/x", of: "*" };
    expect(() => serve(maven, { servers: [...servers, { id: "acme", user: "other" }] })).toThrow(
      "recipe maven: the server acme stands twice",
    );
    expect(() => serve(maven, { servers, mirrors: [mirror, mirror] })).toThrow("the mirror all stands twice");
  });

  test("escapes every value as XML, and refuses what Maven would read as something else", () => {
    const serving = serve(maven, { servers });
    fc.assert(
      fc.property(line, (value) => {
        const read = () => rendered(serving, "maven-settings", value.trim());
        if (/\{.*\}/.test(value)) expect(read).toThrow(/^Secret maven-token has braces in it/);
        else expect(unescaped(/<password>(.*)<\/password>/.exec(read())![1]!)).toBe(value.trim());
      }),
    );
    expect(() => rendered(serving, "maven-settings", "a\nb")).toThrow(/^Secret maven-token has a line break/);
  });

  test("sends a header where that is asked for, and names mirrors", () => {
    const mirrors = [{ id: "all", url: "https://m.example.com/x", of: "*" }];
    const file = rendered(
      serve(maven, { servers: [{ id: "lab", header: "Job-Token" }], mirrors }),
      "maven-settings",
      "v",
    );
    expect(file).toContain("<name>Job-Token</name>\n        <value>v</value>");
    expect(file).not.toContain("<password>");
    expect(file).toContain("<mirror><id>all</id><url>https://m.example.com/x</url><mirrorOf>*</mirrorOf></mirror>");
  });

  test("is chosen where Maven runs a phase or goal", () => {
    for (const body of ["mvn -B package", "./mvnw -q verify", "mvn dependency:go-offline"]) {
      expect(signOf(maven as never, body), body).toBeDefined();
    }
    for (const body of ["mvn --version", "apt-get install -y maven"]) {
      expect(signOf(maven as never, body), body).toBeUndefined();
    }
  });
});

describe("gradle", () => {
  const repositories = [{ name: "acme", user: "ci" }];

  test("is gradle.properties in root's home or GRADLE_USER_HOME, else values as variables", () => {
    expect(Object.keys(filesOf(serve(gradle, { repositories })))).toEqual(["/root/.gradle/gradle.properties"]);
    const step = { GRADLE_USER_HOME: "/gradle" };
    expect(Object.keys(filesOf(serve(gradle, { repositories }, { step })))).toEqual(["/gradle/gradle.properties"]);
    const other = serve(gradle, { repositories }, { user: "other" });
    expect([filesOf(other), variablesOf(other)]).toEqual([
      {},
      { ORG_GRADLE_PROJECT_acmeUsername: "ci", ORG_GRADLE_PROJECT_acmePassword: "(gradle-token)" },
    ]);
    expect(needs(gradle, { repositories }, { user: "other", envMounts: false })).toContain("not root");
    expect(() => serve(gradle, { properties: { "gpr.key": "token" } }, { user: "other" })).toThrow("gpr.key");
    expect(() => serve(gradle, {})).toThrow("`repositories`");
  });

  test("is not a file where that would leave an empty one in a cache, or the image may have another place", () => {
    const form = (here: Here) => serve(gradle, { repositories }, here).form;
    expect(form({ cache: "/root/.gradle" })).toBe("values as variables");
    expect(form({ cache: "/root/.gradle/caches" })).toBe("files");
    expect(form({ unknown: ["GRADLE_USER_HOME"] })).toBe("values as variables");
    const dotted = { properties: { "gpr.key": "token" } };
    expect(() => serve(gradle, dotted, { cache: "/root/.gradle" })).toThrow("the step's mount at /root/.gradle");
    const unseen = { unknown: ["GRADLE_USER_HOME"] };
    const remedy = "ENV GRADLE_USER_HOME=/root/.gradle";
    expect(() => serve(gradle, dotted, unseen)).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining(remedy) }),
    );
    const named = serve(gradle, { ...dotted, home: "/root" }, unseen);
    expect(Object.keys(filesOf(named))).toEqual(["/root/.gradle/gradle.properties"]);
    const known = { ...unseen, unknown: [], step: { GRADLE_USER_HOME: "/gradle" } };
    expect(Object.keys(filesOf(serve(gradle, { ...dotted, home: "/root" }, known)))).toEqual([
      "/gradle/gradle.properties",
    ]);
  });

  test("is no file where a call names another Gradle user home", () => {
    const dotted = { properties: { "gpr.key": "token" } };
    const form = (body: string, here: Here = {}) => serve(gradle, { repositories }, { ...here, body }).form;
    for (const option of [
      "-g /tmp/g",
      "--gradle-user-home /tmp/g",
      "--gradle-user-home=/tmp/g",
      '-g "$G"',
      "-g .gradle",
      "-Dgradle.user.home=/tmp/g",
    ]) {
      const body = `./gradlew ${option} build`;
      expect(form(body)).toBe("values as variables");
      expect(form(body, { step: { GRADLE_USER_HOME: "/gradle" } })).toBe("values as variables");
      expect(() => serve(gradle, dotted, { body })).toThrow(
        expect.objectContaining({ remedy: expect.stringContaining("by ENV alone") }),
      );
    }
    expect(form("gradle -g /root/.gradle build")).toBe("files");
    expect(form("gradle -g ~/.gradle build && gradle check")).toBe("files");
    expect(form("gradle -g /gradle build", { step: { GRADLE_USER_HOME: "/gradle" } })).toBe("files");
    expect(form("gradle -b build.gradle build && tar -g /tmp/g x")).toBe("files");
  });

  test("takes no property twice, be it of a repository", () => {
    const twice = { repositories, properties: { acmePassword: "other" } };
    expect(() => serve(gradle, twice)).toThrow("recipe gradle: the property acmePassword stands twice");
  });

  test("escapes every value as Java's properties want it", () => {
    const serving = serve(gradle, { repositories });
    fc.assert(
      fc.property(line, (value) => {
        const text = /^acmePassword=(.*)$/m.exec(rendered(serving, "gradle-properties", value))![1]!;
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        const read = text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code, other) =>
          code === undefined ? other : String.fromCharCode(Number.parseInt(code, 16)),
        );
        expect(read).toBe(value);
      }),
    );
  });

  test("is chosen where Gradle runs a task", () => {
    for (const body of ["gradle --no-daemon build", "./gradlew :app:bootJar"]) {
      expect(signOf(gradle as never, body), body).toBeDefined();
    }
    expect(signOf(gradle as never, "gradle --version")).toBeUndefined();
  });
});

describe("nuget", () => {
  const sources = [{ name: "acme", user: "ci" }];

  test("is root's NuGet.Config, else values as variables", () => {
    expect(Object.keys(filesOf(serve(nuget, { sources })))).toEqual(["/root/.nuget/NuGet/NuGet.Config"]);
    const other = serve(nuget, { sources }, { user: "other" });
    expect(variablesOf(other)).toEqual({ NuGetPackageSourceCredentials_acme: "Username=ci;Password=(nuget-token)" });
    expect(() => rendered(other, "nuget-credentials-acme", "a;b")).toThrow(/^Secret nuget-token has a semicolon/);
    const withUrl = { sources: [{ name: "acme", url: "https://n.example.com" }] };
    const without = "leave out `url`";
    const refused = (remedy: unknown) => expect.objectContaining({ message: expect.stringContaining("`url`"), remedy });
    expect(() => serve(nuget, withUrl, { user: "other" })).toThrow(refused(expect.stringMatching(`${without}$`)));
    const deeper = "or cache `/root/.nuget/packages`";
    expect(() => serve(nuget, withUrl, { cache: "/root/.nuget" })).toThrow(refused(expect.stringContaining(deeper)));
    expect(() => serve(nuget, {})).toThrow("`sources`");
  });

  test("is no variable whose name a shell would throw away", () => {
    for (const name of ["my-feed", "my.feed"]) {
      const dotted = { sources: [...sources, { name }, { name: "o.pen", anonymous: true }] };
      expect(Object.keys(filesOf(serve(nuget, dotted)))).toHaveLength(1);
      for (const here of [{ user: "other" as const }, { cache: "/root/.nuget" }]) {
        expect(() => serve(nuget, dotted, here)).toThrow(
          `recipe nuget: the source ${name} cannot be part of a variable`,
        );
      }
    }
    const open = { sources: [...sources, { name: "o.pen", anonymous: true }] };
    expect(Object.keys(variablesOf(serve(nuget, open, { user: "other" })))).toHaveLength(1);
  });

  test("takes no source twice, in whatever case", () => {
    expect(() => serve(nuget, { sources: [...sources, { name: "Acme" }] })).toThrow("the source Acme stands twice");
  });

  test("tells that the public source is another's to name, unless one needs no login", () => {
    const open = { name: "open", url: "https://n.example.com/index.json", anonymous: true };
    expect(serve(nuget, { sources }).notes?.join()).toContain("the public source");
    expect(serve(nuget, { sources: [...sources, open] }).notes).toEqual([]);
    expect(serve(nuget, { sources }, { user: "other" }).notes).toBeUndefined();
  });

  test("escapes every value as XML, and refuses what NuGet would read as a variable", () => {
    const serving = serve(nuget, { sources });
    fc.assert(
      fc.property(line, (value) => {
        const read = () => rendered(serving, "nuget-config", value);
        if (/%[^%]+%/.test(value)) expect(read).toThrow(/^Secret nuget-token has text between two percent signs/);
        else expect(unescaped(/ClearTextPassword" value="(.*)" \/>/.exec(read())![1]!)).toBe(value);
      }),
    );
  });

  test("names sources that nobody else does, the public one without a login", () => {
    const url = "https://n.example.com/index.json";
    const file = rendered(
      serve(nuget, { sources: [...sources, { name: "open", url, anonymous: true }] }),
      "nuget-config",
      "v",
    );
    expect(file).toContain(`<add key="open" value="${url}" />`);
    expect(file).not.toContain("<open>");
  });

  test("is chosen where packages may be restored", () => {
    expect(signOf(nuget as never, "dotnet publish -c Release")).toBeDefined();
    expect(signOf(nuget as never, "dotnet --info")).toBeUndefined();
  });
});

test.each([
  [dockerConfigOptions, { registries: [{ host: "https://example.com" }] }],
  [mavenOptions, { servers: [{ id: "a<b" }] }],
  [mavenOptions, { servers: [{ id: "a", user: "u", header: "h" }] }],
  [gradleOptions, { repositories: [{ name: "a b" }] }],
  [gradleOptions, { properties: { "a=b": "token" } }],
  [nugetOptions, { sources: [{ name: "a b" }] }],
])("options that are none are refused (%#)", (schema, wrong) => {
  expect(schema.safeParse(wrong).success).toBe(false);
});
