import { describe, expect, test } from "vitest";
import { NotHere } from "../../../src/error.ts";
import { type Identity, OtherAudience } from "../../../src/identity/identity.ts";
import { createProvider } from "../../../src/identity/kind.ts";
import { identitySchema } from "../../../src/identity/schema.ts";
import { fakeHost, inSeconds, makeJwt, printed, sealErrorOf } from "./fake-host.ts";

describe("an identity in a variable", () => {
  const config = { from: "env", name: "MY_ID_TOKEN" } as const;

  test("is the token that stands there", async () => {
    const token = makeJwt({ aud: "vault" });
    const { provide } = createProvider("t", config, fakeHost({ environment: { MY_ID_TOKEN: token } }));
    const identity = (await provide({ audience: "vault" })) as Identity;
    expect(identity).toMatchObject({ from: "env", audience: ["vault"] });
    expect(identity.token.exposeText()).toBe(token);
  });

  test("is not here if it is not set, and an error if it is empty", async () => {
    const unset = await createProvider("t", config, fakeHost()).provide({});
    expect((unset as NotHere).reason).toBe("the variable MY_ID_TOKEN is not set");
    const empty = createProvider("t", config, fakeHost({ environment: { MY_ID_TOKEN: "" } })).provide({});
    expect((await sealErrorOf(empty)).message).toBe("The variable MY_ID_TOKEN is empty.");
  });

  test("is an error of its own when it has expired", async () => {
    const host = fakeHost({ environment: { MY_ID_TOKEN: makeJwt({ exp: inSeconds(-600) }) } });
    const error = await sealErrorOf(createProvider("t", config, host).provide({}));
    expect(error.message).toContain("expired 10 minutes ago");
    expect(error.remedy).toContain("longer-lived");
  });
});

describe("an identity in a file", () => {
  const config = { from: "file", path: "/id/token", audience: "vault" } as const;

  test("is read, and checked for the configured audience unless another is asked for", async () => {
    const { provide } = createProvider(
      "t",
      config,
      fakeHost({ files: { "/id/token": makeJwt({ aud: ["vault", "other"] }) } }),
    );
    expect(await provide({})).toMatchObject({ from: "file", facts: { tokenFile: "/id/token" } });
    expect(await provide({ audience: "other" })).toMatchObject({ from: "file" });
    expect(await provide({ audience: "third" })).toBeInstanceOf(OtherAudience);
  });

  test("is not here if there is no such file, and an error if it cannot be read", async () => {
    expect(await createProvider("t", config, fakeHost()).provide({})).toBeInstanceOf(NotHere);
    const directory = createProvider("t", config, fakeHost({ files: { "/id/token": { kind: "directory" } } })).provide(
      {},
    );
    expect((await sealErrorOf(directory)).message).toBe("The token file /id/token is a directory.");
  });
});

describe("an identity that a command prints", () => {
  const config = { from: "exec", command: ["buildkite-agent", "oidc", "request-token"] } as const;

  test("is asked for each time; the line break at its end is not worth a word", async () => {
    const host = fakeHost({ outcome: printed(`${makeJwt()}\n`) });
    const { provide } = createProvider("t", config, host);
    expect(await provide({})).toMatchObject({ from: "exec", notices: [] });
    await provide({});
    expect(host.commands).toEqual([config.command, config.command]);
  });

  test("is an error if the command fails, and that names the program but not its arguments", async () => {
    const { provide } = createProvider("t", config, fakeHost({ outcome: printed("", 3, "no agent here\n") }));
    const error = await sealErrorOf(provide({}));
    expect(error.message).toBe('The command "buildkite-agent" failed with status 3; it said: no agent here.');
    expect(error.message).not.toContain("request-token");
  });
});

describe("the keys of an identity", () => {
  test("are what its kind takes, and no others", () => {
    expect(identitySchema.parse({ from: "irsa" })).toEqual({ from: "irsa" });
    expect(identitySchema.safeParse({ from: "env", name: "X", path: "/y" }).success).toBe(false);
    expect(identitySchema.safeParse({ from: "exec", command: [] }).success).toBe(false);
    expect(identitySchema.safeParse({ from: "magic" }).success).toBe(false);
  });

  test("make the provider of that kind", () => {
    const kinds = [
      { from: "irsa" },
      { from: "env", name: "X" },
      { from: "file", path: "/x" },
      { from: "exec", command: ["x"] },
    ].map((config) => createProvider("t", identitySchema.parse(config), fakeHost()).from);
    expect(kinds).toEqual(["irsa", "env", "file", "exec"]);
  });
});
