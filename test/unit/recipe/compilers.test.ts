import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bazel } from "../../../src/recipe/bazel.ts";
import { bazelOptions } from "../../../src/recipe/bazel-options.ts";
import { cargo } from "../../../src/recipe/cargo.ts";
import { cargoOptions } from "../../../src/recipe/cargo-options.ts";
import { ccache } from "../../../src/recipe/ccache.ts";
import { ccacheOptions } from "../../../src/recipe/ccache-options.ts";
import { go } from "../../../src/recipe/go.ts";
import { goOptions } from "../../../src/recipe/go-options.ts";
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
    for (const wrong of ["", "a b", "a\nb"]) {
      expect(() => rendered(serving, "cargo-credentials", wrong)).toThrow(/^Secret cargo-token /);
    }
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
  });

  test.each([
    ["ccache gcc -c a.c", {}],
    ["cmake --build /build", { CMAKE_CXX_COMPILER_LAUNCHER: "ccache" }],
    ["make -j4", { PATH: "/usr/lib/ccache:/usr/bin" }],
  ])("%j is chosen", (body, step) =>
    expect(signOf(ccache as never, body, step as Record<string, string>)).toBeDefined(),
  );
  test.each(["apt-get install -y gcc ccache", "ln -s /usr/bin/ccache /usr/local/bin/gcc", "ccache --max-size 5G"])(
    "%j is not",
    (body) => expect(signOf(ccache as never, body)).toBeUndefined(),
  );
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
        const text = /^build "--remote_header=x-key=((?:[^"\\]|\\.)*)"$/m.exec(rendered(header, "bazel-rc", value));
        expect(text![1]!.replace(/\\(.)/g, "$1")).toBe(value);
      }),
    );
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
