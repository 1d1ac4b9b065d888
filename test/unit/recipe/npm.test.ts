import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SealError } from "../../../src/error.ts";
import { npm, pnpm, yarn } from "../../../src/recipe/npm.ts";
import { npmOptions } from "../../../src/recipe/npm-options.ts";
import type { Content, RecipeMount } from "../../../src/recipe/recipe.ts";
import { filesOf, needs, serve, signOf, surroundings, variablesOf } from "./surroundings.ts";

const url = "https://npm.example.com/";
const one = { registries: [{ url }] };

describe("the file", () => {
  test("lies in root's home, beside the project's own, and names the registry without its scheme", () => {
    const serving = serve(npm, one);
    expect(variablesOf(serving)).toEqual({});
    expect(filesOf(serving)).toEqual({ "/root/.npmrc": "//npm.example.com/:_authToken=(npm-token)\n" });
  });

  test("says where packages come from only where that was asked for", () => {
    const registries = [
      { url: "https://a.example.com/npm", default: true },
      { url: "https://b.example.com:8443/x/", scopes: ["@one", "@two"], secret: "other" },
    ];
    expect(filesOf(serve(pnpm, { registries }))["/root/.npmrc"]).toBe(
      [
        "registry=https://a.example.com/npm/",
        "//a.example.com/npm/:_authToken=(npm-token)",
        "@one:registry=https://b.example.com:8443/x/",
        "@two:registry=https://b.example.com:8443/x/",
        "//b.example.com:8443/x/:_authToken=(other)",
        "",
      ].join("\n"),
    );
  });

  test("holds user and password as base64, of which the mask is told", () => {
    const serving = serve(npm, { registries: [{ url, user: "ci", secret: "pass" }] });
    const basic = Buffer.from("ci:(pass)").toString("base64");
    expect(filesOf(serving)["/root/.npmrc"]).toBe(`//npm.example.com/:_auth=${basic}\n`);
    expect(documentOf(serving.mounts[0]!).forms?.((secret) => `(${secret})`)).toEqual([basic]);
  });

  test("is named by a variable where the user is not root, and lies in the home that was given", () => {
    const path = { NPM_CONFIG_USERCONFIG: "/run/secrets/npm-config" };
    expect(variablesOf(serve(npm, one, { user: "other", home: "/home/app" }))).toEqual(path);
    expect(variablesOf(serve(npm, one, { user: "unknown" }))).toEqual(path);
    const given = serve(npm, { ...one, home: "/home/app" }, { user: "other" });
    expect(variablesOf(given)).toEqual({});
    expect(Object.keys(filesOf(given))).toEqual(["/home/app/.npmrc"]);
    expect(needs(npm, one, { user: "other", envMounts: false })).toContain("not root");
    expect(needs(npm, one, { envMounts: false })).toBeUndefined();
  });

  test("lies where the Dockerfile's own variable says", () => {
    const target = "/run/secrets/npm-config";
    for (const name of ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"]) {
      expect(Object.keys(filesOf(serve(npm, one, { step: { [name]: "/etc/npmrc" } })))).toEqual(["/etc/npmrc"]);
      for (const here of [
        { step: { [name]: ".npmrc" } },
        { step: { [name]: "/home/app/.npmrc" }, user: "other" },
      ] as const) {
        const serving = serve(npm, one, here);
        expect([Object.keys(filesOf(serving)), variablesOf(serving)]).toEqual([[target], { [name]: target }]);
      }
    }
  });

  test("lies where it would without what the step itself says, which is told", () => {
    for (const name of ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"]) {
      const told = [expect.stringContaining(`the step sets ${name} by itself`)];
      for (const value of ["/dev/null", "/app/.npmrc.ci", "x", null]) {
        const own = serve(npm, one, { assigned: { [name]: value } });
        expect([Object.keys(filesOf(own)), own.notices]).toEqual([["/root/.npmrc"], told]);
        const both = serve(npm, one, { assigned: { [name]: value }, step: { NPM_CONFIG_USERCONFIG: "/etc/npmrc" } });
        expect([Object.keys(filesOf(both)), both.notices]).toEqual([["/etc/npmrc"], told]);
      }
    }
    expect(serve(npm, one, { mounted: ["NPM_CONFIG_USERCONFIG"] }).notices.join()).toContain("reads that file alone");
  });
});

test("the file never hides the project's own, where the project lies in the home folder or in /", () => {
  for (const [directory, home] of [
    ["/root", "/root"],
    ["/root/", "/root"],
    ["/", "/"],
  ] as const) {
    const serving = serve(npm, one, { directory, home });
    expect(Object.keys(filesOf(serving))).toEqual(["/run/secrets/npm-config"]);
    expect(serving.why).toContain("the project's own .npmrc");
    expect(needs(npm, one, { directory, home, envMounts: false })).toContain("the project's own .npmrc");
  }
  expect(Object.keys(filesOf(serve(npm, one, { directory: "/root/app" })))).toEqual(["/root/.npmrc"]);
  const given = serve(npm, { ...one, home: "/home/app" }, { user: "other", directory: "/home/app" });
  expect(Object.keys(filesOf(given))).toEqual(["/run/secrets/npm-config"]);
  expect(Object.keys(filesOf(serve(yarn, one, { directory: "/" })))).toEqual(["/root/.npmrc", "/root/.yarnrc.yml"]);
  expect(Object.keys(filesOf(serve(yarn, one, { directory: "/app" })))).toEqual(["/root/.npmrc", "/.yarnrc.yml"]);
  const nowhere = serve(yarn, one, { directory: "/", user: "other" });
  expect(Object.keys(filesOf(nowhere))).toContain("/.yarnrc.yml");
  expect(nowhere.notices.join()).toContain("WORKDIR /app");
  expect(serve(yarn, one, { directory: "/" }).notices).toEqual([]);
});

describe("yarn", () => {
  test("gets npm's file for yarn 1, which must be told to log in always, and one of its own in the root folder", () => {
    const registries = [{ url, default: true, scopes: ["@acme"] }];
    const files = filesOf(serve(yarn, { registries }, { user: "other" }));
    expect(files["/run/secrets/npm-config"]).toContain("//npm.example.com/:always-auth=true\n");
    expect(parse(files["/.yarnrc.yml"]!)).toEqual({
      npmRegistryServer: "https://npm.example.com",
      npmScopes: { acme: { npmRegistryServer: "https://npm.example.com" } },
      npmRegistries: { "//npm.example.com": { npmAuthToken: "(npm-token)", npmAlwaysAuth: true } },
    });
    expect(serve(yarn, one, { step: { YARN_RC_FILENAME: ".x" } }).notices.join()).toContain("YARN_RC_FILENAME");
  });

  test("later ones have no file in a container, and that is said", () => {
    const served = yarn.serve(one, { ...surroundings({ user: "other", home: undefined }), container: true });
    if ("needs" in served) throw new Error("a container needs no frontend");
    expect(Object.keys(filesOf(served))).toEqual(["/run/secrets/npm-config"]);
    expect([served.notices, served.notes?.join()]).toEqual([[], expect.stringContaining("only yarn 1")]);
  });
});

describe("the registry", () => {
  test("is that of the Dockerfile, else the host's, which the step is told", () => {
    const step = { NPM_CONFIG_REGISTRY: "https://step.example.com/" };
    const host = { npm_config_registry: "https://host.example.com" };
    expect(filesOf(serve(npm, {}, { step, host }))["/root/.npmrc"]).toContain("//step.example.com/:_authToken");
    expect(filesOf(serve(npm, {}, { host }))["/root/.npmrc"]).toMatch(/^registry=https:\/\/host.example.com\/\n/);
  });

  test("is not what the package manager that starts us has set by itself", () => {
    const host = { npm_config_registry: "https://host.example.com" };
    for (const own of [{ npm_command: "exec" }, { npm_execpath: "/npm-cli.js" }]) {
      expect(() => serve(npm, {}, { host: { ...host, ...own } })).toThrow("which registry the token is for");
    }
  });

  test("is never guessed", () => {
    expect(() => serve(npm, {})).toThrow(expect.objectContaining({ code: "GRANT" }));
    expect(refusal(() => serve(yarn, {})).remedy).toContain("registries: [{ url");
  });

  test("of the host gives no login that is written in it, and that is said", () => {
    const login = `u${Math.random().toString(36).slice(2)}`;
    const serving = serve(npm, {}, { host: { NPM_CONFIG_REGISTRY: `https://${login}:${login}@npm.example.com/` } });
    expect(JSON.stringify([filesOf(serving), serving.notices]).includes(login)).toBe(false);
    expect(serving.notices.join()).toContain("NPM_CONFIG_REGISTRY of the host holds a login");
    const odd = refusal(() => serve(npm, {}, { host: { NPM_CONFIG_REGISTRY: `https://x/?key=${login}` } }));
    expect(`${odd.message}${odd.remedy}`.includes(login)).toBe(false);
  });

  test("stands once, and so do scopes and the default", () => {
    for (const registries of [
      [{ url }, { url: "https://npm.example.com" }],
      [
        { url, scopes: ["@a"] },
        { url: "https://b.example.com", scopes: ["@a"] },
      ],
      [
        { url, default: true },
        { url: "https://b.example.com", default: true },
      ],
    ]) {
      expect(refusal(() => serve(npm, { registries })).message).toContain("twice");
    }
  });

  test("in the clear is told of, but for loopback", () => {
    expect(serve(npm, { registries: [{ url: "http://npm.example.com" }] }).notices.join()).toContain(
      "is not encrypted",
    );
    expect(serve(npm, { registries: [{ url: "http://127.0.0.1:4873" }] }).notices).toEqual([]);
  });
});

test("the token comes from the variable that the job has, unless another secret is named", () => {
  expect(serve(npm, one).brings).toEqual({ "npm-token": { from: "env", name: "NPM_TOKEN" } });
  expect(serve(npm, one, { host: { NODE_AUTH_TOKEN: "" } }).brings).toEqual({
    "npm-token": { from: "env", name: "NODE_AUTH_TOKEN" },
  });
  expect(serve(npm, one, { host: { NPM_TOKEN: "", NODE_AUTH_TOKEN: "x" } }).brings).toEqual({
    "npm-token": { from: "env", name: "NODE_AUTH_TOKEN" },
  });
  // what actions/setup-node sets is no token
  expect(serve(npm, one, { host: { NODE_AUTH_TOKEN: "XXXXX-XXXXX-XXXXX-XXXXX" } }).brings).toEqual({
    "npm-token": { from: "env", name: "NPM_TOKEN" },
  });
  expect(serve(npm, { registries: [{ url, secret: "mine" }] }).brings).toEqual({});
});

describe("a value", () => {
  const written = (value: string) => {
    const [file, own] = serve(yarn, one).mounts.map((mount) =>
      documentOf(mount).render(
        () => value,
        () => "",
      ),
    );
    return { npmrc: file!, yarnrc: own! };
  };

  test("arrives as it is, whatever characters it has", () => {
    const token = fc
      .string({ minLength: 1, maxLength: 60, unit: fc.constantFrom(..."abcXYZ019-_.~+/=;#\"'\\[]{}:!@&*|>%`,?$") })
      .filter((text) => !text.includes("${"));
    fc.assert(
      fc.property(token, (value) => {
        const { npmrc, yarnrc } = written(value);
        const line = /^\/\/npm\.example\.com\/:_authToken=(.*)\n/.exec(npmrc)![1]!;
        expect(fromIni(line) === value).toBe(true);
        expect(parse(yarnrc).npmRegistries["//npm.example.com"].npmAuthToken === value).toBe(true);
      }),
    );
  });

  test.each([
    ["empty", ""],
    ["of two lines", "a\nregistry=https://elsewhere.example.com/"],
    ["with a blank", "q q"],
    ["with a variable's name", ["a$", "{HOME}b"].join("")],
  ])("that is %s is refused, and not shown", (_, value) => {
    const { message, remedy } = refusal(() => written(value));
    expect(message).toContain("npm-token");
    expect(value !== "" && `${message} ${remedy}`.includes(value)).toBe(false);
  });
});

/** As npm's `ini` takes a value: in quotes it is JSON, else it ends at a `;` or `#` that no backslash is before. */
function fromIni(text: string): unknown {
  const value = text.trim();
  if (/^".*"$/.test(value)) return JSON.parse(value);
  expect(/^'.*'$/.test(value) || /[;#\\]/.test(value)).toBe(false);
  return value;
}

describe("the signs", () => {
  test.each([
    [npm, "npm ci"],
    [npm, "npm --no-audit ci --omit=dev"],
    [npm, "cd app && npm i --prefix x left-pad"],
    [npm, '["npm", "ci"]'],
    [npm, '["sh", "-c", "npm ci"]'],
    [npm, "su app -c 'npm ci'"],
    [pnpm, "corepack pnpm install"],
    [npm, "npm run build; npm install"],
    [npm, "npm install -g corepack"],
    [npm, "npx --yes cowsay hello"],
    [npm, "set -e\nNODE_ENV=production npm ci"],
    [pnpm, "corepack enable && pnpm install --frozen-lockfile"],
    [pnpm, "pnpm -r --filter app i"],
    [pnpm, "pnpm dlx create-vite"],
    [yarn, "yarn"],
    [yarn, "yarn --frozen-lockfile"],
    [yarn, "cd app && CI=1 yarn && yarn build"],
    [yarn, "yarn install --immutable"],
    [yarn, "yarn workspaces focus app"],
  ] as const)("of $0.name are in $1", (recipe, body) => {
    expect(signOf(recipe as never, body)).toBeDefined();
  });

  test.each([
    [npm, "npm run install-browsers"],
    [npm, "npm run ci"],
    [npm, "npm test"],
    [npm, "npm --version"],
    [npm, "apt-get install -y nodejs npm"],
    [npm, "pnpm install"],
    [npm, "npm config set fund false"],
    [npm, "echo npm"],
    [npm, 'echo "npm ci is for later"'],
    [pnpm, "npm install -g pnpm"],
    [pnpm, "pnpm run build"],
    [pnpm, "pnpm --version"],
    [yarn, "npm install -g yarn"],
    [yarn, "apk add yarn"],
    [yarn, "yarn run build"],
    [yarn, "yarn --version"],
    [yarn, "yarn config set x y"],
  ] as const)("of $0.name are not in $1", (recipe, body) => {
    expect(signOf(recipe as never, body)).toBeUndefined();
  });

  test("take no longer on a line that is made to slow them", () => {
    const started = performance.now();
    for (const recipe of [npm, pnpm, yarn]) {
      signOf(recipe as never, `${recipe.name} ${"-a b ".repeat(10_000)}`);
      signOf(recipe as never, `${recipe.name} --a=b `.repeat(5_000));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test("options that are no options are refused", () => {
  for (const wrong of [
    { registries: [] },
    { registries: [{}] },
    { registries: [{ url: "npm.example.com" }] },
    { registries: [{ url: "https://a:b@npm.example.com" }] },
    { registries: [{ url, scopes: ["acme"] }] },
    { registries: [{ url, user: "a:b" }] },
    { registry: url },
    { home: "app" },
  ]) {
    expect(npmOptions.safeParse(wrong).success).toBe(false);
  }
  expect(npmOptions.safeParse({ registries: [{ url, scopes: ["@acme"], default: true }] }).success).toBe(true);
});

function documentOf({ content }: RecipeMount): Extract<Content, { kind: "document" }> {
  if (content.kind !== "document") throw new Error("not a document");
  return content;
}

function refusal(act: () => unknown): SealError {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
