import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bazel } from "../../../src/recipe/bazel.ts";
import { type BazelOptions, bazelOptions } from "../../../src/recipe/bazel-options.ts";
import { cargo } from "../../../src/recipe/cargo.ts";
import { cargoOptions } from "../../../src/recipe/cargo-options.ts";
import { ccache } from "../../../src/recipe/ccache.ts";
import { ccacheOptions } from "../../../src/recipe/ccache-options.ts";
import { go } from "../../../src/recipe/go.ts";
import { goOptions } from "../../../src/recipe/go-options.ts";
import type { RecipeMount } from "../../../src/recipe/recipe.ts";
import { basicOf } from "../../../src/recipe/value.ts";
import { formsOf, rendered } from "./rendered.ts";
import { filesOf, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const word = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);

describe("cargo", () => {
  const registries = [{ name: "acme" }];

  test("gives root credentials.toml with a token and its provider, and nothing in the environment", () => {
    const serving = serve(cargo, { registries });
    expect(variablesOf(serving)).toEqual({});
    expect(filesOf(serving)).toEqual({
      "/root/.cargo/credentials.toml":
        '[registries.acme]\ntoken = "(cargo-token)"\ncredential-provider = "cargo:token"\n',
    });
    expect(serving.brings).toEqual({ "cargo-token": { from: "env", name: "CARGO_REGISTRIES_ACME_TOKEN" } });
    const inHome = serve(cargo, { registries }, { step: { CARGO_HOME: "/usr/local/cargo" } });
    expect(filesOf(inHome)).toHaveProperty(["/usr/local/cargo/credentials.toml"]);
  });

  test("gives others a file and a provider that prints it", () => {
    const serving = serve(cargo, { registries: [{ name: "My-Own", secret: "mine" }] }, { user: "other" });
    expect(filesOf(serving)).toEqual({ "/run/secrets/cargo-token-my-own": "(mine)\n" });
    expect(variablesOf(serving)).toEqual({
      CARGO_REGISTRIES_MY_OWN_CREDENTIAL_PROVIDER: "cargo:token-from-stdout cat /run/secrets/cargo-token-my-own",
    });
    expect(needs(cargo, { registries }, { user: "other", envMounts: false })).toContain("not root");
  });

  test("gives the index as a variable, which an old frontend cannot", () => {
    const index = "sparse+https://cargo.example.com/";
    expect(variablesOf(serve(cargo, { registries: [{ name: "acme", index }] }))).toEqual({
      CARGO_REGISTRIES_ACME_INDEX: index,
    });
    expect(needs(cargo, { registries: [{ name: "acme", index }] }, { envMounts: false })).toContain("index");
    expect(() => serve(cargo, {})).toThrow("`registries`");
  });

  test("writes every token as TOML that says it again", () => {
    const serving = serve(cargo, { registries });
    fc.assert(
      fc.property(word, (token) => {
        const text = /^token = (.*)$/m.exec(rendered(serving, "cargo-credentials", token))![1]!;
        expect(JSON.parse(text)).toBe(token);
      }),
    );
    for (const form of [serving, serve(cargo, { registries }, { user: "other" })]) {
      const [{ id }] = form.mounts as [RecipeMount];
      for (const wrong of ["", "a\nb", "a\tb", "aé"]) {
        expect(() => rendered(form, id, wrong)).toThrow(/^Secret cargo-token /);
      }
      for (const scheme of ["Bearer", "Basic"]) {
        expect(rendered(form, id, `${scheme} v`)).toContain(`${scheme} v`);
        expect(formsOf(form, id, `${scheme} v`)).toEqual(["v"]);
      }
      expect(formsOf(form, id, "v")).toEqual([]);
    }
  });

  test("writes the token of crates-io where Cargo reads that one", () => {
    const own = [{ name: "crates-io" }];
    expect(rendered(serve(cargo, { registries: own }), "cargo-credentials", "v")).toMatch(
      /^\[registry\]\ntoken = "v"\n/,
    );
    const other = serve(cargo, { registries: own }, { user: "other" });
    expect(variablesOf(other)).toHaveProperty("CARGO_REGISTRY_CREDENTIAL_PROVIDER");
    expect(other.brings).toEqual({ "cargo-token": { from: "env", name: "CARGO_REGISTRY_TOKEN" } });
    expect(
      cargoOptions.safeParse({ registries: [{ name: "crates-io", index: "https://a.example.com" }] }).success,
    ).toBe(false);
  });

  test("gives root the provider too where the file's place is not known, or would keep an empty file", () => {
    for (const here of [
      { unknown: ["CARGO_HOME"] },
      { assigned: { CARGO_HOME: "/c" } },
      { assigned: { CARGO_HOME: null } },
      { step: { CARGO_HOME: "relative" } },
      { cache: "/root/.cargo" },
      { cache: "/cargo", step: { CARGO_HOME: "/cargo" } },
    ]) {
      expect(variablesOf(serve(cargo, { registries }, here))).toHaveProperty(
        "CARGO_REGISTRIES_ACME_CREDENTIAL_PROVIDER",
      );
      expect(needs(cargo, { registries }, { ...here, envMounts: false })).toMatch(/CARGO_HOME|empty file/);
    }
    const known = serve(cargo, { registries }, { cache: "/root/.cargo/registry", assigned: { CARGO_HOME: "" } });
    expect(variablesOf(known)).toEqual({});
  });

  test("takes no registry twice, as Cargo's variables tell them apart", () => {
    const twice = [{ name: "my-own" }, { name: "My_Own", secret: "other" }];
    expect(() => serve(cargo, { registries: twice })).toThrow("recipe cargo: the registry My_Own stands twice");
  });

  test.each(["cargo build --release", "cargo +nightly test", '["cargo", "fetch"]', "maturin build"])(
    "%j is chosen",
    (body) => expect(signOf(cargo as never, body)).toBeDefined(),
  );
  test.each(["apt-get install -y cargo", "cargo --version", "echo cargo"])("%j is not", (body) =>
    expect(signOf(cargo as never, body)).toBeUndefined(),
  );
});

describe("go", () => {
  const hosts = [{ host: "go.example.com:8443", user: "ci" }];

  test("gives a netrc file at its place, or its path", () => {
    const line = "machine go.example.com:8443 login ci password (go-token)\n";
    expect(filesOf(serve(go, { hosts }))).toEqual({ "/root/.netrc": line });
    const other = serve(go, { hosts }, { user: "other" });
    expect([filesOf(other), variablesOf(other)]).toEqual([
      { "/run/secrets/netrc": line },
      { NETRC: "/run/secrets/netrc" },
    ]);
    expect(formsOf(other, "netrc", "v")).toEqual([basicOf("ci", "v")]);
    expect(() => serve(go, {})).toThrow("`hosts`");
  });

  test("gives its settings where they are given and not there already", () => {
    const given = { hosts, proxy: "https://go.example.com,direct", private: "a.example.com", noSumDb: "b/*" };
    const all = { GOPROXY: given.proxy, GOPRIVATE: given.private, GONOSUMDB: given.noSumDb };
    expect(variablesOf(serve(go, given))).toEqual(all);
    expect(variablesOf(serve(go, given, { step: { GOPROXY: given.proxy }, assigned: { GOPRIVATE: "x" } }))).toEqual({
      GONOSUMDB: "b/*",
    });
    expect(needs(go, given, { envMounts: false })).toContain("variables");
  });

  test.each(["go build ./...", "cd a && go mod download", "CGO_ENABLED=0 go test ./..."])("%j is chosen", (body) =>
    expect(signOf(go as never, body)).toBeDefined(),
  );
  test.each(["go version", "apt-get install -y golang-go", "go env GOPATH"])("%j is not", (body) =>
    expect(signOf(go as never, body)).toBeUndefined(),
  );
});

describe("ccache", () => {
  const url = "https://cache.example.com/ccache";

  test("gives its configuration where ccache looks for it", () => {
    const file = `remote_storage = ${url}|bearer-token=%28ccache-token%29|layout=flat|read-only\nremote_only = true\nmax_size = 5G\n`;
    const given = { url, layout: "flat", mode: "read-only", remoteOnly: true, settings: { max_size: "5G" } } as const;
    expect(filesOf(serve(ccache, given))).toEqual({ "/root/.config/ccache/ccache.conf": file });
    const placeIn = (step: Record<string, string>) => Object.keys(filesOf(serve(ccache, { url }, { step })));
    expect(placeIn({ CCACHE_DIR: "/c" })).toEqual(["/c/ccache.conf"]);
    expect(placeIn({ CCACHE_DIR: "/c", CCACHE_CONFIGPATH: "/etc/c.conf" })).toEqual(["/etc/c.conf"]);
    expect(placeIn({ XDG_CONFIG_HOME: "/xdg" })).toEqual(["/xdg/ccache/ccache.conf"]);
    expect(variablesOf(serve(ccache, { url }, { user: "other" }))).toEqual({
      CCACHE_CONFIGPATH: "/run/secrets/ccache.conf",
    });
    expect(needs(ccache, { url }, { user: "other", envMounts: false })).toContain("not root");
    const known = { unknown: ["CCACHE_CONFIGPATH"], step: { CCACHE_DIR: "/c" } };
    expect(Object.keys(filesOf(serve(ccache, { url, home: "/root" }, known)))).toEqual(["/c/ccache.conf"]);
    expect(Object.keys(filesOf(serve(ccache, { url }, known)))).toEqual(["/run/secrets/ccache.conf"]);
    const own = serve(ccache, { url }, { assigned: { CCACHE_DIR: "/own" } });
    expect([variablesOf(own), own.notices]).toEqual([variablesOf(serve(ccache, { url }, { user: "other" })), []]);
    for (const unknown of ["CCACHE_DIR", "CCACHE_CONFIGPATH"]) {
      expect(variablesOf(serve(ccache, { url }, { unknown: [unknown] }))).toHaveProperty("CCACHE_CONFIGPATH");
    }
    expect(serve(ccache, { url }, { step: { CCACHE_REMOTE_STORAGE: "x" } }).notices.join()).toContain("goes before");
  });

  test("holds any value so that neither a variable nor an attribute begins in it", () => {
    const serving = serve(ccache, { url, user: "ci" });
    fc.assert(
      fc.property(word, (value) => {
        const line = rendered(serving, "ccache-config", value);
        const login = /^remote_storage = https:\/\/ci:([^@|$\s]*)@cache\.example\.com\/ccache\n$/.exec(line);
        expect(decodeURIComponent(login![1]!)).toBe(value);
        expect(formsOf(serving, "ccache-config", value)).toEqual([basicOf("ci", value), login![1]!]);
      }),
    );
    const redis = serve(ccache, { url: "redis://cache.example.com" });
    expect(rendered(redis, "ccache-config", "v")).toBe("remote_storage = redis://v@cache.example.com\n");
    // decoded before it is split: what is before the colon would be the user
    expect(rendered(redis, "ccache-config", "v:w")).toBe("remote_storage = redis://default:v%3Aw@cache.example.com\n");
  });

  test("says that the credential is not encrypted, and that TLS takes a helper", () => {
    const noticesOf = (address: string) => serve(ccache, { url: address }).notices.join();
    expect(noticesOf("redis://cache.example.com")).toContain("is not encrypted");
    expect(noticesOf("http://cache.example.com/c")).toContain("is not encrypted");
    expect(noticesOf("http://127.0.0.1:8080/c")).toBe("");
    const notesOf = (address: string) => serve(ccache, { url: address }).notes?.join();
    expect(notesOf("https://cache.example.com/c")).toContain("ccache-storage-https");
    expect(notesOf("rediss://cache.example.com")).toContain("ccache-storage-rediss");
  });

  test.each([
    ["ccache gcc -c a.c", {}],
    ["update-ccache-symlinks && /usr/lib/ccache/gcc -c a.c", {}],
    ["build-ccache gcc -c a.c", {}],
    ["cmake --build /build", { CMAKE_CXX_COMPILER_LAUNCHER: "ccache" }],
    ["make -j4", { PATH: "/usr/lib/ccache:/usr/bin" }],
    ["uv pip install .", { CC: "ccache gcc" }],
  ])("%j is chosen", (body, step) =>
    expect(signOf(ccache as never, body, step as Record<string, string>)).toBeDefined(),
  );
  test.each([
    "apt-get install -y gcc ccache",
    "ln -s /usr/bin/ccache /usr/local/bin/gcc",
    "ccache --max-size 5G",
    "/usr/sbin/update-ccache-symlinks",
    "pacman -S --noconfirm ccache",
    "chown -R build /ccache",
  ])("%j is not", (body) => expect(signOf(ccache as never, body)).toBeUndefined());
});

describe("bazel", () => {
  const cache = "https://cache.example.com";

  test("gives an rc file: root's own, and the system's for others", () => {
    const file = `build --remote_cache=${cache}\nbuild "--remote_header=Authorization=Bearer (bazel-token)"\n`;
    expect(filesOf(serve(bazel, { cache }))).toEqual({ "/root/.bazelrc": file });
    expect(filesOf(serve(bazel, { cache }, { user: "other", envMounts: false }))).toEqual({
      "/etc/bazel.bazelrc": file,
    });
    expect(() => serve(bazel, {})).toThrow("`cache`");
  });

  test("sends a login or a header of another name, each one word of the file", () => {
    const login = serve(bazel, { cache, user: "ci", mode: "read-only" });
    expect(rendered(login, "bazel-rc", "v")).toContain(
      `=Authorization=Basic ${basicOf("ci", "v")}"\nbuild --noremote_upload_local_results\n`,
    );
    const header = serve(bazel, { executor: "grpcs://cache.example.com", header: "x-key" });
    fc.assert(
      fc.property(word, (value) => {
        const text = /^build "--remote_exec_header=x-key=((?:[^"\\]|\\.)*)"$/m.exec(
          rendered(header, "bazel-rc", value),
        );
        expect(text![1]!.replace(/\\(.)/g, "$1")).toBe(value);
      }),
    );
  });

  test("tells that Bazel keeps the token, unless its folder is in memory", () => {
    expect(serve(bazel, { cache }).notices.join()).toContain("target=/root/.cache/bazel`");
    expect(serve(bazel, { cache }, { tmpfs: "/root/.cache/bazel" }).notices).toEqual([]);
    expect(serve(bazel, { cache }, { user: "other" }).notices.join()).toContain("tmpfs");
    const unseen = { user: "other", home: undefined, tmpfs: "~/.cache/bazel" } as const;
    expect(serve(bazel, { cache }, unseen).notices).toEqual([]);
    for (const body of ["bazel build //... && rm -rf ~/.cache/bazel", "bazel build :a; rm -fr /root/.cache"]) {
      expect(serve(bazel, { cache }, { body }).notices, body).toEqual([]);
    }
    const body = "bazel --output_user_root=/work/out build //...";
    expect(serve(bazel, { cache }, { body }).notices.join()).toContain("target=/work/out`");
    expect(serve(bazel, { cache }, { body, tmpfs: "/work/out" }).notices).toEqual([]);
    expect(serve(bazel, { cache }, { body: `${body} && rm -rf /work` }).notices).toEqual([]);
  });

  test("sends it to the servers that it is for, as far as Bazel can tell them apart", () => {
    const headersOf = (given: BazelOptions) =>
      [...rendered(serve(bazel, given), "bazel-rc", "v").matchAll(/^build "--(\w+_header)=/gm)].map(([, name]) => name);
    expect(headersOf({ cache })).toEqual(["remote_header"]);
    expect(headersOf({ cache, executor: "grpcs://e.example.com" })).toEqual(["remote_header"]);
    expect(headersOf({ cache: "grpcs://c.example.com" })).toEqual(["remote_cache_header"]);
    expect(headersOf({ cache: "grpc://c.example.com", executor: "grpc://e.example.com" })).toEqual([
      "remote_cache_header",
      "remote_exec_header",
    ]);
  });

  test("holds a scheme in a header of the user's own alone", () => {
    const [header, bearer] = [serve(bazel, { cache, header: "Authorization" }), serve(bazel, { cache })];
    expect(rendered(header, "bazel-rc", "Token v")).toContain('"--remote_header=Authorization=Token v"');
    expect(() => rendered(bearer, "bazel-rc", "Token v")).toThrow(/^Secret bazel-token has a blank/);
  });

  test("is chosen where Bazel runs", () => {
    expect(signOf(bazel as never, "bazel build //...")).toBeDefined();
    expect(signOf(bazel as never, "apt-get install -y bazel")).toBeUndefined();
  });
});

test.each([
  [cargoOptions, { registries: [{ name: "a.b" }] }],
  [cargoOptions, { registries: [{ name: "a", index: "https://u:p@example.com" }] }],
  [cargoOptions, { registries: [] }],
  [goOptions, { hosts: [{ host: "https://example.com" }] }],
  [goOptions, { proxy: "https://u:p@example.com" }],
  [ccacheOptions, { url: "https://u:p@example.com" }],
  [ccacheOptions, { settings: { max_size: "1\nremote_storage = x" } }],
  [bazelOptions, { cache: "https://example.com --x" }],
  [bazelOptions, { header: "a b" }],
])("options that are none are refused (%#)", (schema, wrong) => {
  expect(schema.safeParse(wrong).success).toBe(false);
});
