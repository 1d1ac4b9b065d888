import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ContainerCommand, parseContainerCommand } from "../../../../src/cli/run/container-command.ts";
import { runFlags } from "../../../../src/cli/run/flag-table.ts";
import { refuseOutliving, refuseTargets, refuseValues } from "../../../../src/cli/run/refusal.ts";
import { givenVariables } from "../../../../src/cli/run/surroundings.ts";
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
  for (const words of [
    ["--restart=no", "i"],
    ["--rm", "i"],
    ["--detach=false", "i"],
  ]) {
    expect(errorOf(() => refuseOutliving(parse(...words)))).toBeUndefined();
  }
});

test("a mount of the user's own where the secrets come is refused, one beside it is not", () => {
  for (const target of ["/run/secrets", "/run/secrets/", "/run//secrets/own"]) {
    expect(errorOf(() => refuseTargets(parse("-v", `/x:${target}`, "i")))?.message).toContain("/run/secrets");
  }
  for (const target of ["/run", "/run/secrets-of-mine", "/secrets"]) {
    expect(errorOf(() => refuseTargets(parse("-v", `/x:${target}`, "i")))).toBeUndefined();
  }
});

describe("a value on the command line", () => {
  const value = `v${randomBytes(18).toString("base64url")}`;
  const secret = new Secret("token", `${value}\n`);
  const refusal = (
    words: readonly string[],
    host: Record<string, string> = {},
    sourceVariables: readonly string[] = [],
    files: readonly string[] = [],
  ) => {
    const command = parse(...words);
    const given = givenVariables(command, files, host);
    return errorOf(() => refuseValues({ command, given, secrets: [secret], sourceVariables, host }));
  };

  test.each([
    ["as a variable", ["-e", `T=${value}`, "i"]],
    ["within a variable", ["-e", `T=Bearer ${value}`, "i"]],
    ["in the container's command", ["i", "curl", `--header=${value}`]],
    ["in a flag", ["--label", `x=${value}`, "i"]],
  ])("%s is refused, and not repeated", (_, words) => {
    const error = refusal(words);
    expect(error?.message).toContain("token");
    expect(`${error?.message} ${error?.remedy}`.includes(value)).toBe(false);
  });

  test("that a bare name would take from the host is refused, and so is what a source reads", () => {
    expect(refusal(["-e", "T", "i"], { T: value })?.message).toContain("-e T");
    expect(refusal(["-e", "KEY", "i"], { KEY: "something else" }, ["KEY"])?.message).toContain("had from");
    expect(refusal(["-e", "KEY_1", "i"], { KEY_1: "something else" }, ["KEY*"])?.message).toContain("had from");
    expect(refusal(["i"], { KEY: "something else" }, ["KEY"], ["KEY\n"])?.message).toContain("had from");
    expect(refusal(["i"], {}, [], [`T=${value}\n`])?.message).toContain("token");
  });

  test("that is none is let through", () => {
    expect(refusal(["-e", "T=x", "-e", "U", "i", "sh"], { U: "y" }, ["KEY"])).toBeUndefined();
    expect(refusal(["-e", "KEY=of its own", "i"], { KEY: "k" }, ["KEY"])).toBeUndefined();
  });
});
