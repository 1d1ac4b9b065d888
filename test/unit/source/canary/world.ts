import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createChain } from "../../../../src/identity/chain.ts";
import type { CommandOutcome, FileRead } from "../../../../src/identity/host.ts";
import { createProvider, type IdentityConfig } from "../../../../src/identity/kind.ts";
import { createMask, type Mask } from "../../../../src/secret/mask.ts";
import type { Secret } from "../../../../src/secret/secret.ts";
import type { SourceConfig } from "../../../../src/source/kind/kind.ts";
import type { SourceHost } from "../../../../src/source/source.ts";
import { fakeHost, inSeconds, makeJwt, printed } from "../../identity/fake-host.ts";
import { makeWallet } from "../nosana/wallet-file.ts";
import type { Planted } from "./planted.ts";
import { type Answer, openWire, type Sent, type Wire } from "./wire.ts";

/** A machine and servers with which a kind of source or identity works, full of values that must not be seen. */
export type Setting = {
  readonly environment?: Record<string, string>;
  readonly files?: Record<string, string>;
  /** What any command prints. */
  readonly stdout?: string;
  readonly answer?: Answer;
};

export type SourceCase = {
  readonly config: SourceConfig;
  readonly set: (planted: Planted) => Setting;
  /** How many requests it takes when all is well. */
  readonly requests?: number;
};

export type IdentityCase = {
  readonly config: IdentityConfig;
  readonly set: (planted: Planted) => Setting;
  readonly requests?: number;
};

export type World = {
  readonly host: SourceHost;
  readonly wire: Wire;
  readonly setting: Setting;
  /** Masks these from now on, as a build does with what it was given. */
  readonly learn: (secrets: readonly Secret[]) => void;
};

/** Values that a build has been given, and the mask that hides them. */
type Given = { readonly mask: Mask; readonly texts: readonly string[] };

export function givenBefore(secrets: readonly Secret[]): Given {
  const mask = createMask();
  for (const secret of secrets) mask.add(secret);
  return { mask, texts: secrets.map((secret) => secret.exposeText()) };
}

export function openWorld(
  setting: Setting,
  planted: Planted,
  more: {
    readonly outcome?: CommandOutcome;
    readonly content?: string;
    readonly environment?: Record<string, string>;
    /** What was given before: everything else that the world has to say is masked by it. */
    readonly given?: Given;
  } = {},
): World {
  const { mask, texts } = more.given ?? givenBefore([]);
  const wire = openWire(setting.answer ?? (() => undefined), planted, texts);
  const files: Record<string, FileRead> = {};
  for (const [path, text] of Object.entries(setting.files ?? {})) {
    files[path] = { kind: "read", bytes: new TextEncoder().encode(more.content ?? text) };
  }
  const host: SourceHost = {
    ...fakeHost({
      environment: more.environment ?? setting.environment ?? {},
      files,
      outcome: more.outcome ?? printed(setting.stdout ?? ""),
      mask: mask.text,
    }),
    exchange: wire.exchange,
    identity: () => createChain([createProvider("identity", { from: "env", name: "ID_TOKEN" }, host)]),
  };
  return { host, wire, setting, learn: (secrets) => secrets.forEach(mask.add) };
}

const identityToken = (planted: Planted): string =>
  planted.add(
    makeJwt({
      jti: planted.value(),
      aud: ["sts.amazonaws.com", "https://huggingface.co", "octo-sts.dev", "https://x.example"],
    }),
  );
const aJwt = (planted: Planted, claims: object = {}): string =>
  planted.add(makeJwt({ jti: planted.value(), ...claims }));

const expires_at = new Date(inSeconds(3600) * 1000).toISOString();

const form = ({ body }: Sent) => new URLSearchParams(body);

/** STS, which answers each of its actions with one session. */
function answerSts(planted: Planted): Answer {
  const parts = [
    ["AccessKeyId", planted.value("ASIA")],
    ["SecretAccessKey", planted.value()],
    ["SessionToken", planted.value()],
    ["Expiration", expires_at],
  ];
  return (sent) => {
    const action = form(sent).get("Action");
    const inner = parts.map(([tag, text]) => `<${tag}>${text}</${tag}>`).join("");
    const text = `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>${inner}</Credentials></${action}Result></${action}Response>`;
    return [200, text, { "content-type": "text/xml" }];
  };
}

function answerGithub(planted: Planted): Answer {
  const permissions = { contents: "read", administration: "write", metadata: "read" };
  return ({ method, url: { pathname: path } }) => {
    if (method === "DELETE") return [204, ""];
    if (path.endsWith("/installation"))
      return [200, { id: 7, account: { login: "acme" }, permissions, suspended_at: null }];
    if (path.endsWith("/access_tokens"))
      return [201, { token: planted.value("ghs_"), expires_at, repository_selection: "selected" }];
    if (path.endsWith("/registration-token")) return [201, { token: planted.value("A"), expires_at }];
    if (path.endsWith("/generate-jitconfig")) {
      const key = Buffer.from(JSON.stringify({ ".credentials": randomBytes(20).toString("hex") })).toString("base64");
      return [201, { encoded_jit_config: planted.add(key), runner: { id: 5, name: "r" } }];
    }
    return undefined;
  };
}

/** Made once: that takes a while. */
let pem: string | undefined;
function appKey(planted: Planted): string {
  pem ??= String(
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }),
  );
  return planted.add(pem);
}

function githubApp(mint: "installation" | "registration" | "jit", requests: number): SourceCase {
  return {
    config: { from: "github-app", clientId: "Iv23li", privateKeyFile: "/key.pem", repository: "acme/app", mint },
    set: (planted) => ({ files: { "/key.pem": appKey(planted) }, answer: answerGithub(planted) }),
    requests,
  };
}

function nosana(
  config: Partial<Extract<SourceConfig, { from: "nosana" }>>,
  wallet: (planted: Planted, json: string) => Setting,
): SourceCase {
  return {
    config: { from: "nosana", endpoint: "https://secrets.nosana.ci", key: "npm", ...config },
    set: (planted) => {
      const { json } = makeWallet();
      planted.add(json);
      const answer: Answer = ({ url }) =>
        url.pathname === "/login" ? [200, { token: aJwt(planted) }] : [200, JSON.stringify(planted.value())];
      return { ...wallet(planted, json), answer };
    },
    requests: 2,
  };
}

const role = "arn:aws:iam::123456789012:role/ci";
const withIdentity = (planted: Planted) => ({ ID_TOKEN: identityToken(planted) });
const ambient = (planted: Planted) => ({
  AWS_ACCESS_KEY_ID: planted.value("AKIA"),
  AWS_SECRET_ACCESS_KEY: planted.value(),
});

/** Every kind of source, in each of its ways. */
export const sourceCases: { readonly [Kind in SourceConfig["from"]]: readonly SourceCase[] } = {
  irsa: [
    {
      config: { from: "irsa", tokenFile: "/t", roleArn: role },
      set: (planted) => ({ files: { "/t": aJwt(planted) } }),
    },
  ],
  identity: [
    {
      config: { from: "identity", audience: "https://x.example" },
      set: (planted) => ({ environment: withIdentity(planted) }),
    },
  ],
  "aws-session": [
    {
      config: { from: "aws-session", roleArn: role, region: "us-west-2" },
      set: (planted) => ({ environment: withIdentity(planted), answer: answerSts(planted) }),
      requests: 1,
    },
    {
      config: {
        from: "aws-session",
        roleArn: role,
        chain: [`${role}2`],
        region: "us-west-2",
        policy: { bucket: "b-b-b", access: "read" },
      },
      set: (planted) => ({ environment: withIdentity(planted), answer: answerSts(planted) }),
      requests: 2,
    },
    {
      config: { from: "aws-session", identity: "ambient", region: "us-west-2" },
      set: (planted) => ({ environment: ambient(planted), answer: answerSts(planted) }),
      requests: 1,
    },
    {
      config: { from: "aws-session", identity: "ambient", roleArn: role, region: "us-west-2" },
      set: (planted) => ({
        environment: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/pod",
        },
        // whatever its platform takes, which need not be a JWT
        files: { "/pod": planted.value() },
        answer: (sent) =>
          sent.url.hostname === "169.254.170.23"
            ? [
                200,
                {
                  AccessKeyId: planted.value("ASIA"),
                  SecretAccessKey: planted.value(),
                  Token: planted.value(),
                  Expiration: expires_at,
                },
              ]
            : answerSts(planted)(sent),
      }),
      requests: 2,
    },
  ],
  huggingface: ["hf_jwt_", "hf_oauth_"].map((prefix) => ({
    config: { from: "huggingface", resource: prefix === "hf_jwt_" ? "acme/model" : "acme" },
    set: (planted) => ({
      environment: withIdentity(planted),
      answer: () => [
        200,
        {
          access_token: planted.value(prefix),
          token_type: "bearer",
          expires_in: 3600,
          issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
        },
      ],
    }),
    requests: 1,
  })),
  "github-app": [githubApp("installation", 2), githubApp("registration", 4), githubApp("jit", 4)],
  "octo-sts": [
    {
      config: { from: "octo-sts", scope: "acme/app", identityName: "ci" },
      set: (planted) => ({
        environment: withIdentity(planted),
        answer: ({ method }) => (method === "DELETE" ? [204, ""] : [200, { token: planted.value("ghs_") }]),
      }),
      requests: 1,
    },
  ],
  nosana: [
    nosana({ walletFile: "/id.json" }, (_, json) => ({ files: { "/id.json": json } })),
    nosana({ wallet: { from: "env", name: "MY_WALLET" }, job: "9JobJobJob" }, (_, json) => ({
      environment: { MY_WALLET: json },
    })),
    nosana({ wallet: { from: "exec", command: ["pass", "show", "wallet"] } }, (_, json) => ({ stdout: json })),
  ],
  "actions-secrets": [
    {
      config: { from: "actions-secrets", names: ["NPM_TOKEN", "deploy-key"] },
      set: (planted) => ({
        environment: {
          RUNNER_ENVIRONMENT: "self-hosted",
          ALL_SECRETS: JSON.stringify({
            NPM_TOKEN: planted.value(),
            OTHER: planted.value(),
            "DEPLOY-KEY": planted.value(),
          }),
          SECRET_DEPLOY_KEY: planted.value(),
        },
      }),
    },
  ],
  env: [{ config: { from: "env", name: "V" }, set: (planted) => ({ environment: { V: aJwt(planted) } }) }],
  file: [{ config: { from: "file", path: "/t" }, set: (planted) => ({ files: { "/t": `${planted.value()}\n` } }) }],
  exec: [
    {
      config: { from: "exec", command: ["helper"] },
      set: (planted) => ({ stdout: `${planted.value()}\n` }),
    },
    {
      config: { from: "exec", command: ["helper"], format: "json", field: "data.token" },
      set: (planted) => ({
        stdout: JSON.stringify({ data: { token: planted.value(), other: planted.value(), expires_in: 60 } }),
      }),
    },
    {
      config: { from: "exec", command: ["helper"], format: "json" },
      set: (planted) => ({
        stdout: JSON.stringify({
          token: planted.value(),
          // a word as a time would be none that anybody takes for secret
          expires_at: planted.kind === "random" ? planted.value() : "soon",
          deep: [{ er: planted.value() }],
        }),
      }),
    },
    {
      config: { from: "exec", command: ["helper"], format: "credential-process" },
      set: (planted) => ({
        stdout: JSON.stringify({
          Version: 1,
          AccessKeyId: planted.value("AKIA"),
          SecretAccessKey: planted.value(),
          SessionToken: planted.value(),
        }),
      }),
    },
    {
      config: { from: "exec", command: ["helper"], format: "kubernetes-exec" },
      set: (planted) => ({
        stdout: JSON.stringify({
          kind: "ExecCredential",
          status: { token: planted.value(), clientKeyData: planted.value() },
        }),
      }),
    },
  ],
};

const github = { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push" };

/** Every kind of identity. */
export const identityCases: { readonly [Kind in IdentityConfig["from"]]: readonly IdentityCase[] } = {
  irsa: [
    {
      config: { from: "irsa", tokenFile: "/t", roleArn: role },
      set: (planted) => ({ files: { "/t": aJwt(planted) } }),
    },
  ],
  "pod-identity": [
    {
      config: { from: "pod-identity" },
      set: (planted) => ({
        environment: {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
          AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/pod",
        },
        files: { "/pod": aJwt(planted, { aud: "pods.eks.amazonaws.com" }) },
      }),
    },
  ],
  github: [
    {
      config: { from: "github" },
      set: (planted) => ({
        environment: {
          ...github,
          ACTIONS_ID_TOKEN_REQUEST_URL: "https://run.actions.githubusercontent.com/x?api-version=2",
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: planted.value(),
        },
        answer: () => [200, { value: aJwt(planted) }],
      }),
      requests: 1,
    },
  ],
  gitlab: [
    {
      config: { from: "gitlab" },
      set: (planted) => ({
        environment: {
          GITLAB_CI: "true",
          CI_SERVER_URL: "https://gitlab.example.com",
          AWS_TOKEN: aJwt(planted, { iss: "https://gitlab.example.com" }),
          OTHER: aJwt(planted, { iss: "https://gitlab.example.com", aud: "other" }),
        },
      }),
    },
  ],
  buildkite: [
    {
      config: { from: "buildkite" },
      set: (planted) => ({
        environment: { BUILDKITE: "true", BUILDKITE_AGENT_ACCESS_TOKEN: planted.value() },
        stdout: aJwt(planted),
      }),
    },
  ],
  circleci: [
    {
      config: { from: "circleci" },
      set: (planted) => ({
        environment: { CIRCLECI: "true", CIRCLE_OIDC_TOKEN_V2: aJwt(planted) },
        stdout: aJwt(planted),
      }),
    },
  ],
  env: [{ config: { from: "env", name: "V" }, set: (planted) => ({ environment: { V: aJwt(planted) } }) }],
  file: [{ config: { from: "file", path: "/t" }, set: (planted) => ({ files: { "/t": aJwt(planted) } }) }],
  exec: [{ config: { from: "exec", command: ["helper"] }, set: (planted) => ({ stdout: aJwt(planted) }) }],
};

/** What a value may look like where it is read: right, half right, and wrong in every way. */
export function contents(planted: Planted): readonly string[] {
  const canary = planted.value();
  const jwt = aJwt(planted);
  const made = [
    jwt,
    `${jwt}\n`,
    planted.add(makeJwt({ exp: inSeconds(-7200), jti: canary })),
    planted.add(makeJwt({ aud: "elsewhere", jti: canary })),
    planted.add(makeJwt({ nbf: inSeconds(7200), jti: canary })),
    canary,
    `${canary}\n`,
    `${canary}.${canary}.${canary}`,
    `${makeJwt()}${canary}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----\n`,
    JSON.stringify([...Buffer.from(canary).subarray(0, 32), ...Buffer.from(canary).subarray(0, 32)]),
    JSON.stringify({ token: canary, data: { token: [canary] } }),
    JSON.stringify({ Version: 1, AccessKeyId: canary, SecretAccessKey: canary, Expiration: canary }),
    JSON.stringify({ Version: 1, AccessKeyId: `${canary} `, SecretAccessKey: canary }),
    JSON.stringify({ kind: "ExecCredential", status: { token: canary, expirationTimestamp: canary } }),
    `{"token": "${canary}`,
  ];
  return made;
}

/** Every way in which a command ends, with a value on each of its streams. */
export function outcomes(planted: Planted, content: string): readonly CommandOutcome[] {
  const canary = planted.value();
  const line = content.split("\n")[0]!;
  const stdout = new TextEncoder().encode(`${content}\n${canary}\n`);
  const repeated: readonly CommandOutcome[] = [
    ...[0, 1].map((status) => printed(stdout, status, `+ echo ${line}\ncould not use ${canary} here`)),
    { kind: "too-slow", stdout, stderr: `Authorization: Bearer ${canary}` },
    { kind: "too-much", stdout, stderr: `password=${canary}` },
    { kind: "killed", signal: "SIGKILL", stdout, stderr: `bad: ${line}\ntoken=${canary}` },
    { kind: "killed", signal: "SIGKILL", stdout, stderr: JSON.stringify({ token: canary }) },
  ];
  // a word that stands on stderr alone is like any other
  if (planted.kind !== "random") return repeated;
  const nothing = new Uint8Array();
  return [
    ...repeated,
    printed(content),
    printed(content, 0, `+ echo ${line}\nwarning: ${canary}`),
    printed(content, 1, `could not use ${canary} here`),
    printed("", 2, `bad: ${line}`),
    printed(
      "",
      2,
      `base64 ${Buffer.from(canary).toString("base64")}, url ${encodeURIComponent(canary)}, json ${JSON.stringify({ token: canary })}`,
    ),
    { kind: "too-slow", stdout: nothing, stderr: `Authorization: Bearer ${canary}` },
    { kind: "too-much", stdout: nothing, stderr: `password=${canary}` },
    { kind: "killed", signal: "SIGKILL", stdout: nothing, stderr: `token=${canary}` },
    { kind: "stopped" },
    { kind: "failed", code: "E2BIG" },
  ];
}
