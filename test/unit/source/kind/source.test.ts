import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { NotHere } from "../../../../src/error.ts";
import type { FileRead } from "../../../../src/identity/host.ts";
import type { Renewal } from "../../../../src/identity/identity.ts";
import { createSource, type SourceConfig, sources } from "../../../../src/source/kind/kind.ts";
import { sourceSchema, sourceSchemas } from "../../../../src/source/kind/schema.ts";
import { type Minted, secretsOf } from "../../../../src/source/source.ts";
import { type FakeHost, fakeHost, inSeconds, makeJwt, now, printed, sealErrorOf } from "../../identity/fake-host.ts";
import { createJob } from "../job-identity.ts";

const mint = async (config: SourceConfig, host: FakeHost) => (await createSource("it", config, host).mint()) as Minted;

describe("the source irsa", () => {
  const role = "arn:aws:iam::123456789012:role/ci";
  const environment = { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ROLE_ARN: role };

  test("gives the token, secret, and the role, which is not", async () => {
    const token = makeJwt();
    const minted = await mint({ from: "irsa" }, fakeHost({ environment, files: { "/t": token } }));
    expect(minted.value.exposeText()).toBe(token);
    expect([...minted.fields.keys()]).toEqual(["token", "role-arn"]);
    expect(minted.fields.get("role-arn")).toBe(role);
    expect(secretsOf(minted)).toEqual([minted.value]);
    expect(minted).toMatchObject({
      reach: role,
      expiresAt: new Date(inSeconds(3000) * 1000),
      issuedAt: new Date(inSeconds(-600) * 1000),
    });
  });

  test("follows its token file", () => {
    expect(createSource("it", { from: "irsa" }, fakeHost({ environment }))).toMatchObject({
      renewal: "read",
      watch: ["/t"],
    });
    expect(createSource("it", { from: "irsa" }, fakeHost()).watch).toEqual([]);
  });

  test("is not here where there is no pod identity", async () => {
    expect(await createSource("it", { from: "irsa" }, fakeHost()).mint()).toBeInstanceOf(NotHere);
  });

  test("wants a token for STS, or for the audience it is told", async () => {
    const host = fakeHost({ environment, files: { "/t": makeJwt({ aud: "custom" }) } });
    const error = await sealErrorOf(mint({ from: "irsa" }, host));
    expect(error.message).toContain('for the audience "custom", and "sts.amazonaws.com" is wanted');
    expect(await mint({ from: "irsa", audience: "custom" }, host)).toHaveProperty("value");
  });
});

describe("the source identity", () => {
  const config = { from: "identity", audience: "https://x.example" } as const;
  const hostOf = (renewal: Renewal) => fakeHost({ identity: createJob(() => now, {}, renewal).identity });

  test("gives the job's token, and says where it cannot be had again", async () => {
    const minted = await mint(config, hostOf("mint"));
    expect([...minted.fields.keys()]).toEqual(["token", "issuer", "subject"]);
    expect(minted.notices).toEqual([]);
    expect((await mint(config, hostOf("never"))).notices).toEqual([
      expect.stringMatching(/^The identity that the secret it is had for cannot be had again: .* until 2026-/),
    ]);
  });
});

describe("the source env", () => {
  const config = { from: "env", name: "NPM_TOKEN" } as const;

  test("gives the variable as it is, and cannot renew it", async () => {
    const host = fakeHost({ environment: { NPM_TOKEN: " with blanks \n" } });
    expect((await mint(config, host)).value.exposeText()).toBe(" with blanks \n");
    expect(createSource("it", config, host)).toMatchObject({ renewal: "never", watch: [], variables: ["NPM_TOKEN"] });
  });

  test("is an error if it is not set, empty or blank", async () => {
    for (const [environment, sentence] of [
      [{}, "The variable NPM_TOKEN, which the secret it is read from, is not set."],
      [{ NPM_TOKEN: "" }, "is empty."],
      [{ NPM_TOKEN: "\n" }, "holds nothing but blanks."],
    ] as const) {
      const error = await sealErrorOf(mint(config, fakeHost({ environment })));
      expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining(sentence) });
      expect(error.remedy).toContain("fork");
    }
  });

  test("says that a line ends with a break, as a file's does", async () => {
    const noticesOf = async (text: string) =>
      (await mint(config, fakeHost({ environment: { NPM_TOKEN: text } }))).notices;
    expect(await noticesOf("a-token\n")).toEqual([expect.stringContaining("The variable NPM_TOKEN ends with a line")]);
    for (const text of ["a-token", "two\nlines\n"]) expect(await noticesOf(text)).toEqual([]);
  });

  test("names the nearest variable where there is none of that name", async () => {
    const host = fakeHost({ environment: { NPM_TOKEN_: "x", OTHER: "y" } });
    expect((await sealErrorOf(mint(config, host))).remedy).toContain("Did you mean NPM_TOKEN_?");
    const short = fakeHost({ environment: { _: "/usr/bin/buildseal" } });
    expect((await sealErrorOf(mint({ from: "env", name: "A" }, short))).remedy).not.toContain("Did you mean");
  });

  test("is an error if it holds an expression that nobody filled in", async () => {
    for (const text of [
      "$(NPM_TOKEN)",
      "$" + "{{ secrets.NPM_TOKEN }}",
      "$" + "{NPM_TOKEN}",
      "<< parameters.token >>",
    ]) {
      const error = await sealErrorOf(mint(config, fakeHost({ environment: { NPM_TOKEN: text } })));
      expect(error.message).toContain("holds an expression that nobody filled in");
      expect(error.remedy).toContain("fork");
    }
    expect(await mint(config, fakeHost({ environment: { NPM_TOKEN: "a$(b)c" } }))).toHaveProperty("value");
  });

  test("knows the end of a JWT, and that it is over", async () => {
    const alive = fakeHost({ environment: { NPM_TOKEN: makeJwt() } });
    expect((await mint(config, alive)).expiresAt).toEqual(new Date(inSeconds(3000) * 1000));
    const dead = fakeHost({ environment: { NPM_TOKEN: makeJwt({ exp: inSeconds(-7200) }) } });
    expect((await sealErrorOf(mint(config, dead))).message).toContain("expired 2 hours ago");
  });
});

describe("the source file", () => {
  const config = { from: "file", path: "/s/key" } as const;

  test("gives the file byte for byte, and follows it", async () => {
    const bytes = new Uint8Array([0, 255, 10, 13, 10]);
    const host = fakeHost({ files: { "/s/key": { kind: "read", bytes } } });
    expect((await mint(config, host)).value.expose()).toEqual(bytes);
    expect(createSource("it", config, host)).toMatchObject({ renewal: "read", watch: ["/s/key"] });
  });

  test("says that a line ends with a break, but not of a text with more lines", async () => {
    expect((await mint(config, fakeHost({ files: { "/s/key": "token\n" } }))).notices).toEqual([
      expect.stringContaining("line break"),
    ]);
    expect((await mint(config, fakeHost({ files: { "/s/key": "[default]\nx = y\n" } }))).notices).toEqual([]);
  });

  test.each<[FileRead | string, string]>([
    [{ kind: "missing" }, "The file of the secret it, /s/key does not exist."],
    [{ kind: "forbidden" }, "may not be read"],
    [{ kind: "directory" }, "is a directory"],
    [{ kind: "special" }, "pipe"],
    [{ kind: "too-large", sizeBytes: 600_000 }, "600000 bytes"],
    ["", "The file /s/key, which the secret it is read from, is empty."],
  ])("is an error with a remedy if it cannot be had (%#)", async (content, sentence) => {
    const error = await sealErrorOf(mint(config, fakeHost({ files: { "/s/key": content } })));
    expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining(sentence) });
    expect(error.remedy).not.toBe("");
  });
});

describe("the source exec", () => {
  const config = { from: "exec", command: ["/usr/bin/vault", "kv", "get"] } as const;

  test("gives what the command prints without the line break at its end, and is asked again", async () => {
    const host = fakeHost({ outcome: printed("two\nlines\r\n") });
    expect((await mint(config, host)).value.exposeText()).toBe("two\nlines");
    expect(createSource("it", config, host)).toMatchObject({ renewal: "mint", variables: ["VAULT_TOKEN"] });
    expect(host.commands).toEqual([config.command]);
  });

  test("lives until the earliest end that is known", async () => {
    const end = async (exp: number | undefined, ttlSeconds: number | undefined) =>
      (await mint({ ...config, ttlSeconds }, fakeHost({ outcome: printed(makeJwt({ exp })) }))).expiresAt?.getTime();
    expect(await end(undefined, undefined)).toBeUndefined();
    expect(await end(inSeconds(100), undefined)).toBe(now + 100_000);
    expect(await end(undefined, 50)).toBe(now + 50_000);
    expect(await end(inSeconds(100), 50)).toBe(now + 50_000);
    expect(await end(inSeconds(100), 500)).toBe(now + 100_000);
  });

  test("shows what the command says though it did well, without what it gave", async () => {
    const token = randomBytes(12).toString("hex");
    const minted = await mint(
      config,
      fakeHost({ outcome: printed(token, 0, `WARNING: the login ends soon\n+ ${token}\n`) }),
    );
    expect(minted.notices).toEqual([
      'The command "vault" of the secret it did well; it said: WARNING: the login ends soon / + [hidden]',
    ]);
    expect((await mint(config, fakeHost({ outcome: printed(token) }))).notices).toEqual([]);
  });

  test("says that its end cannot be read, and takes the one that it was told", async () => {
    const outcome = printed(JSON.stringify({ token: "t0ken-t0ken", expires_at: "soon" }));
    const minted = await mint({ ...config, format: "json", field: "token", ttlSeconds: 60 }, fakeHost({ outcome }));
    expect(minted.expiresAt?.getTime()).toBe(now + 60_000);
    expect(minted.notices).toEqual([expect.stringContaining("gives expires_at, which is not a time")]);
  });

  const silent = { stdout: new Uint8Array(), stderr: "" };
  test.each([
    [printed("half a secret", 1, "denied\n"), 'The command "vault" failed with status 1; it said: denied.'],
    [{ kind: "killed", signal: "SIGKILL", ...silent } as const, 'The command "vault" was ended by SIGKILL.'],
    [
      { kind: "too-slow", ...silent, stderr: "waiting" } as const,
      "did not end within 60 seconds and was stopped; it said: waiting.",
    ],
    [{ kind: "too-much", ...silent } as const, "printed more than 512000 bytes"],
    [{ kind: "not-found" } as const, 'The command "vault" is not on this machine\'s PATH.'],
    [{ kind: "not-executable" } as const, "may not be run by this user"],
    [{ kind: "stopped" } as const, "was stopped as the build ended"],
    [{ kind: "failed", code: "E2BIG" } as const, "could not be started (E2BIG)"],
    [printed(""), "is empty"],
    [printed("\n"), "is empty"],
  ])("is an error with a remedy if the command gives nothing (%#)", async (outcome, sentence) => {
    const error = await sealErrorOf(mint(config, fakeHost({ outcome })));
    expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining(sentence) });
    expect(error.remedy).not.toBe("");
  });
});

describe("the keys of a source", () => {
  test("are what its kind takes, and no others", () => {
    expect(
      sourceSchema.parse({ from: "exec", command: ["op", "read"], format: "json", field: "a.b", ttlSeconds: 60 }),
    ).toBeTruthy();
    expect(sourceSchema.safeParse({ from: "irsa", rolearn: "x" }).success).toBe(false);
    expect(sourceSchema.safeParse({ from: "env" }).success).toBe(false);
    expect(sourceSchema.safeParse({ from: "exec", command: "op read" }).success).toBe(false);
    expect(sourceSchema.safeParse({ from: "exec", command: ["x"], ttlSeconds: 0 }).success).toBe(false);
  });

  test("there are for every kind", () => {
    expect(Object.keys(sourceSchemas)).toEqual(Object.keys(sources));
  });
});
