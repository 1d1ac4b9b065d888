import { describe, expect, test } from "vitest";
import { readConfig, readPolicy } from "../../../src/config/read-config.ts";
import { SealError } from "../../../src/error.ts";
import { cachedRule, requireGate } from "../../../src/grant/policy.ts";

/** A disk of a map; folders are whatever a path goes through. */
function disk(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  return {
    asked,
    readText: async (path: string) => {
      asked.push(path);
      return files[path];
    },
    exists: async (path: string) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`)),
  };
}

async function refusal(promise: Promise<unknown>): Promise<SealError> {
  const error = await promise.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(SealError);
  expect((error as SealError).code).toBe("CONFIG");
  return error as SealError;
}

const empty = "version: 1\n";

describe("the configuration", () => {
  const find = (files: Record<string, string>, start: string | undefined, named?: string) => {
    const { readText, exists } = disk(files);
    return readConfig({ start, named }, { readText, exists, warn: () => {} });
  };

  test("is the nearest one on the way up", async () => {
    const files = { "/r/.git/HEAD": "", "/r/buildseal.yaml": empty, "/r/a/buildseal.yaml": empty };
    expect((await find(files, "/r/a/b"))?.path).toBe("/r/a/buildseal.yaml");
    expect((await find(files, "/r/c/d"))?.path).toBe("/r/buildseal.yaml");
  });

  test("is not looked for above the repository's root", async () => {
    const files = { "/buildseal.yaml": empty, "/r/.git/HEAD": "", "/r/a/Dockerfile": "" };
    expect(await find(files, "/r/a")).toBeUndefined();
    expect(await find({ ...files, "/r/w/.git": "gitdir: ../.git" }, "/r/w")).toBeUndefined();
  });

  test("is looked for up to the root folder where there is no repository, and each place once", async () => {
    const { asked, readText, exists } = disk({ "/buildseal.yaml": empty });
    expect((await readConfig({ start: "/a/b" }, { readText, exists, warn: () => {} }))?.path).toBe("/buildseal.yaml");
    expect(asked).toEqual(["/a/b/buildseal.yaml", "/a/buildseal.yaml", "/buildseal.yaml"]);
    const none = disk({});
    expect(await readConfig({ start: "/a" }, { ...none, warn: () => {} })).toBeUndefined();
    expect(none.asked).toEqual(["/a/buildseal.yaml", "/buildseal.yaml"]);
  });

  test("is the one that was named, and no other", async () => {
    const files = { "/r/buildseal.yaml": "broken: [", "/x.yaml": "version: 1\nscan: { mode: warn }\n" };
    expect(await find(files, "/r", "/x.yaml")).toMatchObject({
      path: "/x.yaml",
      config: { version: 1, scan: { mode: "warn" } },
    });
    const missing = await refusal(find(files, "/r", "/y.yaml"));
    expect(missing.message).toBe("/y.yaml: no such file");
    // not every command has both flags
    expect(missing.remedy).toMatch(/--config.*--seal-config.*BUILDSEAL_CONFIG/);
  });

  test("is not one of another name, which is told where it was looked for and there is none", async () => {
    const warnings: string[] = [];
    const look = (files: Record<string, string>, named?: string) => {
      const { readText, exists } = disk(files);
      return readConfig({ start: "/r/a", named }, { readText, exists, warn: (sentence) => warnings.push(sentence) });
    };
    const files = { "/r/.git/HEAD": "", "/r/a/buildseal.yml": "{", "/r/.buildseal.yaml": "{", "/buildseal.yml": "{" };
    expect(await look(files)).toBeUndefined();
    expect(warnings.splice(0)).toEqual([
      "/r/a/buildseal.yml is not read: call it buildseal.yaml",
      "/r/.buildseal.yaml is not read: call it buildseal.yaml",
    ]);
    expect((await look({ ...files, "/r/buildseal.yaml": empty }))?.path).toBe("/r/buildseal.yaml");
    expect(warnings.splice(0)).toEqual(["/r/a/buildseal.yml is not read: call it buildseal.yaml"]);
    await look({ ...files, "/r/a/buildseal.yaml": empty });
    await look({ ...files, "/x.yaml": empty }, "/x.yaml");
    expect(warnings).toEqual([]);
  });

  test("is nowhere without a place to begin", async () => {
    expect(await find({ "/buildseal.yaml": empty }, undefined)).toBeUndefined();
  });

  test("that cannot be taken is an error with its place, and is not passed over for one above", async () => {
    const error = await refusal(
      find({ "/r/a/buildseal.yaml": "version: 1\nsecret: {}\n", "/r/buildseal.yaml": empty }, "/r/a"),
    );
    expect([error.message, error.remedy]).toEqual([
      "/r/a/buildseal.yaml:2:1: unknown key `secret`",
      "Did you mean `secrets`?",
    ]);
    expect((await refusal(find({ "/a/buildseal.yaml": "" }, "/a"))).message).toContain("version");
    expect((await refusal(find({ "/a/buildseal.yaml": "- version: 1\n" }, "/a"))).message).toMatch(
      /^\/a\/buildseal.yaml/,
    );
    expect((await refusal(find({ "/a/buildseal.yaml": "version: 2\n" }, "/a"))).message).toContain("version");
  });

  test.each(["a b", "", ".a", "a/b", "a,b", "ü", "a".repeat(64), "-a", "$a"])(
    "has no secret named %j",
    async (name) => {
      const text = `version: 1\nsecrets:\n  ${JSON.stringify(name)}: { from: irsa }\n`;
      await refusal(find({ "/a/buildseal.yaml": text }, "/a"));
    },
  );

  test("repeats no value in an error, for somebody may have put a secret there", async () => {
    const value = crypto.randomUUID();
    for (const text of [
      `version: ${value}\n`,
      `version: 1\nsecrets: { a: { from: ${value} } }\n`,
      `version: 1\nsecrets: { a: { from: env, name: [${value}] } }\n`,
      `version: 1\nscan: { mode: ${value} }\n`,
      `version: 1\ngrants: [{ secret: a, steps: { run: "(${value}" } }]\n`,
    ]) {
      const { message, remedy } = await refusal(find({ "/a/buildseal.yaml": text }, "/a"));
      expect(message + remedy).not.toContain(value);
    }
  });
});

describe("the policy", () => {
  const machine = "/etc/buildseal/policy.yaml";
  const read = (files: Record<string, string>, named?: string) => readPolicy(named, disk(files).readText);

  test("is none where there is no file", async () => {
    expect(await read({})).toEqual([]);
    expect(await read({}, "")).toEqual([]);
  });

  test("is both files where both are there: neither lifts the other", async () => {
    const files = { [machine]: "version: 1\ngate: required\n", "/p.yaml": "version: 1\ncached: refuse\n" };
    const policy = await read(files, "/p.yaml");
    expect(policy.map(({ path }) => path)).toEqual(["/p.yaml", machine]);
    expect(() => requireGate(policy, "off")).toThrow("/etc/buildseal/policy.yaml");
    expect(cachedRule(policy)).toBe("refuse");
  });

  test("is the machine's own where the variable is empty", async () => {
    expect((await read({ [machine]: empty }, "")).map(({ path }) => path)).toEqual([machine]);
  });

  test("that is named and not there is an error, whatever else is there", async () => {
    expect((await refusal(read({ [machine]: empty }, "/p.yaml"))).message).toContain("named by BUILDSEAL_POLICY");
    expect((await refusal(read({}, machine))).message).toContain("no such file");
  });

  test("that cannot be taken is an error: it is not as if there were none", async () => {
    for (const text of [
      "",
      "version: 1\ngates: required\n",
      "version: 1\ngate: optional\n",
      "version: 1\nsources: irsa\n",
    ]) {
      await refusal(read({ [machine]: text }));
    }
    expect((await refusal(read({ [machine]: "version: 1\nsource: [irsa]\n" }))).remedy).toBe("Did you mean `sources`?");
  });

  test("that cannot be read stops the build", async () => {
    const broken = async () => {
      throw new SealError("CONFIG", "unreadable", "x");
    };
    await refusal(readPolicy(undefined, broken));
  });
});
