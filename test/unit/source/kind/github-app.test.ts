import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SealError } from "../../../../src/error.ts";
import { needlesOf } from "../../../../src/secret/needle.ts";
import { Secret } from "../../../../src/secret/secret.ts";
import { createFreshness } from "../../../../src/source/freshness.ts";
import { createGithubAppSource, type GithubAppSourceOptions } from "../../../../src/source/kind/github-app.ts";
import { type Minted, secretsOf } from "../../../../src/source/source.ts";
import { type FakeHost, fakeHost, now, printed, sealErrorOf } from "../../identity/fake-host.ts";
import { fakeClock, fakeWatch } from "../fake-clock.ts";
import { type GithubServer, startGithub } from "../github/github-server.ts";
import { issuingHost } from "../issuing-host.ts";

/** GitHub's clock and ours, in milliseconds since 1970. */
let serverMs = now;
let ownMs = now;
let github: GithubServer;

beforeEach(async () => {
  serverMs = now;
  ownMs = now;
  github = await startGithub(
    () => serverMs,
    [
      {
        id: 7,
        account: "acme",
        repositories: ["app", "lib"],
        permissions: { contents: "write", packages: "write", workflows: "write", administration: "write" },
      },
      { id: 8, account: "other", repositories: ["app"], permissions: { contents: "read" } },
      {
        id: 9,
        account: "runners",
        repositories: ["app"],
        permissions: { organization_self_hosted_runners: "write" },
      },
      { id: 10, account: "asleep", repositories: ["app"], permissions: { contents: "read" }, suspended: true },
    ],
  );
});
afterEach(() => github[Symbol.asyncDispose]());

type Given = Parameters<typeof fakeHost>[0];

function hostWith(given: Given = {}): FakeHost {
  return issuingHost(() => ownMs, { ...given, files: { "/k.pem": github.pem, ...given?.files } });
}

const options = (more: Partial<GithubAppSourceOptions> = {}): GithubAppSourceOptions => ({
  clientId: github.clientId,
  privateKeyFile: "/k.pem",
  apiUrl: github.url,
  ...more,
});

const sourceOf = (more: Partial<GithubAppSourceOptions> = {}, given?: Given) =>
  createGithubAppSource("forge", options(more), hostWith(given));
const mint = async (more: Partial<GithubAppSourceOptions> = {}, given?: Given): Promise<Minted> =>
  (await sourceOf(more, given).mint()) as Minted;
const refused = (more: Partial<GithubAppSourceOptions> = {}, given?: Given): Promise<SealError> =>
  sealErrorOf(sourceOf(more, given).mint());

/** Whether GitHub takes the token for reading a repository. */
async function statusOf(token: Secret, repository: string): Promise<number> {
  const headers = { authorization: `Bearer ${token.exposeText()}` };
  return (await fetch(`${github.url}/repos/${repository}/contents`, { headers })).status;
}

describe("an installation token", () => {
  test("is had for the repository that is named, for reading its contents where nothing else is said", async () => {
    const minted = await mint({ repository: "acme/app" });
    expect(minted.expiresAt).toEqual(new Date(now + 3_600_000));
    expect([minted.issuedAt, minted.clock]).toEqual([new Date(now), "issuer"]);
    expect(minted.reach).toBe("contents: read, metadata: read on acme/app");
    expect(github.bodies.at(-1)).toEqual({ repositories: ["app"], permissions: { contents: "read" } });
    expect([await statusOf(minted.value, "acme/app"), await statusOf(minted.value, "acme/lib")]).toEqual([200, 404]);
    expect(minted.notices).toEqual([]);
  });

  test("is narrowed to the repositories and permissions that are asked for", async () => {
    const permissions = { contents: "write", packages: "read" } as const;
    const minted = await mint({ repositories: ["acme/lib", "app", "app"], permissions });
    expect(github.bodies.at(-1)).toEqual({ repositories: ["lib", "app"], permissions });
    expect(minted.reach).toBe("contents: write, metadata: read, packages: read on acme/lib, acme/app");
  });

  test("takes the job's own repository where none is named, and says so", async () => {
    const given = { environment: { GITHUB_REPOSITORY: "acme/lib" } };
    for (const more of [{}, { installationId: 7 }]) {
      const minted = await mint(more, given);
      expect(github.issued.at(-1)?.repositories).toEqual(["lib"]);
      expect(minted.notices).toEqual([expect.stringContaining("acme/lib alone, the job's own repository")]);
    }
    await mint({ repositories: ["app"] }, given);
    expect(github.issued.at(-1)?.repositories).toEqual(["app"]);
  });

  test("of an organisation or an installation alone reaches all that the App is installed on, and that is said", async () => {
    for (const [more, given] of [
      [{ organization: "acme" }, { environment: { GITHUB_REPOSITORY: "acme/lib" } }],
      [{ installationId: 7 }, {}],
      [{ installationId: 7 }, { environment: { GITHUB_REPOSITORY: "elsewhere/app" } }],
    ] as const) {
      const minted = await mint(more, given);
      expect(github.issued.at(-1)?.repositories).toEqual(["app", "lib"]);
      expect(minted.notices).toEqual([
        "The secret forge reaches every repository that the App is installed on at acme: name `repositories:` to narrow it.",
      ]);
      expect(minted.reach).toContain("every repository that the GitHub App");
    }
  });

  test("is asked for by the App's id as well as by its client id", async () => {
    const minted = await mint({ clientId: undefined, appId: github.appId, repository: "acme/app" });
    expect(await statusOf(minted.value, "acme/app")).toBe(200);
  });

  test.each(["GITEA_ACTIONS", "FORGEJO_ACTIONS"])(
    "is asked for at github.com where the runner is another forge's (%s), and never for that one's repository",
    async (variable) => {
      const environment = { [variable]: "true", GITHUB_API_URL: `${github.url}/api/v1`, GITHUB_REPOSITORY: "acme/app" };
      const host = fakeHost({ files: { "/k.pem": github.pem }, environment });
      const ask = (more: Partial<GithubAppSourceOptions>) =>
        sealErrorOf(createGithubAppSource("forge", options({ apiUrl: undefined, ...more }), host).mint());
      await ask({ repository: "acme/lib" });
      expect(host.requests.map(({ url }) => url)).toEqual(["https://api.github.com/repos/acme/lib/installation"]);
      expect((await ask({})).message).toContain("does not say where its GitHub App is installed");
      expect(host.requests).toHaveLength(1);
    },
  );

  test("is asked for where the runner says that GitHub is, and at github.com without that", async () => {
    const environment = { GITHUB_API_URL: `${github.url}/`, GITHUB_REPOSITORY: "acme/app" };
    expect(await statusOf((await mint({ apiUrl: undefined }, { environment })).value, "acme/app")).toBe(200);
    const host = fakeHost({ files: { "/k.pem": github.pem } });
    await sealErrorOf(
      createGithubAppSource("forge", options({ apiUrl: undefined, repository: "acme/app" }), host).mint(),
    );
    expect(host.requests.map(({ url, namedBy }) => [url, namedBy])).toEqual([
      ["https://api.github.com/repos/acme/app/installation", "configuration"],
    ]);
  });

  test("comes in both forms, and either is one word", async () => {
    const forms = [await mint({ repository: "acme/app" }), await mint({ repository: "acme/app" })];
    expect(forms.map(({ value }) => /^ghs_\w{36}$|^ghs_\d+_\S+\.\S+\.\S+$/.test(value.exposeText()))).toEqual([
      true,
      true,
    ]);
    expect(forms.map(({ value }) => value.byteLength > 300)).toEqual([false, true]);
  });

  test("is revoked by GitHub, which takes it for nothing afterwards; twice is no error", async () => {
    const minted = await mint({ repository: "acme/app" });
    await minted.revoke!();
    expect(await statusOf(minted.value, "acme/app")).toBe(401);
    await minted.revoke!();
    expect(github.living()).toEqual([]);
  });

  test("is not taken for revoked where GitHub does not know it yet", async () => {
    const minted = await mint({ repository: "acme/app" });
    github.fail("DELETE", () => ({ status: 401, body: { message: "Bad credentials" } }));
    await minted.revoke!();
    expect(github.living()).toEqual([]);
  });

  test.each(["half", 502] as const)(
    "that GitHub made without saying so (%s) is asked for once more, and that is told",
    async (how) => {
      github.failAfter("access_tokens", how);
      const minted = await mint({ repository: "acme/app" });
      expect(github.issued).toHaveLength(2);
      expect(minted.value.exposeText() === github.issued[1]!.token).toBe(true);
      expect(minted.notices).toEqual([
        "warning: GitHub gave no whole answer when it was asked for the secret forge: a token that nobody knows may be alive until its hour is over.",
      ]);
    },
  );

  test.each(["half", 502] as const)(
    "that GitHub made twice without saying so (%s) is not asked for any more",
    async (how) => {
      github.failAfter("access_tokens", how);
      github.failAfter("access_tokens", how);
      const error = await refused({ repository: "acme/app" });
      expect(error.message).toContain("a token that nobody knows may be alive until its hour is over");
      expect(github.issued).toHaveLength(2);
    },
  );

  test("that GitHub surely did not make is asked for as often as ever, without a word", async () => {
    for (const _ of [1, 2, 3]) github.fail("access_tokens", () => ({ status: 503, body: {} }));
    expect((await mint({ repository: "acme/app" })).notices).toEqual([]);
  });

  test("that cannot be revoked is an error without its value", async () => {
    const minted = await mint({ repository: "acme/app" });
    github.fail("DELETE", ({ bearer }) => ({ status: 403, body: { message: `no: ${bearer}` } }));
    const error = await sealErrorOf(minted.revoke!());
    expect(error.message).toContain("GitHub did not revoke the secret forge (status 403: no:");
    expect(error.message.includes(minted.value.exposeText())).toBe(false);
  });

  test("that comes when the build has ended is revoked at once", async () => {
    const control = new AbortController();
    github.fail("POST", () => {
      control.abort();
      return { status: 502, body: {} };
    });
    const error = await sealErrorOf(
      sourceOf({ repository: "acme/app" }).mint({ signal: control.signal }) as Promise<unknown>,
    );
    expect(error.message).toContain("The build ended");
    expect(github.issued).toHaveLength(1);
    expect(github.living()).toEqual([]);
  });

  test("that does not say its end, or can do more than was asked for, is revoked and refused", async () => {
    const changes: ((answer: Record<string, unknown>) => object)[] = [
      (answer) => ({ ...answer, expires_at: undefined }),
      (answer) => ({ ...answer, permissions: { contents: "write" } }),
      (answer) => ({ ...answer, permissions: { contents: "read", secrets: "read" } }),
    ];
    for (const change of changes) {
      const { value } = await mint({ repository: "acme/app" });
      const expires_at = new Date(now + 3_600_000).toISOString();
      const body = change({ token: value.exposeText(), expires_at, permissions: { contents: "read" } });
      github.fail("POST", () => ({ status: 201, body }));
      expect((await refused({ repository: "acme/app" })).message).toContain("it was revoked");
      expect(github.living()).toEqual([]);
    }
  });
});

describe("the App's key", () => {
  const stored: Readonly<Record<string, (pem: string) => string>> = {
    "PKCS#1, as GitHub gives it": (pem) => pem,
    "PKCS#8": () => github.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "with line ends of Windows": (pem) => pem.replaceAll("\n", "\r\n"),
    "with line ends that are written out": (pem) => pem.replaceAll("\n", "\\n"),
    "with line ends that are written out, in quotes": (pem) => `"${pem.replaceAll("\n", "\\r\\n")}"`,
    "in one line with blanks": (pem) => pem.trim().replaceAll("\n", " "),
    "without any line ends": (pem) => pem.replaceAll("\n", ""),
    "indented, with words around it": (pem) => `key:\n${pem.replaceAll(/^/gm, "    ")}\nend`,
    "in base64": (pem) => Buffer.from(pem).toString("base64"),
    "in base64 that is wrapped": (pem) => Buffer.from(pem).toString("base64").replaceAll(/.{76}/g, "$&\n"),
    "in base64 for addresses": (pem) => Buffer.from(pem).toString("base64url"),
  };

  test.each(Object.keys(stored))("is read %s, from a file, a variable or a command", async (how) => {
    const text = stored[how]!(github.pem);
    await mint({ repository: "acme/app" }, { files: { "/k.pem": text } });
    const environment = { KEY: text };
    await mint(
      { repository: "acme/app", privateKeyFile: undefined, privateKey: { from: "env", name: "KEY" } },
      { environment },
    );
    const privateKey = { from: "exec", command: ["op", "read"] } as const;
    await mint({ repository: "acme/app", privateKeyFile: undefined, privateKey }, { outcome: printed(text) });
    expect(github.living()).toHaveLength(3);
  });

  test("and its variable are nothing that Docker inherits", () => {
    const variables = (privateKey: GithubAppSourceOptions["privateKey"]) =>
      sourceOf({ privateKeyFile: undefined, privateKey }).variables;
    expect(variables({ from: "env", name: "APP_KEY" })).toEqual(["APP_KEY"]);
    expect(variables({ from: "exec", command: ["vault", "kv"] })).toEqual(["VAULT_TOKEN"]);
  });

  test("is masked and searched for, however it is written, and is no part of what can be mounted", async () => {
    const base64 = Buffer.from(github.pem).toString("base64");
    const minted = await mint({ repository: "acme/app" }, { files: { "/k.pem": base64 } });
    const body = github.pem.replaceAll(/-----[^-]+-----|\s+/g, "");
    const pkcs8 = github.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const forms = minted.keys!.map((key) => key.exposeText());
    for (const form of [base64, github.pem, body, pkcs8]) expect(forms.includes(form)).toBe(true);
    expect(new Set(forms).size).toBe(forms.length);
    expect(minted.keys!.map(({ name }) => name)).toEqual(forms.map(() => "forge-private-key"));
    expect(secretsOf(minted)).toEqual([minted.value, ...minted.keys!]);
    expect(minted.fields.size).toBe(0);
    for (const key of minted.keys!) expect(needlesOf(key, "scan").length).toBeGreaterThan(0);
  });

  test.each([
    ["nothing like a key", () => "not a key", "holds no private key"],
    [
      "base64 of something else",
      () => Buffer.from("hello there, this is text").toString("base64"),
      "holds no private key",
    ],
    ["a public key", (pem: string) => pem.replaceAll("RSA PRIVATE", "PUBLIC"), "is a public key, not a private key"],
    ["a certificate", (pem: string) => pem.replaceAll("RSA PRIVATE KEY", "CERTIFICATE"), "is a certificate, not"],
    ["OpenSSH's form", (pem: string) => pem.replaceAll("RSA", "OPENSSH"), "is a key of OpenSSH's own form"],
    ["cut", (pem: string) => pem.replace(/\n.{64}\n/, "\n"), "a part of it is missing or was changed"],
    ["without an end", (pem: string) => pem.slice(0, 500), "holds no private key"],
    ["with other characters", (pem: string) => pem.replace(/\n.{4}/, "\n****"), "there is no base64"],
  ])("that is %s is refused in words that hold none of it", async (_, make, sentence) => {
    const text = make(github.pem);
    const error = await refused({ repository: "acme/app" }, { files: { "/k.pem": text } });
    expect(error).toMatchObject({ code: "SOURCE", message: expect.stringContaining(sentence) });
    expect(error.message).toContain("(forge-private-key)");
    const lines = text.split("\n").filter((line) => line.length > 20 && !line.includes("---"));
    for (const line of lines) expect(inspect(error, { depth: 9 }).includes(line)).toBe(false);
    expect(github.requests).toEqual([]);
  });

  test("that is encrypted, or of another kind than RSA, is refused", async () => {
    const cipher = { cipher: "aes-256-cbc", passphrase: randomBytes(9).toString("hex") };
    for (const type of ["pkcs1", "pkcs8"] as const) {
      const text = github.privateKey.export({ type, format: "pem", ...cipher }).toString();
      const error = await refused({ repository: "acme/app" }, { files: { "/k.pem": text } });
      expect(error.message).toContain("is encrypted by a passphrase");
    }
    const { generateKeyPairSync } = await import("node:crypto");
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
    const error = await refused({ repository: "acme/app" }, { files: { "/k.pem": ec.toString() } });
    expect(error.message).toContain("is a key of the kind ec, and GitHub takes RSA");
  });

  test("that is not there is an error of its file", async () => {
    const error = await refused({ repository: "acme/app", privateKeyFile: "/nowhere.pem" });
    expect(error.message).toContain("/nowhere.pem does not exist");
  });

  test("of another App is named as that", async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const text = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const error = await refused({ repository: "acme/app" }, { files: { "/k.pem": text } });
    expect(error.message).toContain(`the key is not one of the GitHub App ${github.clientId} (status 401`);
    const unknown = await refused({ clientId: "Iv23liNobody", repository: "acme/app" });
    expect(unknown.message).toContain("there is no such App: the GitHub App Iv23liNobody (status 404");
  });
});

describe("a clock that is wrong", () => {
  test.each([
    ["a minute behind", -60_000, 0],
    ["a minute ahead", 59_000, 0],
    ["four minutes behind", -240_000, 0],
  ])("%s is no matter", async (_, skewMs, notices) => {
    ownMs = now + skewMs;
    expect((await mint({ repository: "acme/app" })).notices).toHaveLength(notices);
    expect(github.requests).toHaveLength(2);
  });

  test.each([
    ["ten minutes ahead", 600_000, "10 minutes ahead of"],
    ["two hours behind", -7_200_000, "2 hours behind"],
  ])("%s is seen by the server's date, set right once, and said", async (_, skewMs, words) => {
    ownMs = now + skewMs;
    const minted = await mint({ repository: "acme/app" });
    expect(github.requests).toHaveLength(3);
    expect(minted.notices).toEqual([expect.stringContaining(`This machine's clock is ${words} GitHub's`)]);
    expect(minted.issuedAt).toEqual(new Date(now));
    expect(await statusOf(minted.value, "acme/app")).toBe(200);
  });

  test("that cannot be set right is an error that names it", async () => {
    const message = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    ownMs = now + 900_000;
    for (const _ of [1, 2]) github.fail("GET", () => ({ status: 401, body: { message } }));
    const error = await refused({ repository: "acme/app" });
    expect(error.message).toContain("this machine's clock is 15 minutes ahead of GitHub's (status 401");
    expect(error.remedy).toContain("clock");
  });
});

describe("what GitHub refuses", () => {
  test("because the App is not there says where it is not", async () => {
    const place = async (more: Partial<GithubAppSourceOptions>) => (await refused(more)).message;
    const app = `the GitHub App ${github.clientId}`;
    expect(await place({ repository: "acme/none" })).toContain(`${app} is not installed on acme/none, or there is no`);
    expect(await place({ organization: "nobody" })).toContain(`${app} is not installed in the organisation nobody`);
    expect(await place({ installationId: 99 })).toContain(`${app} has no installation 99 (status 404: Not Found)`);
  });

  test("for a repository that is not the installation's names it, one of another account before anybody is asked", async () => {
    const missing = await refused({ repository: "acme/app", repositories: ["app", "none"] });
    expect(missing.message).toContain(
      "the App is not installed on each of app, none, or one does not exist (status 422",
    );
    const other = await refused({ installationId: 7, repositories: ["acme/app", "other/app"] });
    expect(other.message).toContain("is to reach other/app, and the App's installation belongs to acme");
    expect(github.requests.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  test("for permissions that were not granted names those, and what there is", async () => {
    const permissions = { contents: "write", issues: "read" } as const;
    const error = await refused({ repository: "other/app", permissions });
    expect(error.message).toContain(
      "the App's installation at other was not granted contents: write (it has read), issues: read (it has none) (status 422",
    );
    expect(error.remedy).toContain("accept");
  });

  test("because the installation sleeps says so", async () => {
    expect((await refused({ repository: "asleep/app" })).message).toContain("is suspended");
  });

  test("because of a rate limit says when that is lifted", async () => {
    const reset = String(now / 1000 + 900);
    const limits = [
      {
        status: 403,
        body: { message: "API rate limit exceeded for installation ID 7." },
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
      },
      { status: 429, body: { message: "slow" }, headers: { "retry-after": "900" } },
    ];
    for (const limit of limits) {
      github.fail("GET", () => limit);
      const error = await refused({ repository: "acme/app" });
      expect(error.message).toContain(`its rate limit is reached (status ${limit.status}`);
      expect(error.remedy).toContain("It is lifted in 15 minutes");
    }
    github.fail("GET", () => ({ status: 403, body: { message: "You have exceeded a secondary rate limit." } }));
    expect((await refused({ repository: "acme/app" })).remedy).toContain("Try again in a few minutes");
  });

  test("for a moment is asked again: a secondary limit that says when, a gateway's fault", async () => {
    github.fail("GET", () => ({ status: 403, body: { message: "wait" }, headers: { "retry-after": "2" } }));
    github.fail("POST", () => ({ status: 502, body: "<html>" }));
    expect(await statusOf((await mint({ repository: "acme/app" })).value, "acme/app")).toBe(200);
  });

  test("by breaking off in the midst of an answer is asked again, and told when it goes on", async () => {
    github.breakOff("GET");
    github.breakOff("POST");
    expect(await statusOf((await mint({ repository: "acme/app" })).value, "acme/app")).toBe(200);
    for (let tries = 0; tries < 4; tries++) github.breakOff("GET");
    expect((await refused({ repository: "acme/app" })).message).toContain("broke the connection off");
  });

  test("because a repository was renamed says so, and follows nowhere", async () => {
    const location = `${github.url}/repositories/5/installation`;
    github.fail("GET", () => ({
      status: 301,
      body: { message: "Moved Permanently", url: location },
      headers: { location },
    }));
    const error = await refused({ repository: "acme/old" });
    expect(error.message).toContain("what is named was renamed or moved (status 301: Moved Permanently)");
    expect(github.requests).toHaveLength(1);
  });

  test("for an account whose name is no name is told without it", async () => {
    const jwtPart = (bearer: string) => bearer.split(".")[2]!.slice(0, 30);
    let sent = "";
    for (const make of [jwtPart, () => "not a login", (bearer: string) => bearer]) {
      github.fail("GET", ({ bearer }) => {
        sent = make(bearer);
        return { status: 200, body: { id: 7, account: { login: sent }, permissions: {} } };
      });
      const error = await refused({ repository: "acme/app", permissions: { issues: "read" } });
      expect(error.message).toContain("the App's installation at the account was not granted issues: read");
      expect(error.message.includes(sent)).toBe(false);
    }
  });

  test("for an account of a short name is told with it, though such a name stands in every key", async () => {
    const login = github.pem.slice(100, 102).replaceAll(/\W/g, "a");
    github.fail("GET", () => ({ status: 200, body: { id: 7, account: { login }, permissions: {} } }));
    const error = await refused({ installationId: 7, permissions: { issues: "read" } });
    expect(error.message).toContain(`the App's installation at ${login} was not granted`);
  });

  test("in ways that nobody knows is told in its own words", async () => {
    const said: [number, unknown, string][] = [
      [
        403,
        { message: "the `acme` organization has an IP allow list enabled" },
        "the App may not do that (status 403: the `acme`",
      ],
      [401, { message: "Bad credentials" }, "it does not know who asks (status 401: Bad credentials)"],
      [418, {}, "it refuses (status 418)"],
      [200, { id: "seven" }, "its answer cannot be understood (status 200)"],
      [200, "<html>", "its answer cannot be understood"],
    ];
    for (const [status, body, sentence] of said) {
      github.fail("GET", () => ({ status, body }));
      expect((await refused({ repository: "acme/app" })).message).toContain(sentence);
    }
    github.fail("GET", () => ({ status: 500, body: {} }));
    for (const _ of [1, 2, 3]) github.fail("GET", () => ({ status: 500, body: {} }));
    expect((await refused({ repository: "acme/app" })).message).toContain("it has a fault of its own (status 500)");
  });

  test("is never shown with what was sent, also when its words repeat it", async () => {
    for (const [line, status] of [
      ["GET", 401],
      ["GET", 404],
      ["GET", 418],
      ["POST", 422],
      ["POST", 403],
    ] as const) {
      let sent = "";
      github.fail(line, ({ bearer, body }) => {
        sent = bearer;
        const message = `repository permission ${bearer} ${bearer.split(".")[2]} ${github.pem.split("\n")[3]} ${body}`;
        return { status, body: { message, error: bearer } };
      });
      const error = await refused({ repository: "acme/app" });
      const shown = inspect(error, { depth: 9, showHidden: true });
      for (const part of [sent, ...sent.split("."), ...github.pem.split("\n").slice(1, -2)]) {
        expect(part.length > 0 && shown.includes(part)).toBe(false);
      }
    }
  });

  test("when nobody is there is told with the host", async () => {
    const url = github.url;
    await github[Symbol.asyncDispose]();
    const error = await refused({ repository: "acme/app", apiUrl: url });
    expect(error.message).toContain(`could not be looked up: ${new URL(url).host} could not be reached`);
    github = await startGithub(() => now, []);
  });

  test("names no place: nothing is asked, and the error says what to write", async () => {
    expect((await refused()).remedy).toBe("Name `repository: OWNER/NAME`, `organization:` or `installationId:`.");
    expect((await refused({ repositories: ["app"] })).message).toContain(
      "does not say where its GitHub App is installed",
    );
    expect((await refused({ repositories: ["acme/app/x"] })).message).toContain("which is no OWNER/NAME");
    expect(github.requests).toEqual([]);
  });
});

describe("a job for a pull request", () => {
  const permissions = { contents: "write", packages: "admin", workflows: "write" } as const;

  test("gets what can be narrowed to reading, and that is said", async () => {
    for (const trust of ["pull-request", "fork"] as const) {
      const source = sourceOf({ repository: "acme/app", permissions }, { trust });
      expect(source.isReadOnly).toBe(true);
      const minted = (await source.mint()) as Minted;
      expect(github.issued.at(-1)?.permissions).toEqual({ metadata: "read", contents: "read", packages: "read" });
      expect(minted.notices).toEqual([
        "This job is for a pull request: the secret forge has contents: read, packages: read and no more.",
      ]);
    }
  });

  test("gets nothing where nothing can be", async () => {
    const more = { repository: "acme/app", permissions: { workflows: "write" } } as const;
    expect(sourceOf(more, { trust: "fork" }).isReadOnly).toBe(false);
    expect((await refused(more, { trust: "pull-request" })).message).toContain("none of its permissions");
    expect(github.requests).toEqual([]);
  });

  test("is not read-only where it registers runners, nor is a branch's job that may write", () => {
    for (const mint of ["registration", "jit"] as const) {
      expect(sourceOf({ mint, repository: "acme/app" }, { trust: "fork" }).isReadOnly).toBe(false);
    }
    expect(sourceOf({ repository: "acme/app", permissions }).isReadOnly).toBe(false);
    expect(sourceOf({ repository: "acme/app" }).isReadOnly).toBe(true);
  });
});

describe("a runner's registration token", () => {
  test.each([
    [
      "a repository",
      { repository: "acme/app" },
      "acme/app",
      { repositories: ["app"], permissions: { administration: "write" } },
    ],
    [
      "an organisation",
      { organization: "runners" },
      "the organisation runners",
      { permissions: { organization_self_hosted_runners: "write" } },
    ],
  ] as const)("is had for %s, by a token for that alone, which is revoked at once", async (_, place, where, asked) => {
    const minted = await mint({ mint: "registration", ...place });
    expect(github.bodies.filter((body) => body !== undefined)).toEqual([asked]);
    expect(github.issued).toHaveLength(1);
    expect(github.living()).toEqual([]);
    expect(github.requests.at(-1)).toBe("DELETE /installation/token");
    expect(minted.keys!.map((key) => key.exposeText()).includes(github.issued[0]!.token)).toBe(true);
    expect(minted).toMatchObject({
      issuedAt: new Date(now),
      expiresAt: new Date(now + 3_600_000),
      clock: "issuer",
      reach: `registers any number of runners at ${where}`,
    });
    expect(minted.revoke).toBeUndefined();
    expect(minted.notices.at(-1)).toContain("GitHub cannot revoke it: it is good until 2026-03-01T13:00:00.000Z");
  });

  test("is the job's own repository's where nothing is said; what it cannot use is told", async () => {
    const more = { mint: "registration", repositories: ["lib"], permissions: { contents: "read" } } as const;
    const minted = await mint(more, { environment: { GITHUB_REPOSITORY: "acme/app" } });
    expect(github.requests).toContain("POST /repos/acme/app/actions/runners/registration-token");
    expect(minted.notices.slice(0, 2)).toEqual([
      expect.stringContaining("`repositories:` of the secret forge is not used"),
      expect.stringContaining("`permissions:` of the secret forge is not used"),
    ]);
    expect((await refused({ mint: "registration", installationId: 7 })).message).toContain(
      "does not say where its runner is to be registered",
    );
  });

  test("that is refused leaves no token behind, and names the permission", async () => {
    const error = await refused({ mint: "registration", repository: "other/app" });
    expect(error.message).toContain("was not granted administration: write (it has none)");
    github.fail("registration-token", () => ({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    }));
    const late = await refused({ mint: "registration", repository: "acme/app" });
    expect(late.message).toContain("the App may not register runners at acme/app (status 403: Resource not accessible");
    expect(late.remedy).toContain("administration: write");
    expect([github.issued.length, github.living().length]).toEqual([1, 0]);
  });

  test("is had though not all of GitHub knows the fresh token yet, and though that could not be revoked", async () => {
    github.fail("registration-token", () => ({ status: 401, body: { message: "Bad credentials" } }));
    github.fail("DELETE", () => ({ status: 418, body: {} }));
    const minted = await mint({ mint: "registration", repository: "acme/app" });
    expect(minted.notices[0]).toContain(
      "warning: The installation token that the secret forge was made with was not revoked",
    );
  });
});

describe("a runner's just-in-time configuration", () => {
  const place = { mint: "jit", repository: "acme/app" } as const;

  test("has the name, labels, group and folder that are asked for, or usual ones and a name of its own", async () => {
    const runner = { name: "builder-1", labels: ["gpu", "linux"], groupId: 1, workFolder: "work" };
    const named = await mint({ ...place, runner });
    expect(named.fields.get("runner-name")).toBe("builder-1");
    const usual = [await mint(place), await mint(place)].map(({ fields }) => fields.get("runner-name"));
    expect([...github.runners.values()].map(({ body }) => body)).toEqual([
      { name: "builder-1", labels: ["gpu", "linux"], runner_group_id: 1, work_folder: "work" },
      ...usual.map((name) => ({ name, labels: ["self-hosted"], runner_group_id: 1, work_folder: "_work" })),
    ]);
    expect(new Set(usual).size).toBe(2);
    expect(usual[0]).toMatch(/^buildseal-test-1-[0-9a-f]{8}$/);
    expect(github.living()).toEqual([]);
  });

  test("is secret with the key that is in it, which the runner unpacks", async () => {
    const minted = await mint(place);
    const files = JSON.parse(Buffer.from(minted.value.exposeText(), "base64").toString());
    const { d } = JSON.parse(Buffer.from(files[".credentials_rsaparams"], "base64").toString());
    const known = secretsOf(minted).map((secret) => secret.exposeText());
    expect([known.includes(d), known.includes(files[".credentials_rsaparams"])]).toEqual([true, true]);
    expect(minted.expiresAt).toBeUndefined();
  });

  test("is ended by taking the runner away, which leaves no token; one that is gone is no error", async () => {
    const minted = await mint({ mint: "jit", organization: "runners" });
    expect([...github.runners.values()].map(({ at }) => at)).toEqual(["orgs/runners"]);
    await minted.revoke!();
    expect(github.runners.size).toBe(0);
    await minted.revoke!();
    expect(github.living()).toEqual([]);
  });

  test("of a runner that is at work cannot be ended, and says why", async () => {
    const minted = await mint(place);
    github.fail("DELETE /repos", () => ({
      status: 422,
      body: { message: "Runner is currently running a job and cannot be deleted." },
    }));
    expect((await sealErrorOf(minted.revoke!())).message).toContain("it is running a job (status 422");
    expect(github.living()).toEqual([]);
  });

  test("that is refused says whether it was the name, the group or the labels, and leaves no token", async () => {
    const said = async (runner: GithubAppSourceOptions["runner"]) => (await refused({ ...place, runner })).message;
    await mint({ ...place, runner: { name: "taken" } });
    expect(await said({ name: "taken" })).toContain("there is a runner named taken already (status 409");
    expect(await said({ groupId: 2 })).toContain("the runner group 2 does not exist there, or the App may not add");
    expect(await said({ groupId: 99 })).toContain("the runner group 99 does not exist there");
    expect(await said({ labels: [] })).toContain("it does not take what `runner:` says (status 422");
    expect(github.living()).toEqual([]);
  });

  test.each(["half", 502, 500] as const)(
    "of a runner that GitHub made without saying so (%s) is had for another one, and the first is away",
    async (how) => {
      github.failAfter("generate-jitconfig", how);
      const minted = await mint(place);
      const names = github.bodies.flatMap((body) => (body as { name?: string } | undefined)?.name ?? []);
      expect(new Set(names).size).toBe(2);
      expect([...github.runners.values()].map(({ name }) => name)).toEqual([names[1]]);
      expect(minted.fields.get("runner-name")).toBe(names[1]);
      expect(github.living()).toEqual([]);
    },
  );

  test("is not asked for without end where GitHub never says what it made", async () => {
    for (const _ of [1, 2, 3]) github.failAfter("generate-jitconfig", 502);
    expect((await refused(place)).message).toContain("status 502");
    expect(github.requests.filter((line) => line.endsWith("generate-jitconfig"))).toHaveLength(3);
    expect([github.runners.size, github.living().length]).toEqual([0, 0]);
  });

  test("of a runner with a name of the user's own is not asked for again, nor is his runner taken away", async () => {
    github.failAfter("generate-jitconfig", 502);
    const error = await refused({ ...place, runner: { name: "builder-1" } });
    expect(error.message).toContain("A runner builder-1 may be registered at acme/app.");
    expect(error.remedy).toContain("Remove the runner builder-1");
    expect([...github.runners.values()].map(({ name }) => name)).toEqual(["builder-1"]);
  });

  test("of a runner that cannot be looked up says that it may be there", async () => {
    github.failAfter("generate-jitconfig", 502);
    github.fail("GET /repos/acme/app/actions/runners", () => ({ status: 418, body: {} }));
    expect((await refused(place)).message).toMatch(/A runner buildseal-test-1-\w{8} may be registered at acme\/app/);
    expect(github.living()).toEqual([]);
  });

  test.each(["/installation", "access_tokens", "DELETE /repos", "DELETE /installation/token"])(
    "is ended no longer than it may take: %s is not waited for",
    async (line) => {
      const minted = await mint(place);
      const end = Promise.withResolvers<void>();
      github.hold(line, end.promise);
      const limit = new AbortController();
      const ended = sealErrorOf(minted.revoke!({ signal: limit.signal }));
      await expect.poll(() => github.requests.at(-1)).toContain(line);
      limit.abort();
      expect((await ended).message).toContain("was not waited for");
      end.resolve();
    },
  );

  test("that comes when the build has ended is taken back", async () => {
    const control = new AbortController();
    github.fail("generate-jitconfig", () => {
      control.abort();
      return { status: 503, body: {} };
    });
    const error = await sealErrorOf(sourceOf(place).mint({ signal: control.signal }) as Promise<unknown>);
    expect(error.message).toContain("The build ended");
    expect([github.runners.size, github.living().length]).toEqual([0, 0]);
  });
});

describe("a long build", () => {
  test("has a new token for each of several lives, never an old one, and all are revoked at its end", async () => {
    const clock = fakeClock(now);
    const host = { ...hostWith(), now: clock.now };
    // both clocks are one here: the server's goes with the build's
    await github[Symbol.asyncDispose]();
    github = await startGithub(clock.now, [
      { id: 7, account: "acme", repositories: ["app"], permissions: { contents: "read" } },
    ]);
    host.files.set("/k.pem", { kind: "read", bytes: new TextEncoder().encode(github.pem) });
    host.exchange = issuingHost(clock.now).exchange;
    const published: Minted[] = [];
    const renewed = () => published.length;
    const failures: unknown[] = [];
    const freshness = createFreshness({
      clock,
      random: () => 0,
      watch: fakeWatch().watch,
      publish: async (_, minted) => void published.push(minted),
      late: () => {},
      report: (event) => {
        if (event.kind !== "renewed") failures.push(event);
      },
    });
    const source = createGithubAppSource("forge", options({ repository: "acme/app" }), host);
    await freshness.add("forge", source);
    for (let life = 1; life <= 6; life++) {
      const before = renewed();
      await clock.pass(24 * 60_000 + 1000);
      await expect.poll(renewed).toBe(before + 1);
      // what a step that starts now gets is good for half an hour at least
      expect(freshness.lifeLeftMs("forge")).toBeGreaterThan(30 * 60_000);
      const fresh = published.at(-1)!.value.exposeText();
      expect(github.living().some(({ token }) => token === fresh)).toBe(true);
    }
    await freshness.stop();
    expect(failures).toEqual([]);
    expect(new Set(github.issued.map(({ token }) => token)).size).toBe(7);
    expect(github.living().length).toBeGreaterThan(1);
    await Promise.all(published.map(({ revoke }) => revoke!()));
    expect(github.living()).toEqual([]);
  });
});

test("nothing that it gives or throws can be printed with a value in it", async () => {
  const minted = await mint({ mint: "jit", repository: "acme/app" });
  const shown = [inspect(minted, { depth: 9, showHidden: true }), JSON.stringify(minted), String(minted.value)].join();
  for (const secret of secretsOf(minted)) expect(shown.includes(secret.exposeText())).toBe(false);
  expect(new Secret("x", "y").toString()).toBe("[secret x]");
});
