import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { createSecretStore, type Folder, fileNameOf } from "../../../src/source/store.ts";
import { sealErrorOf } from "../identity/fake-host.ts";

function memoryFolder(write?: Folder["write"]): Folder & { files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    path: "/memory/secrets",
    files,
    write: write ?? (async (name, bytes) => void files.set(name, new TextDecoder().decode(bytes))),
  };
}

const failing = (code: string) => memoryFolder(() => Promise.reject(Object.assign(new Error("write"), { code })));

describe("the store", () => {
  test("keeps each secret in a file of its own, at the path it tells beforehand", async () => {
    const folder = memoryFolder();
    const store = createSecretStore(folder);
    expect(store.pathOf("hf-token")).toBe("/memory/secrets/hf-token");
    expect(await store.put("hf-token", new Secret("hf-token", "v1"))).toBe("/memory/secrets/hf-token");
    await store.put("aws-role-arn", "arn:aws:iam::123456789012:role/ci");
    await store.put("hf-token", new Secret("hf-token", "v2"));
    expect([...folder.files]).toEqual([
      ["hf-token", "v2"],
      ["aws-role-arn", "arn:aws:iam::123456789012:role/ci"],
    ]);
  });

  test("of two values that come at once keeps the later one, though its writing were quicker", async () => {
    const waits = [20, 0];
    const written: string[] = [];
    const store = createSecretStore(
      memoryFolder(async (_, bytes) => {
        await new Promise((done) => setTimeout(done, waits.shift()));
        written.push(new TextDecoder().decode(bytes));
      }),
    );
    await Promise.all([store.put("a", "first"), store.put("a", "second")]);
    expect(written).toEqual(["first", "second"]);
  });

  test.each([
    ["ENOSPC", "there is no room left", "--shm-size"],
    ["EDQUOT", "quota", "quota"],
    ["EACCES", "permission was denied", "XDG_RUNTIME_DIR"],
    ["EROFS", "read-only", "XDG_RUNTIME_DIR"],
    ["ENOENT", "the directory is gone", "removes"],
    ["EIO", "the system says EIO", "file system"],
  ])("says what %s means and what to do", async (code, sentence, remedy) => {
    const error = await sealErrorOf(createSecretStore(failing(code)).put("it", new Secret("it", "value-of-it")));
    expect(error.code).toBe("STORE");
    expect(error.message).toMatch(/^The secret it could not be written to \/memory\/secrets: /);
    expect(error.message).toContain(sentence);
    expect(error.remedy).toContain(remedy);
  });

  test("goes on after a write that failed", async () => {
    let isFull = true;
    const folder = memoryFolder(async () => {
      if (isFull) throw Object.assign(new Error("write"), { code: "ENOSPC" });
    });
    const store = createSecretStore(folder);
    await expect(store.put("it", "x")).rejects.toThrow("no room");
    isFull = false;
    await expect(store.put("it", "y")).resolves.toBe("/memory/secrets/it");
  });

  test("takes no more than BuildKit does", async () => {
    const store = createSecretStore(memoryFolder());
    await expect(store.put("it", "x".repeat(512_000))).resolves.toBeTruthy();
    await expect(store.put("it", "x".repeat(512_001))).rejects.toThrow("512001 bytes");
  });
});

describe("a secret's file name", () => {
  test("is its id where that is plain", () => {
    expect(fileNameOf("aws-web_identity.token-2")).toBe("aws-web_identity.token-2");
    expect(fileNameOf("NPM_TOKEN")).toBe("%4E%50%4D_%54%4F%4B%45%4E");
    expect(fileNameOf("../../etc/passwd")).not.toContain("/");
    expect(fileNameOf(".hidden")).toBe("%2Ehidden");
  });

  test("is never shared by two ids, not on a file system that ignores case, and always one plain name", () => {
    const ids = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.string({ minLength: 150, maxLength: 300 }),
      fc.constantFrom(".", "..", "", "a", "A", "%41"),
    );
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        const [a, b] = [fileNameOf(one), fileNameOf(other)];
        expect(a).toMatch(/^[A-Za-z0-9%_-][A-Za-z0-9%._-]{0,199}$/);
        const isSame = Buffer.from(one).equals(Buffer.from(other));
        expect(a.toLowerCase() === b.toLowerCase()).toBe(isSame);
      }),
      { numRuns: 1000 },
    );
  });
});
