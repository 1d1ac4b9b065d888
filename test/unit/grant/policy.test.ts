import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SealError } from "../../../src/error.ts";
import {
  allowBuilder,
  allowIdentity,
  allowSource,
  allowsHost,
  cachedRule,
  forkRule,
  type Policy,
  requireGate,
} from "../../../src/grant/policy.ts";
import type { PolicyFile } from "../../../src/grant/policy-schema.ts";

const policy = (...files: Omit<PolicyFile, "version">[]): Policy =>
  files.map((file, at) => ({ path: `/policy-${at}.yaml`, file: { version: 1, ...file } }));

function refusal(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SealError);
    expect((error as SealError).code).toBe("POLICY");
    return (error as SealError).message;
  }
}

describe("the rule for cached steps", () => {
  const rules = ["warn", "rerun", "refuse"] as const;

  test("is the strictest of all, whoever says it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...rules, undefined), { maxLength: 3 }),
        fc.constantFrom(...rules, undefined),
        (kept, asked) => {
          const made = cachedRule(policy(...kept.map((cached) => (cached === undefined ? {} : { cached }))), asked);
          const all = [...kept, asked].map((rule) => rules.indexOf(rule ?? "warn"));
          expect(rules.indexOf(made)).toBe(Math.max(0, ...all));
        },
      ),
    );
  });
});

describe("the gate", () => {
  test("can be turned off where no policy requires it, and by none where one does", () => {
    expect(refusal(() => requireGate(policy({}), "off"))).toBeUndefined();
    expect(refusal(() => requireGate(policy({}, { gate: "required" }), "gate"))).toBeUndefined();
    expect(refusal(() => requireGate(policy({}, { gate: "required" }), "warn"))).toContain("/policy-1.yaml");
    expect(refusal(() => requireGate(policy({ gate: "required" }), "off"))).toContain("`off`");
  });
});

describe("identities and builders", () => {
  test("are any where no list is given, and must stand in every list that is", () => {
    expect(refusal(() => allowIdentity([], "irsa"))).toBeUndefined();
    expect(refusal(() => allowIdentity(policy({ identities: ["irsa"] }), "irsa"))).toBeUndefined();
    expect(refusal(() => allowIdentity(policy({ identities: ["irsa"] }, { identities: [] }), "irsa"))).toContain(
      "none",
    );
  });

  test("a builder is known by its name or any endpoint", () => {
    const list = policy({ builders: ["ci", "tcp://ci:1234"] });
    expect(refusal(() => allowBuilder(list, ["ci", "unix:///run/x"]))).toBeUndefined();
    expect(refusal(() => allowBuilder(list, ["mine", "tcp://ci:1234"]))).toBeUndefined();
    expect(refusal(() => allowBuilder(list, ["mine", "tcp://ci:12345"]))).toContain("builder mine");
  });
});

describe("sources", () => {
  const exec = (...command: string[]) => ({ from: "exec", command });

  test("a command of the checkout needs the user's own word, or a policy that lists it", () => {
    expect(refusal(() => allowSource([], "s", exec("vault"), { exec: false }))).toContain("the checkout that says so");
    expect(refusal(() => allowSource([], "s", exec("vault"), { exec: true }))).toBeUndefined();
    const listed = policy({ sources: [{ exec: [["vault", "read"]] }] });
    expect(refusal(() => allowSource(listed, "s", exec("vault", "read", "x"), { exec: false }))).toBeUndefined();
    expect(refusal(() => allowSource(listed, "s", exec("vault", "write"), { exec: true }))).toContain("`vault`");
    expect(refusal(() => allowSource(listed, "s", exec("vault"), { exec: true }))).toContain("not among");
  });

  test("a policy that says nothing of sources does not let a command run", () => {
    expect(refusal(() => allowSource(policy({ forks: "none" }), "s", exec("sh"), { exec: false }))).toBeDefined();
  });

  test("every list must have the kind, and no argument of a command is repeated", () => {
    const both = policy({ sources: ["irsa", "env"] }, { sources: ["irsa"] });
    expect(refusal(() => allowSource(both, "s", { from: "irsa" }, { exec: false }))).toBeUndefined();
    expect(refusal(() => allowSource(both, "s", { from: "env" }, { exec: false }))).toContain("/policy-1.yaml");
    const said = refusal(() => allowSource(both, "s", exec("helper", "an-argument"), { exec: true }));
    expect(said).not.toContain("an-argument");
  });
});

test("a fork gets nothing unless every policy says otherwise", () => {
  expect(forkRule([])).toBe("none");
  expect(forkRule(policy({ forks: "read-only" }))).toBe("read-only");
  expect(forkRule(policy({ forks: "read-only" }, {}))).toBe("none");
  expect(forkRule(policy({ forks: "read-only" }, { forks: "none" }))).toBe("none");
});

describe("hosts", () => {
  const listing = (...hosts: string[]): Policy[number] => ({ path: "/p", file: { version: 1, hosts } });
  const silent: Policy[number] = { path: "/q", file: { version: 1 } };

  test("that are not built in are allowed by a list, and by every list that there is", () => {
    expect(allowsHost([], "ghe.example")).toBe(false);
    expect(allowsHost([silent], "ghe.example")).toBe(false);
    expect(allowsHost([listing("ghe.example"), silent], "ghe.example")).toBe(true);
    expect(allowsHost([listing("ghe.example"), listing("other.example")], "ghe.example")).toBe(false);
    expect(allowsHost([listing()], "ghe.example")).toBe(false);
  });

  test("are a name in any case, or the end of one", () => {
    expect(allowsHost([listing("GHE.Example")], "ghe.example")).toBe(true);
    expect(allowsHost([listing("*.example")], "ghe.example")).toBe(true);
    expect(allowsHost([listing("*.example")], "a.b.example")).toBe(true);
    for (const host of ["example", "ghe.example.evil", "gheXexample", "xghe.example"])
      expect(allowsHost([listing("ghe.example", "*.example.com")], host)).toBe(false);
  });
});
