import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ContainerCommand, parseContainerCommand } from "../../../../src/cli/run/container-command.ts";
import { runFlags } from "../../../../src/cli/run/flag-table.ts";
import { givenVariables, namedVariables } from "../../../../src/cli/run/given.ts";
import { refuseOutliving, refuseSources, refuseTargets, refuseValues } from "../../../../src/cli/run/refusal.ts";
import { SealError } from "../../../../src/error.ts";
import { Secret } from "../../../../src/secret/secret.ts";

const parse = (...words: string[]): ContainerCommand => parseContainerCommand(words, runFlags());

function errorOf(run: () => void): SealError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    return error as SealError;
  }
}

test("a container that would outlive us is refused, one that would not is not", () => {
  expect(errorOf(() => refuseOutliving(parse("-d", "i")))?.remedy).toContain("background");
  expect(errorOf(() => refuseOutliving(parse("--restart", "on-failure:3", "i")))?.message).toContain("on-failure:3");
  // Docker takes the last one, and an empty one for none: nobody would know the container
  expect(errorOf(() => refuseOutliving(parse("--cidfile", "", "i")))?.message).toContain("--cidfile");
  for (const words of [
    ["--restart=no", "i"],
    ["--rm", "i"],
    ["--detach=false", "i"],
    ["--cidfile=/tmp/id", "i"],
    ["--cidfile=", "--cidfile=/tmp/id", "i"],
  ]) {
    expect(errorOf(() => refuseOutliving(parse(...words)))).toBeUndefined();
  }
});

test("a mount of the user's own where the secrets come is refused, one beside it is not", () => {
  for (const target of [
    "/run/secrets",
    "/run/secrets/",
    "/run//secrets/own",
    "/var/run/secrets",
    "/var/run/secrets/own",
    "/run/x/../secrets",
    "/var/run",
  ]) {
    expect(errorOf(() => refuseTargets(parse("-v", `/x:${target}`, "i")))?.message).toContain("/run/secrets");
  }
  for (const target of ["/run", "/run/secrets-of-mine", "/secrets", "/var/run/docker.sock", "/var", "/var/running"]) {
    expect(errorOf(() => refuseTargets(parse("-v", `/x:${target}`, "i")))).toBeUndefined();
  }
});

describe("a value on the command line", () => {
  const percent = (text: string) => [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join("");
  const value = `v${randomBytes(18).toString("base64url")}`;
  const secret = new Secret("token", `${value}\n`);
  const refusal = (
    words: readonly string[],
    { host = {}, files = [], labels = [] }: { host?: Record<string, string>; files?: string[]; labels?: string[] } = {},
  ) => {
    const command = parse(...words);
    const variables = givenVariables(namedVariables(command, files), host);
    return errorOf(() => refuseValues({ command, given: { variables, bare: [], labels }, values: [secret] }));
  };

  test.each([
    ["as a variable", ["-e", `T=${value}`, "i"]],
    ["within a variable", ["-e", `T=Bearer ${value}`, "i"]],
    ["in the container's command", ["i", "curl", `--header=${value}`]],
    ["in a flag", ["--label", `x=${value}`, "i"]],
    ["in base64", ["-e", `T=${Buffer.from(`user:${value}`).toString("base64")}`, "i"]],
    ["percent-encoded", ["i", "curl", `https://x.example/?q=${percent(value)}`]],
  ])("%s is refused, and not repeated", (_, words) => {
    const error = refusal(words);
    expect(error?.message).toContain("token");
    expect(`${error?.message} ${error?.remedy}`.includes(value)).toBe(false);
  });

  test("that a bare name would take from the host is refused, and one in a file of variables or labels", () => {
    expect(refusal(["-e", "T", "i"], { host: { T: value } })?.message).toContain("-e T");
    expect(refusal(["i"], { files: [`T=${value}\n`] })?.message).toContain("token");
    expect(refusal(["i"], { labels: [`a=b\nx=${value}\n`] })?.message).toContain("token");
  });

  test("that is none is let through", () => {
    expect(refusal(["-e", "T=x", "-e", "U", "i", "sh"], { host: { U: "y" }, labels: ["a=b"] })).toBeUndefined();
  });
});

test("a line of a secret of several lines is refused like the whole", () => {
  const lines = [randomBytes(24).toString("base64url"), randomBytes(24).toString("base64url")];
  const values = [new Secret("key", lines.join("\n"))];
  const command = parse("-e", `K=${lines[1]}`, "i");
  const given = { variables: new Map([["K", lines[1]!]]), bare: [], labels: [] };
  expect(errorOf(() => refuseValues({ command, given, values }))?.message).toContain("key");
});

test("another token of the same issuer is let through, though both begin alike", () => {
  const part = (text: object) => Buffer.from(JSON.stringify(text)).toString("base64url");
  const token = (aud: string) =>
    [
      part({ alg: "RS256", kid: "one", typ: "JWT" }),
      part({ iss: "https://gitlab.example.com", sub: "project_path:acme/app", aud }),
      randomBytes(96).toString("base64url"),
    ].join(".");
  const [ours, theirs] = [token("sts.amazonaws.com"), token("https://vault.example.com")];
  const command = parse("-e", "VAULT_ID_TOKEN", "i");
  const refusal = (value: string) => {
    const given = { variables: new Map([["VAULT_ID_TOKEN", value]]), bare: ["VAULT_ID_TOKEN"], labels: [] };
    return errorOf(() => refuseValues({ command, given, values: [new Secret("aws-identity", ours)] }));
  };
  expect(refusal(theirs)).toBeUndefined();
  expect(refusal(ours)?.message).toContain("aws-identity");
  expect(refusal(ours.slice(ours.lastIndexOf(".") + 1))?.message).toContain("aws-identity");
});

describe("of a file with addresses in it", () => {
  const token = randomBytes(24).toString("hex");
  const account = { token_uri: "https://oauth2.example.com/token", universe_domain: "example.com", private_key: token };
  const values = [new Secret("account", JSON.stringify(account))];
  const refusal = (value: string) => {
    const given = { variables: new Map([["V", value]]), bare: [], labels: [] };
    return errorOf(() => refuseValues({ command: parse("-e", "V", "i"), given, values }))?.message;
  };

  test("an address is let through, what is secret is not", () => {
    expect(refusal(account.token_uri)).toBeUndefined();
    expect(refusal(`{"key":"${token.slice(0, 30)}"}`)).toContain("account");
  });
});

test("a long file of variables is compared with long values while somebody waits", () => {
  const given = { variables: new Map([["CONF", randomBytes(700_000).toString("base64")]]), bare: [], labels: [] };
  const values = [new Secret("keys", randomBytes(45_000).toString("base64"))];
  const start = performance.now();
  refuseValues({ command: parse("-e", "CONF", "i"), given, values });
  // a search of each place in each value took minutes
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("what a source reads is refused by its name, and a value of the user's own of that name is not", () => {
  const refusal = (words: readonly string[], sourceVariables: readonly string[], files: readonly string[] = []) => {
    const host = { KEY: "k", KEY_1: "k", U: "y" };
    const given = { variables: givenVariables(namedVariables(parse(...words), files), host) };
    return errorOf(() => refuseSources({ given, sourceVariables, host }))?.message;
  };
  expect(refusal(["-e", "KEY", "i"], ["KEY"])).toContain("had from");
  expect(refusal(["-e", "KEY_1", "i"], ["KEY*"])).toContain("had from");
  expect(refusal(["i"], ["KEY"], ["KEY\n"])).toContain("had from");
  expect(refusal(["-e", "KEY=of its own", "-e", "U", "i"], ["KEY"])).toBeUndefined();
});
