import { describe, expect, test } from "vitest";
import { configureLog } from "../../../../src/scan/rule/configure-log.ts";
import { dockerAuth } from "../../../../src/scan/rule/docker-auth.ts";
import { gitCredentials } from "../../../../src/scan/rule/git-credentials.ts";
import { netrc } from "../../../../src/scan/rule/netrc.ts";
import { npmrc } from "../../../../src/scan/rule/npmrc.ts";
import { alphabet, random, read, secretKey } from "./found.ts";

const password = () => random(alphabet.alphanumeric, 20);

describe("docker-auth", () => {
  test("finds logins and identity tokens, by their registry", () => {
    const auth = Buffer.from(`user:${password()}`).toString("base64");
    const identitytoken = password();
    const text = JSON.stringify(
      { auths: { "registry.test": { auth }, "other.test": { identitytoken } } },
      undefined,
      2,
    );
    for (const path of ["root/.docker/config.json", "kaniko/.docker/config.json", "run/containers/0/auth.json"]) {
      expect(read(dockerAuth, text, path)).toMatchObject([
        { value: auth, severity: "error", start: text.indexOf(auth), key: "registry.test" },
        { value: identitytoken, key: "other.test" },
      ]);
    }
    expect(read(dockerAuth, JSON.stringify({ "registry.test": { auth } }), "root/.dockercfg")).toHaveLength(1);
  });

  test("passes over helpers, empty logins and other files of that name", () => {
    for (const text of [
      '{"auths":{"registry.test":{}},"credsStore":"desktop"}',
      `{"auths":{"registry.test":{"auth":"${Buffer.from("user:").toString("base64")}"}}}`,
      '{"architectures":["LlamaForCausalLM"],"vocab_size":32000}',
      "not json",
      "null",
    ]) {
      expect(read(dockerAuth, text, "app/config.json")).toEqual([]);
    }
    expect(read(dockerAuth, "{}", "app/myconfig.json")).toBeUndefined();
  });
});

describe("netrc", () => {
  test("finds a password, on one line or several", () => {
    const value = password();
    for (const text of [
      `machine host.test login me password ${value}\n`,
      `machine host.test\n  login me\n  password ${value}\n`,
    ]) {
      expect(read(netrc, text, "root/.netrc")).toMatchObject([
        { value, severity: "error", start: text.indexOf(value), key: "host.test" },
      ]);
    }
  });

  test("passes over variables, and over files elsewhere", () => {
    expect(read(netrc, "machine host.test login me password $TOKEN", "root/.netrc")).toEqual([]);
    expect(read(netrc, "", "usr/lib/python3/netrc.py")).toBeUndefined();
  });
});

describe("npmrc", () => {
  test("finds tokens and passwords of registries", () => {
    const value = password();
    for (const line of [`//host.test/:_authToken=${value}`, `_auth = "${value}"`, `//host.test/:_password=${value}`]) {
      expect(read(npmrc, `registry=https://host.test\n${line}\n`, "root/.npmrc")).toMatchObject([
        { value, severity: "error" },
      ]);
    }
  });

  test("passes over names of variables and comments", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own way to name a variable
    expect(read(npmrc, "//host.test/:_authToken=${NPM_TOKEN}\n; _auth=abcdefghijkl\n", "app/.npmrc")).toEqual([]);
  });
});

describe("git-credentials", () => {
  test("finds logins in Git's store and in the address a clone came from", () => {
    const value = password();
    expect(read(gitCredentials, `https://me:${value}@host.test\n`, "root/.git-credentials")).toMatchObject([
      { value, severity: "error", key: "host.test" },
    ]);
    const config = `[remote "origin"]\n\turl = https://x-access-token:${value}@host.test/a/b.git\n`;
    expect(read(gitCredentials, config, "src/app/.git/config")).toMatchObject([
      { value, start: config.indexOf(value) },
    ]);
  });

  test("passes over addresses without a password, and placeholders", () => {
    expect(
      read(
        gitCredentials,
        "url = https://git@host.test/a\nurl = https://host.test:8443/a@b\nurl = https://me:$TOKEN@host.test/\n",
        "a/.git/config",
      ),
    ).toEqual([]);
  });
});

describe("configure-log", () => {
  test("finds secret variables that configure wrote down", () => {
    const value = secretKey().replaceAll("/", "x").replaceAll("+", "y");
    for (const line of [
      `  $ ./configure --prefix=/usr API_TOKEN=${value}`,
      `ac_cv_env_API_TOKEN_value=${value}`,
      `declare -x API_TOKEN="${value}"`,
      `export API_TOKEN='${value}'`,
      `API_TOKEN=${value}; export API_TOKEN`,
      `  with options \\"'--prefix=/usr' 'API_TOKEN=${value}'\\"`,
    ]) {
      expect(read(configureLog, `configure:1: x\n${line}\n`, "src/build/config.log")).toMatchObject([
        { value, severity: "error" },
      ]);
      expect(read(configureLog, line, "src/build/config.status")).toHaveLength(1);
    }
    expect(read(configureLog, `API_TOKEN:STRING=${value}\n`, "build/CMakeCache.txt")).toHaveLength(1);
  });

  test("a value that may be a word is a warning", () => {
    expect(read(configureLog, "DB_PASSWORD=correct-horse\n", "config.log")).toMatchObject([{ severity: "warning" }]);
  });

  test("passes over paths, placeholders, tests of configure and other files", () => {
    const text = [
      "AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/token",
      "ac_cv_env_API_TOKEN_set=",
      "API_TOKEN=$API_TOKEN",
      "API_TOKEN=[secret api-token]",
      "checking for SECRET_NOTHING... yes",
      "ac_cv_func_crypto_secretbox=yes",
      "MAX_TOKENS=100000000",
    ].join("\n");
    expect(read(configureLog, text, "config.log")).toEqual([]);
    expect(read(configureLog, "", "var/log/other.log")).toBeUndefined();
  });
});
