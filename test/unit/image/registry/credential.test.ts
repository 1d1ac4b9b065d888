import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type AskHelper, loginFor } from "../../../../src/image/registry/credential.ts";

const password = randomBytes(12).toString("hex");
const auth = Buffer.from(`me:${password}`).toString("base64");
const noHelper: AskHelper = async () => undefined;

describe("the login for a registry", () => {
  test("stands in Docker's configuration, under its name or its address", async () => {
    for (const key of ["registry.example.com", "https://registry.example.com/v1/", "https://registry.example.com"]) {
      const config = { auths: { "other.example.com": { auth: "eDp5" }, [key]: { auth } } };
      expect(await loginFor("registry.example.com", config, noHelper)).toEqual({ user: "me", password });
    }
  });

  test("can be a refresh token", async () => {
    const config = { auths: { "registry.example.com": { auth: "eDo=", identitytoken: password } } };
    expect(await loginFor("registry.example.com", config, noHelper)).toEqual({ identityToken: password });
  });

  test("is asked of the registry's own helper, else of the store, and is then the file's where they have none", async () => {
    const asked: string[] = [];
    const helper: AskHelper = async (name, server) => {
      asked.push(`${name} ${server}`);
      return name === "own" ? JSON.stringify({ Username: "me", Secret: password }) : undefined;
    };
    const config = {
      credHelpers: { "registry.example.com": "own" },
      credsStore: "store",
      auths: { "other.example.com": { auth } },
    };
    expect(await loginFor("registry.example.com", config, helper)).toEqual({ user: "me", password });
    expect(await loginFor("other.example.com", config, helper)).toEqual({ user: "me", password });
    expect(await loginFor("third.example.com", config, helper)).toEqual({
      why: "docker-credential-store gave no login for it",
    });
    expect(asked).toEqual(["own registry.example.com", "store other.example.com", "store third.example.com"]);
  });

  test("is a refresh token where the helper names no user", async () => {
    const helper: AskHelper = async () => JSON.stringify({ Username: "<token>", Secret: password });
    expect(await loginFor("registry.example.com", { credsStore: "store" }, helper)).toEqual({
      identityToken: password,
    });
  });

  test("is none where the configuration is anything else", async () => {
    for (const config of [undefined, null, [], "x", { auths: 1 }, { auths: { "r.example.com": { auth: "!!" } } }]) {
      expect(await loginFor("r.example.com", config, noHelper)).toEqual({ why: "Docker has no login for it" });
    }
    expect(await loginFor("r.example.com", { credsStore: "s" }, async () => "no json")).toEqual({
      why: "docker-credential-s gave no login for it",
    });
  });
});
