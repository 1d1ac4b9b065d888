import { describe, expect, test } from "vitest";
import { dockerAuth } from "../../../../src/scan/rule/docker-auth.ts";
import { read } from "./found.ts";
import { alphabet, random } from "./made-secret.ts";

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

  test("passes over passwords that are in no `auths`, and in `.dockercfg` over what is no host's", () => {
    const value = password();
    for (const text of [
      JSON.stringify({ labels: { password: "Contraseña", auth: "Autenticación" } }),
      JSON.stringify({ db: { host: "db.corp.net", password: value } }),
      JSON.stringify({ "registry.test": { password: value } }),
    ]) {
      for (const path of ["app/config.json", "app/auth.json", "app/.dockerconfigjson"])
        expect(read(dockerAuth, text, path)).toEqual([]);
    }
    const text = JSON.stringify({ db: { password: value }, "localhost:5000": { password: value } });
    expect(read(dockerAuth, text, "root/.dockercfg")).toMatchObject([{ key: "localhost:5000" }]);
  });
});
