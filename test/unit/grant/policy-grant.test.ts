import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import { SealError } from "../../../src/error.ts";
import { planGrants } from "../../../src/grant/plan.ts";
import type { Policy } from "../../../src/grant/policy.ts";
import { allowGrant } from "../../../src/grant/policy-grant.ts";
import type { PolicyFile } from "../../../src/grant/policy-schema.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import type { SourceConfig } from "../../../src/source/kind/kind.ts";
import { stepsIn } from "./dockerfile-step.ts";

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

describe("grants", () => {
  const { steps } = stepsIn("FROM base AS fetch\nRUN npm ci\nFROM base\nRUN make\nONBUILD RUN npm ci\n");
  const [npm, make, onbuild] = steps;
  const allows = (grants: PolicyFile["grants"], step = npm!, recipe?: string, source?: SourceConfig) =>
    refusal(() => allowGrant(policy({ grants }), { secret: "token", recipe, source }, step)) === undefined;

  test("all that an entry gives must hold", () => {
    expect(allows([{ secret: "token" }])).toBe(true);
    expect(allows([{ secret: "other" }])).toBe(false);
    expect(allows([{ stages: ["x", "f*"] }])).toBe(true);
    expect(allows([{ stages: ["f*"], steps: { run: "^make" } }])).toBe(false);
    expect(allows([{ stages: ["1"] }], make!)).toBe(true);
    expect(allows([{ with: "sccache" }])).toBe(false);
    expect(allows([{ with: "sccache" }], npm!, "sccache")).toBe(true);
    expect(allows([{ secret: "token", stages: [] }])).toBe(false);
  });

  test("an entry that says where a secret comes from holds for no other, whatever its name", () => {
    const env = { from: "env", name: "RELEASE_KEY" } as const;
    const from = (source: SourceConfig | undefined, ...entries: NonNullable<PolicyFile["grants"]>) =>
      allows(entries, npm!, undefined, source);
    const pinned = { secret: "token", source: { from: "env", name: "TOKEN" } };
    expect(from({ from: "env", name: "TOKEN" }, pinned)).toBe(true);
    expect(from(env, pinned)).toBe(false);
    expect(from({ from: "file", path: "/TOKEN" }, pinned)).toBe(false);
    expect(from(undefined, pinned)).toBe(false);
    expect(from(env, pinned, { secret: "token", source: { from: "env" } })).toBe(true);
    expect(from(env, { source: env })).toBe(true);
    expect(from(env, { source: { ...env, stages: "none" } })).toBe(false);
    const app = { from: "github-app", appId: 1, privateKey: env, permissions: { contents: "read" } } as const;
    expect(from(app, { source: { from: "github-app", privateKey: { name: "RELEASE_KEY", from: "env" } } })).toBe(true);
    expect(from(app, { source: { from: "github-app", permissions: {} } })).toBe(false);
    expect(refusal(() => allowGrant(policy({ grants: [pinned] }), { secret: "token", source: env }, npm!))).toContain(
      "does not come from where it may",
    );
  });

  test("one entry that fits is enough, and an empty list fits nothing", () => {
    expect(allows([{ secret: "other" }, { steps: { index: 1 } }])).toBe(true);
    expect(allows([])).toBe(false);
    expect(refusal(() => allowGrant(policy({}), { secret: "token", source: undefined }, npm!))).toBeUndefined();
  });

  test("an ONBUILD step, which runs in stages that nobody here knows, is named by no stage", () => {
    expect(onbuild!.onbuild).toBe(true);
    expect(allows([{ stages: ["*"] }], onbuild!)).toBe(false);
    expect(allows([{ secret: "token" }], onbuild!)).toBe(true);
  });

  test("every policy must allow it: adding one never allows more", () => {
    const entry = fc.record(
      {
        secret: fc.constantFrom("token", "other"),
        source: fc.constantFrom({ from: "env" }, { from: "env", name: "B" }, { from: "file" }),
        with: fc.constantFrom("sccache", "aws"),
        stages: fc.array(fc.constantFrom("fetch", "1", "*"), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    const file = fc.record({ grants: fc.array(entry, { maxLength: 3 }) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 2 }), file, fc.constantFrom(...steps), (files, more, step) => {
        const grant = { secret: "token", recipe: "sccache", source: { from: "env", name: "A" } as const };
        const before = refusal(() => allowGrant(policy(...(files as PolicyFile[])), grant, step)) === undefined;
        const after =
          refusal(() => allowGrant(policy(...([...files, more] as PolicyFile[])), grant, step)) === undefined;
        if (after) expect(before).toBe(true);
      }),
    );
  });
});

test("a plan holds what the configuration declares, and what a recipe brings, against what a policy pins", () => {
  const asked = (text: string, secrets: Record<string, SourceConfig>, grants: PolicyFile["grants"]) => {
    const dockerfile = readDockerfile(new TextEncoder().encode(text));
    return refusal(() =>
      planGrants({
        displayName: "Dockerfile",
        steps: stepsOf(dockerfile),
        reached: () => true,
        settings: settingsOf(dockerfile),
        script: scriptsOf(dockerfile),
        host: (name) => (name === "SCCACHE_BUCKET" ? "cache" : undefined),
        envMounts: true,
        requests: [],
        recipes,
        declared: new Set(Object.keys(secrets)),
        sources: secrets,
        userIds: new Set(),
        policy: policy({ grants }),
      }),
    );
  };
  const pinned = [{ secret: "token", source: { from: "env", name: "TOKEN" } }];
  const byComment = "FROM x\n# buildseal: secret=token\nRUN make\n";
  const byHand = "FROM x\nRUN --mount=type=secret,id=token make\n";
  for (const text of [byComment, byHand]) {
    expect(asked(text, { token: { from: "env", name: "TOKEN" } }, pinned)).toBeUndefined();
    expect(asked(text, { token: { from: "env", name: "RELEASE_KEY" } }, pinned)).toContain("does not come from");
  }
  const cached = "FROM x\n# buildseal: with=sccache\nRUN make\n";
  const own = [{ with: "sccache", source: { from: "irsa" } }];
  expect(asked(cached, {}, own)).toBeUndefined();
  expect(asked(cached, { "aws-identity": { from: "env", name: "RELEASE_KEY" } }, own)).toContain("does not come from");
});

test("a pinned command is that and no word more", () => {
  const [step] = stepsIn("FROM x\nRUN make\n").steps;
  const command = ["vault", "kv", "get", "ci/app"];
  const pinned = policy({ grants: [{ secret: "token", source: { from: "exec", command } }] });
  const asked = (words: string[]) =>
    refusal(() => allowGrant(pinned, { secret: "token", source: { from: "exec", command: words } }, step!));
  expect(asked(command)).toBeUndefined();
  expect(asked([...command, "-address=https://elsewhere.example"])).toContain("does not come from");
});
