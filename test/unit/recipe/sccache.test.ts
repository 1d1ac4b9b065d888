import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sccache } from "../../../src/recipe/sccache.ts";
import { sccacheOptions } from "../../../src/recipe/sccache-options.ts";
import { filesOf, type Here, needs, serve, signOf, variablesOf } from "./surroundings.ts";

const cache = { bucket: "cache", region: "us-west-2" };
const config = "/root/.config/sccache/config";
const token = { "/run/secrets/aws-identity-token": "(aws-identity.token)" };
const identity = {
  AWS_WEB_IDENTITY_TOKEN_FILE: "/run/secrets/aws-identity-token",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
  AWS_STS_REGIONAL_ENDPOINTS: "regional",
  AWS_REGION: "us-west-2",
};

describe("by variables", () => {
  test("a step gets web identity by variables and the rest in sccache's file", () => {
    const serving = serve(sccache, cache);
    expect(variablesOf(serving)).toEqual(identity);
    expect(filesOf(serving)).toEqual({
      ...token,
      [config]: '[cache.s3]\nno_credentials = false\nbucket = "cache"\nregion = "us-west-2"\n',
    });
  });

  test("what a mount of the user's own brings is left to it, and not missed", () => {
    const mounted = ["AWS_REGION", "SCCACHE_BUCKET"];
    const serving = serve(sccache, { ...cache, keyPrefix: "p" }, { mounted, host: { AWS_REGION: "other" } });
    expect(variablesOf(serving)).toEqual({
      AWS_WEB_IDENTITY_TOKEN_FILE: identity.AWS_WEB_IDENTITY_TOKEN_FILE,
      AWS_ROLE_ARN: identity.AWS_ROLE_ARN,
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
      SCCACHE_REGION: "us-west-2",
      SCCACHE_S3_KEY_PREFIX: "p",
    });
    expect(filesOf(serving)).toEqual(token);
    expect(serve(sccache, {}, { mounted }).notices).toEqual([]);
  });

  test("what the step's own commands set is left to them, and not missed", () => {
    const assigned = { SCCACHE_BUCKET: "own", SCCACHE_REGION: "eu-west-1" };
    const serving = serve(sccache, { ...cache, keyPrefix: "p" }, { assigned, host: { AWS_REGION: "other" } });
    expect(variablesOf(serving)).toEqual({ ...identity, AWS_REGION: "eu-west-1", SCCACHE_S3_KEY_PREFIX: "p" });
    expect(filesOf(serving)).toEqual(token);
    expect(serve(sccache, {}, { assigned }).notices).toEqual([]);
    const hidden = { SCCACHE_BUCKET: null, AWS_REGION: null };
    expect(serve(sccache, {}, { assigned: hidden }).notices).toEqual([]);
    expect(variablesOf(serve(sccache, {}, { assigned: hidden }))).not.toHaveProperty("AWS_REGION");
  });

  test("a bucket without a region is missed, also where the step sets it", () => {
    expect(serve(sccache, {}, { assigned: { SCCACHE_BUCKET: "own" } }).notices.join()).toContain("no region is known");
  });

  test("a variable that the step's own commands empty is still for the recipe to give", () => {
    const assigned = { SCCACHE_BUCKET: "" };
    expect(filesOf(serve(sccache, cache, { assigned }))).toHaveProperty([config]);
    expect(serve(sccache, {}, { assigned }).notices.join()).toContain("no bucket is known");
  });

  test("a region that the step's own commands set for AWS is the bucket's as well", () => {
    const assigned = { SCCACHE_BUCKET: "own", AWS_REGION: "eu-west-1" };
    const variables = variablesOf(serve(sccache, {}, { assigned, host: { AWS_REGION: "other" } }));
    expect(variables).toHaveProperty("SCCACHE_REGION", "eu-west-1");
    expect(variables).not.toHaveProperty("AWS_REGION");
  });

  test("every setting comes into the file", () => {
    const options = {
      ...cache,
      endpoint: "https://s3:9000",
      keyPrefix: "a/b",
      useSsl: false,
      mode: "read-only",
    } as const;
    expect(filesOf(serve(sccache, options))[config]).toBe(
      [
        "[cache.s3]",
        "no_credentials = false",
        'bucket = "cache"',
        'region = "us-west-2"',
        'endpoint = "https://s3:9000"',
        'key_prefix = "a/b"',
        "use_ssl = false",
        'rw_mode = "READ_ONLY"',
        "",
      ].join("\n"),
    );
  });

  test("the default of reading and writing is not written down, for an old sccache refuses the key", () => {
    const file = filesOf(serve(sccache, { ...cache, mode: "read-write" }))[config];
    expect(file).not.toContain("rw_mode");
  });

  test("a user who is not root gets the file by its path", () => {
    const serving = serve(sccache, cache, { user: "other" as const, home: "/home/app" });
    expect(variablesOf(serving)).toEqual({ ...identity, SCCACHE_CONF: "/run/secrets/sccache-config" });
    expect(Object.keys(filesOf(serving))).toEqual(["/run/secrets/aws-identity-token", "/run/secrets/sccache-config"]);
  });

  test("so does root where the home is not known, unless it is given", () => {
    expect(variablesOf(serve(sccache, cache, { home: undefined }))).toHaveProperty("SCCACHE_CONF");
    const given = serve(sccache, { ...cache, home: "/builder/" }, { home: undefined });
    expect(Object.keys(filesOf(given))).toContain("/builder/.config/sccache/config");
  });
});

describe("as files", () => {
  test("nothing of it is in the environment", () => {
    const serving = serve(sccache, { ...cache, form: "files" });
    expect(variablesOf(serving)).toEqual({});
    expect(filesOf(serving)["/root/.aws/config"]).toBe(
      [
        "[default]",
        "role_arn = arn:aws:iam::123456789012:role/ci",
        "web_identity_token_file = /run/secrets/aws-identity-token",
        "role_session_name = buildseal",
        "sts_regional_endpoints = regional",
        "region = us-west-2",
        "",
      ].join("\n"),
    );
  });

  test("is what an old frontend gets, with a word on newer versions of sccache", () => {
    const serving = serve(sccache, cache, { envMounts: false });
    expect(serving.form).toBe("files");
    expect(variablesOf(serving)).toEqual({});
    expect(serving.notices.join()).toContain("0.18");
  });

  test("cannot be written to by the AWS CLI in the same step, which is said", () => {
    const body = "aws configure set region r && sccache gcc -c a.c";
    const said = (options: object, here: Here = {}) =>
      serve(sccache, { ...cache, ...options }, { body, ...here }).notices.join();
    for (const text of [said({ form: "files" }), said({}, { envMounts: false })]) {
      expect(text).toContain("take `aws configure set` out");
    }
    expect(said({})).toBe("");
  });

  test("cannot be for a user who is not root: variables, and an old frontend is not enough", () => {
    const here = { user: "other" as const, home: "/home/app" };
    const serving = serve(sccache, { ...cache, form: "files" }, here);
    expect([serving.form, serving.why]).toEqual(["variables", expect.stringContaining("not root")]);
    expect(needs(sccache, { ...cache, form: "files" }, { ...here, envMounts: false })).toContain("not root");
    expect(needs(sccache, cache, { home: undefined, envMounts: false })).toContain("home");
    expect(needs(sccache, { ...cache, form: "variables" }, { envMounts: false })).toContain("form: variables");
  });
});

describe("where sccache looks for its file", () => {
  const placeIn = (step: Record<string, string>) =>
    Object.keys(filesOf(serve(sccache, cache, { step }))).filter((path) => !path.includes("token"));

  test("a folder that the step's own commands name is no place for it", () => {
    const told = { SCCACHE_CONF: "/run/secrets/sccache-config" };
    const own = (assigned: Record<string, string>) => serve(sccache, { bucket: "cache", region: "r" }, { assigned });
    expect(variablesOf(own({ XDG_CONFIG_HOME: "/xdg" }))).toMatchObject(told);
    expect(variablesOf(own({ XDG_CONFIG_HOME: "~/.config" }))).not.toHaveProperty("SCCACHE_CONF");
    const named = own({ SCCACHE_CONF: "/dev/null" });
    expect(Object.keys(filesOf(named))).toContain(config);
    expect(named.notices.join()).toContain("the step sets SCCACHE_CONF by itself");
  });

  test("a bucket that the step falls back to comes after the one that is given", () => {
    const here: Here = { assigned: { SCCACHE_BUCKET: null }, expands: ["SCCACHE_BUCKET"] };
    expect(variablesOf(serve(sccache, { bucket: "cache", region: "r" }, here))).toMatchObject({
      SCCACHE_BUCKET: "cache",
      SCCACHE_REGION: "r",
    });
    expect(serve(sccache, { region: "r" }, here).notices.join()).not.toContain("no bucket is known");
  });

  test("XDG_CONFIG_HOME and SCCACHE_CONF of the Dockerfile count", () => {
    expect(placeIn({ XDG_CONFIG_HOME: "/xdg/" })).toEqual(["/xdg/sccache/config"]);
    expect(placeIn({ XDG_CONFIG_HOME: "/xdg", SCCACHE_CONF: "/etc/sccache.toml" })).toEqual(["/etc/sccache.toml"]);
  });

  test("an empty or relative one does not, as in the XDG specification", () => {
    expect(placeIn({ XDG_CONFIG_HOME: "" })).toEqual([config]);
    expect(placeIn({ XDG_CONFIG_HOME: "xdg", SCCACHE_CONF: "" })).toEqual([config]);
  });

  test("a home that is the root folder gives no double slash", () => {
    expect(Object.keys(filesOf(serve(sccache, cache, { home: "/" })))).toContain("/.config/sccache/config");
  });
});

describe("what is not given", () => {
  test("comes from the step, then from the host", () => {
    const host = { SCCACHE_BUCKET: "of-host", SCCACHE_REGION: "r-host", SCCACHE_S3_KEY_PREFIX: "p-host" };
    const file = (step: Record<string, string>) => filesOf(serve(sccache, { bucket: "given" }, { step, host }))[config];
    expect(file({ SCCACHE_S3_KEY_PREFIX: "p-step" })).toContain(
      'bucket = "given"\nregion = "r-host"\nkey_prefix = "p-step"',
    );
  });

  test("is a region by AWS's own variables last", () => {
    const region = (step: Record<string, string>, host: Record<string, string>) =>
      variablesOf(serve(sccache, { bucket: "cache" }, { step, host }))["AWS_REGION"];
    expect(region({}, { AWS_DEFAULT_REGION: "d" })).toBe("d");
    expect(region({}, { AWS_DEFAULT_REGION: "d", AWS_REGION: "r" })).toBe("r");
    expect(region({ AWS_REGION: "s" }, { AWS_REGION: "r" })).toBe("s");
    expect(region({ SCCACHE_REGION: "x", AWS_REGION: "s" }, {})).toBe("x");
  });

  test("is said where sccache would be silent", () => {
    expect(serve(sccache, {}).notices.join()).toContain("no bucket is known");
    expect(serve(sccache, { bucket: "cache" }).notices.join()).toContain("no region is known");
    expect(serve(sccache, cache).notices).toEqual([]);
    expect(Object.keys(filesOf(serve(sccache, {})))).toEqual(Object.keys(token));
  });

  test("is never an empty variable or setting, whatever is empty", () => {
    const names = [...sccache.readsHost, "XDG_CONFIG_HOME", "SCCACHE_CONF", "AWS_CONFIG_FILE"];
    const environment = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("", "x", "/x"));
    const options = fc.record(
      { bucket: fc.constant("cache"), form: fc.constantFrom("files" as const, "variables" as const) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        environment,
        environment,
        fc.constantFrom("root" as const, "other" as const, "unknown" as const),
        options,
        (step, host, user, given) => {
          // one path for two files is the plan's to refuse
          fc.pre(!step["SCCACHE_CONF"] || step["SCCACHE_CONF"] !== step["AWS_CONFIG_FILE"]);
          const serving = serve(sccache, given, { step, host, user });
          expect(Object.values(variablesOf(serving))).not.toContain("");
          for (const file of Object.values(filesOf(serving))) expect(file).not.toMatch(/=\s*(?:""|)$/m);
          const places = serving.mounts.map((mount) => (mount.kind === "file" ? mount.target : mount.variable));
          expect(new Set(places).size).toBe(places.length);
          expect(new Set(serving.mounts.map(({ id }) => id)).size).toBe(places.length);
        },
      ),
    );
  });
});

describe("a Dockerfile that sets SCCACHE_BUCKET itself", () => {
  test("makes sccache read no file: what is missing comes by variables", () => {
    const step = { SCCACHE_BUCKET: "cache", SCCACHE_REGION: "us-west-2" };
    const serving = serve(sccache, { keyPrefix: "p", mode: "read-only", useSsl: true }, { step });
    expect(variablesOf(serving)).toEqual({
      ...identity,
      SCCACHE_S3_KEY_PREFIX: "p",
      SCCACHE_S3_RW_MODE: "READ_ONLY",
      SCCACHE_S3_USE_SSL: "true",
    });
    expect(filesOf(serving)).toEqual(token);
  });

  test("does so with an empty one as well, which counts as set up to sccache 0.14", () => {
    const serving = serve(sccache, cache, { step: { SCCACHE_BUCKET: "" } });
    expect(variablesOf(serving)).toMatchObject({ SCCACHE_BUCKET: "cache", SCCACHE_REGION: "us-west-2" });
    expect(filesOf(serving)).toEqual(token);
  });

  test("is told of it with files", () => {
    const serving = serve(sccache, { form: "files" }, { step: { SCCACHE_BUCKET: "cache", SCCACHE_REGION: "r" } });
    expect(serving.notes?.join()).toContain("SCCACHE_BUCKET, SCCACHE_REGION");
  });
});

test("a value in the file is a TOML text that says what was given, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 3, maxLength: 40 }), (bucket) => {
      const file = filesOf(serve(sccache, { bucket, region: "r" }))[config]!;
      const value = /(?:^|\n)bucket = ("[^\n]*")\n/.exec(file)![1]!;
      // a basic string of TOML 1.0: no control characters but tab, and the escapes that JSON has too
      expect(value).not.toMatch(/[\0-\x08\x0a-\x1f\x7f]/);
      expect(value).toMatch(/^"(?:[^"\\]|\\(?:["\\bfnrt]|u[0-9a-f]{4}))*"$/);
      expect(JSON.parse(value)).toBe(bucket);
      expect(file.split("\n")).toHaveLength(5);
    }),
  );
  const file = filesOf(serve(sccache, { bucket: 'a"\\\n\x7f[x]', region: "r" }))[config];
  expect(file).toContain(String.raw`bucket = "a\"\\\n\u007f[x]"`);
});

describe("the recipe's signs", () => {
  const rust = { RUSTC_WRAPPER: "/usr/bin/sccache" };
  const launcher = { CMAKE_CXX_COMPILER_LAUNCHER: "sccache" };

  test.each([
    ["sccache --show-stats", {}, "runs sccache"],
    ["sccache --version && sccache gcc -c a.c", {}, "runs sccache"],
    ["sccache-wrapper make", {}, "runs sccache"],
    ["make && /usr/local/bin/sccache -s", {}, "runs sccache"],
    ["cargo install sccache && sccache --start-server", {}, "runs sccache"],
    ["apt-get install -y curl\nsccache --start-server\nmake", {}, "runs sccache"],
    ["export RUSTC_WRAPPER=sccache && cargo build", {}, "runs sccache"],
    ["cargo build --release", rust, "compiles Rust"],
    ["cargo +nightly test", rust, "compiles Rust"],
    ["cargo --locked build", rust, "compiles Rust"],
    ["cargo --manifest-path a/Cargo.toml build", rust, "compiles Rust"],
    ["cargo zigbuild", rust, "compiles Rust"],
    ["cargo ndk -t arm64-v8a build", rust, "compiles Rust"],
    ["retry 3 cargo build", rust, "compiles Rust"],
    ["cargo build-sbf", rust, "compiles Rust"],
    ["uvx maturin build --release", rust, "compiles Rust"],
    ["make -j4", rust, "compiles Rust"],
    ["pip3 install .", rust, "compiles Rust"],
    ["python -m build", rust, "compiles Rust"],
    ["python3 -mbuild", rust, "compiles Rust"],
    ["wasm-pack build", rust, "compiles Rust"],
    ["cargo auditable build --locked", rust, "compiles Rust"],
    ["cargo chef cook --release", rust, "compiles Rust"],
    ["cargo --version && cargo build", rust, "compiles Rust"],
    ["cargo test -- --list", rust, "compiles Rust"],
    ["cargo nextest run -p c", rust, "compiles Rust"],
    ["retry 3 cargo +nightly b", rust, "compiles Rust"],
    ["cross build --target x", rust, "compiles Rust"],
    ["maturin build --release", rust, "compiles Rust"],
    ["trunk build", rust, "compiles Rust"],
    ["rustc -O a.rs", rust, "compiles Rust"],
    ["make -C native PREFIX=/usr", rust, "compiles Rust"],
    ["make $TARGETS", rust, "compiles Rust"],
    ["make clean all", rust, "compiles Rust"],
    ["ninja -v", rust, "compiles Rust"],
    ["cmake --build . --target all", rust, "compiles Rust"],
    ["meson setup build", rust, "compiles Rust"],
    ["uv sync --frozen", rust, "compiles Rust"],
    ["uv add numpy", rust, "compiles Rust"],
    ["uv pip install .", rust, "compiles Rust"],
    ["python3 -Im pip wheel .", rust, "compiles Rust"],
    ["python setup.py install", rust, "compiles Rust"],
    ["export A=1 RUSTC_WRAPPER=sccache SCCACHE_DIR=/c && cargo build", {}, "runs sccache"],
    ["conda run -n build sccache gcc a.c", {}, "runs sccache"],
    ["if test -n $CACHE; then sccache gcc a.c; fi", {}, "runs sccache"],
    ["RUSTC_WRAPPER=$(which sccache) make", {}, "runs sccache"],
    ["cargo test --config build.rustc-wrapper=sccache", {}, "runs sccache"],
    ["cmake --build .", launcher, "compiles, and"],
    ["./configure && make", { CC: "sccache gcc" }, "compiles, and"],
  ])("%j with %o is chosen", (body, step, why) => {
    expect(signOf(sccache as never, body, step as Record<string, string>)).toContain(why);
  });

  test.each([
    ["cargo install --locked sccache", {}],
    ["apt-get update && apt-get install -y gcc sccache", {}],
    ["curl -L https://example.org/sccache.tar.gz | tar -xz && mv sccache-1/sccache /usr/bin/", {}],
    ["cargo build --release", {}],
    ["cargo build", { RUSTC_WRAPPER: "ccache" }],
    ["cargo new test", rust],
    ["cargo fetch --locked", rust],
    ["cargo vendor", rust],
    ["cargo metadata --format-version 1", rust],
    ["cargo update -p c", rust],
    ["cargo add test", rust],
    ["cargo tree -p run", rust],
    ["cargo generate-lockfile", rust],
    ["cargo deny check", rust],
    ["cargo chef prepare", rust],
    ["cargo install --list", rust],
    ["cargo publish", rust],
    ["rustc --version", rust],
    ["rustc -vV", rust],
    ["maturin --version", rust],
    ["make --version", rust],
    ["make -v", rust],
    ["make -j4 clean", rust],
    ["make -C native install DESTDIR=/out", rust],
    ["sudo make install", rust],
    ["ninja -C build install", rust],
    ["cmake --version", rust],
    ["cmake --install build", rust],
    ["cmake --build . --target install", rust],
    ["meson install -C build", rust],
    ["pip --version", rust],
    ["pip download x", rust],
    ["uv --version", rust],
    ["uv lock", rust],
    ["python3 scripts/version.py", rust],
    ["python manage.py collectstatic", rust],
    ["python -m venv /venv", rust],
    ["python setup.py --version", rust],
    ["export SCCACHE_CACHE_SIZE=1G", {}],
    ["export A=1 SCCACHE_DIR=/tmp/sccache", {}],
    ['export SCCACHE_DIR="/tmp/my sccache"', {}],
    ["curl -L x -o s.tgz && tar xf s.tgz && mv sccache-1/sccache /bin/ && rm -rf sccache-1", {}],
    ["if true; then sudo -E rm -rf sccache-1; fi", {}],
    ["apk --no-cache add sccache", {}],
    ["pacman -S --noconfirm sccache", {}],
    ["zypper in -y sccache", {}],
    ["conda install -y sccache", {}],
    ["emerge dev-util/sccache", {}],
    ["sha256sum -c sccache.sha", {}],
    ["rm -rf ~/.cache/sccache", {}],
    ["chown -R build /var/cache/sccache", {}],
    ["touch /etc/sccache", {}],
    ["which sccache && command -v sccache", {}],
    ["[ -x /usr/bin/sccache ] || exit 1", {}],
    ["test -x /usr/bin/sccache", {}],
    ["ls -l /usr/bin/sccache", {}],
    ["git clone --depth 1 https://github.com/mozilla/sccache && cd sccache", {}],
    ["echo done", { ...rust, ...launcher }],
    ["curl -L x | tar xz && mv sccache-1/sccache /bin/ && chmod +x /bin/sccache && sccache --version", {}],
    ["cargo install sccache && /usr/local/cargo/bin/sccache -V", {}],
    ["apt-get purge -y sccache", {}],
    ["apk del sccache", {}],
  ])("%j with %o is not", (body, step) => {
    expect(signOf(sccache as never, body, step as Record<string, string>)).toBeUndefined();
  });
});

describe("a session", () => {
  const role = "arn:aws:iam::123456789012:role/ci";
  const session = { ...cache, credentials: "session" } as const;

  test("is chosen where the job shows another identity than a web identity's file, and not where it has that", () => {
    const chosen = (host: Record<string, string>, options = {}) =>
      Object.keys(serve(sccache, { ...cache, ...options }, { host }).brings)[0];
    expect(chosen({})).toBe("aws-identity");
    expect(chosen({ AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ACCESS_KEY_ID: "x" })).toBe("aws-identity");
    expect(chosen({ ACTIONS_ID_TOKEN_REQUEST_URL: "https://x" })).toBe("aws-identity");
    expect(chosen({ ACTIONS_ID_TOKEN_REQUEST_URL: "https://x" }, { roleArn: role })).toBe("sccache-session");
    expect(chosen({ AWS_ROLE_ARN: role })).toBe("sccache-session");
    expect(chosen({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x" })).toBe("sccache-session");
    expect(chosen({ AWS_PROFILE: "ci", AWS_WEB_IDENTITY_TOKEN_FILE: "" })).toBe("sccache-session");
    expect(chosen({ AWS_WEB_IDENTITY_TOKEN_FILE: "/t" }, { credentials: "session" })).toBe("sccache-session");
    expect(chosen({ AWS_PROFILE: "ci" }, { credentials: "web-identity" })).toBe("aws-identity");
    for (const here of [{ written: true }, { ids: ["aws-identity-token"] }] as const) {
      expect(serve(sccache, cache, { ...here, host: { AWS_PROFILE: "ci" } }).brings).toHaveProperty("aws-identity");
    }
  });

  test("would come with a role, where the job names none: then that is told to be lacking", () => {
    const lacks = (host: Record<string, string>, options = {}, here = {}) =>
      serve(sccache, { ...cache, ...options }, { ...here, host }).lacksRole;
    expect([lacks({}), lacks({}, { form: "files" })]).toEqual([true, true]);
    for (const named of [{ AWS_ROLE_ARN: role }, { AWS_WEB_IDENTITY_TOKEN_FILE: "/t" }, { AWS_PROFILE: "ci" }]) {
      expect(lacks(named)).toBeUndefined();
    }
    for (const options of [{ roleArn: role }, { credentials: "web-identity" }])
      expect(lacks({}, options)).toBeUndefined();
    expect(lacks({}, {}, { written: true })).toBeUndefined();
  });

  test("is a file that sccache reads without a variable, and its settings beside it", () => {
    const serving = serve(sccache, session);
    expect(variablesOf(serving)).toEqual({});
    expect(filesOf(serving)).toMatchObject({
      "/root/.aws/credentials": "(sccache-session.undefined)",
      [config]: expect.anything(),
    });
    expect([serving.notices, serving.notes]).toEqual([[], []]);
    const byPath = serve(sccache, session, { user: "other", home: "/home/app" });
    expect(variablesOf(byPath)).toEqual({
      AWS_SHARED_CREDENTIALS_FILE: "/run/secrets/sccache-session",
      SCCACHE_CONF: "/run/secrets/sccache-config",
    });
    expect(needs(sccache, session, { user: "other", envMounts: false })).toContain("not root");
  });

  test("is narrowed to the cache: its bucket, its prefix, and reading where the cache is only read", () => {
    const policyOf = (options: object, here = {}) =>
      (serve(sccache, { ...session, ...options }, here).brings["sccache-session"] as { policy?: unknown }).policy;
    expect(policyOf({})).toEqual({ bucket: "cache" });
    expect(policyOf({ keyPrefix: "a/b", mode: "read-only" })).toEqual({
      bucket: "cache",
      prefix: "a/b",
      list: "bucket",
      access: "read",
    });
    expect(policyOf({ mode: "read-write" })).toEqual({ bucket: "cache", access: "read-write" });
    expect(policyOf({}, { assigned: { SCCACHE_BUCKET: "own" } })).toEqual({ bucket: "own" });
  });

  test("that cannot be narrowed is whole, and that is said", () => {
    const host = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x" };
    const whole = serve(sccache, cache, { host });
    expect(whole.brings["sccache-session"]).not.toHaveProperty("policy");
    expect(whole.notes?.join()).toContain("not narrowed");
    const narrowed = serve(sccache, { ...cache, roleArn: role }, { host });
    expect(narrowed.brings["sccache-session"]).toMatchObject({ roleArn: role, policy: { bucket: "cache" } });
    expect(serve(sccache, { credentials: "session" }, { mounted: ["SCCACHE_BUCKET"] }).notes?.join()).toContain(
      "not narrowed",
    );
  });
});

test("options that are no options are refused", () => {
  for (const wrong of [
    { bucket: "" },
    { bucket: 1 },
    { bucket: "cache\nx" },
    { region: "r\nx" },
    { endpoint: "https://s3.example.com\nx" },
    { keyPrefix: "a\nb" },
    { mode: "READ_ONLY" },
    { home: "root" },
    { useSsl: "yes" },
    { x: 1 },
  ]) {
    expect(sccacheOptions.safeParse(wrong).success).toBe(false);
  }
});
