import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../../src/secret/secret.ts";
import { type OpenStore, openSecretStore } from "../../../src/system/secret-store.ts";
import { isRunning, scratch, until } from "./scratch.ts";

const holder = fileURLToPath(new URL("store-holder.ts", import.meta.url));

type Held = { directory: string; path: string; work: string; child: number; process: ChildProcess; guardian: number };

/** Another process that holds a store. */
async function hold(...words: string[]): Promise<Held> {
  const child = spawn(process.execPath, [holder, ...words], { detached: true, stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout!), "line")) as [string];
  const told = JSON.parse(line) as Omit<Held, "process" | "guardian">;
  return { ...told, process: child, guardian: guardianOf(told.directory) };
}

/** A shell that was started just now may still bear its parent's command line: on a busy machine that is looked at again. */
function guardianOf(directory: string): number {
  for (let tries = 0; tries < 100; tries++) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const found = pids.find((pid) => argumentsOf(pid)[1] === `${directory}/guardian`);
    if (found !== undefined) return Number(found);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  }
  throw new Error(`no guardian runs for ${directory}`);
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

async function ours(): Promise<OpenStore> {
  const store = await openSecretStore({ environment: process.env, notice: () => {} });
  onTestFinished(async () => void (await store.close()));
  return store;
}

const isGone = (held: Held) => !existsSync(held.directory) && !existsSync(held.work);

describe("the home of the secrets", () => {
  test("is in memory, and nobody else can enter it", async () => {
    const store = await ours();
    const path = await store.put("it", new Secret("it", "value"));
    const mode = async (of: string) => ((await stat(of)).mode & 0o777).toString(8);
    expect(store.onDisk).toBe(false);
    expect([0x01021994, 0x858458f6]).toContain((await statfs(store.directory)).type);
    expect(basename(store.directory)).toMatch(/^buildseal\.store-\w{6}$/);
    expect(await mode(store.directory)).toBe("700");
    expect(await mode(dirname(path))).toBe("700");
    expect(await mode(store.workFolder)).toBe("700");
    expect(await mode(path)).toBe("600");
    const big = await store.openWorkFolder();
    expect(await mode(big)).toBe("700");
    expect(await store.openWorkFolder()).toBe(big);
    expect(readFileSync(path, "utf8")).toBe("value");
  });

  test("renews in one move: a reader sees the old value or the new, never a part or nothing", async () => {
    const store = await ours();
    const values = ["a".repeat(20_000), "b".repeat(50_000)];
    const path = await store.put("it", values[0]!);
    let isDone = false;
    const renewing = (async () => {
      for (let turn = 0; turn < 300; turn++) await store.put("it", new Secret("it", values[turn % 2]!));
      isDone = true;
    })();
    let reads = 0;
    while (!isDone) {
      expect(values).toContain(readFileSync(path, "utf8"));
      reads++;
      await new Promise((done) => setImmediate(done));
    }
    await renewing;
    expect(reads).toBeGreaterThan(50);
    expect(readdirSync(dirname(path))).toEqual(["it"]);
  });

  test("is watched over by a process whose command line holds paths only, and whose environment is PATH", async () => {
    const store = await ours();
    await store.put("it", new Secret("it", "value"));
    const pid = String(guardianOf(store.directory));
    expect(argumentsOf(pid)).toEqual(["/bin/sh", `${store.directory}/guardian`, store.directory, ""]);
    await until(() => readFileSync(`/proc/${pid}/environ`, "utf8").startsWith("PATH="));
    expect(
      readFileSync(`/proc/${pid}/environ`, "utf8")
        .split("\0")
        .filter((entry) => entry !== ""),
    ).toHaveLength(1);
  });

  test("is gone after the close, and the guardian with it", async () => {
    const store = await ours();
    await store.put("it", new Secret("it", "value"));
    const work = await store.openWorkFolder();
    const guardian = guardianOf(store.directory);
    expect(await store.close()).toEqual([]);
    expect([existsSync(store.directory), existsSync(work), isRunning(guardian)]).toEqual([false, false, false]);
    await expect(store.put("it", "late")).rejects.toMatchObject({ code: "STORE" });
  });

  test("is gone with a process that ends without a close", async () => {
    for (const way of ["exit", "throw", "close"]) {
      const held = await hold(way);
      held.process.stdin!.end();
      if (held.process.exitCode === null) await once(held.process, "exit");
      expect(isGone(held)).toBe(true);
      await until(() => !isRunning(held.child) && !isRunning(held.guardian), 10_000);
    }
  });

  test.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGABRT"] as const)(
    "is gone soon after a %s, and so are the children",
    async (signal) => {
      const held = await hold("wait");
      expect(isRunning(held.child)).toBe(true);
      held.process.kill(signal);
      await until(() => isGone(held) && !isRunning(held.child), 10_000);
      await until(() => !isRunning(held.guardian), 10_000);
    },
  );

  test("is gone when the whole process group is killed: the guardian has a session of its own", async () => {
    const held = await hold("wait");
    process.kill(-held.process.pid!, "SIGKILL");
    await until(() => isGone(held) && !isRunning(held.child), 10_000);
  });

  test("is gone even if a child does not listen, which is then killed", async () => {
    const held = await hold("wait", "trap '' INT TERM; while :; do sleep 1; done");
    held.process.kill("SIGKILL");
    await until(() => isGone(held), 10_000);
    expect(isRunning(held.child)).toBe(true);
    await until(() => !isRunning(held.child), 8000);
    await until(() => !isRunning(held.guardian), 10_000);
  });

  test("is not met by another build's: one is killed, the other goes on", async () => {
    const [one, other] = await Promise.all([hold("wait"), hold("wait")]);
    expect(one.directory).not.toBe(other.directory);
    one.process.kill("SIGKILL");
    await until(() => isGone(one), 10_000);
    expect([existsSync(other.path), isRunning(other.child), isRunning(other.guardian)]).toEqual([true, true, true]);
    other.process.kill("SIGKILL");
    await until(() => isGone(other), 10_000);
  });

  test("has a new guardian when the old one dies, which knows all that the old one knew", async () => {
    const held = await hold("wait");
    process.kill(held.guardian, "SIGKILL");
    await until(() => !isRunning(held.guardian));
    await until(() => guardianOf(held.directory) > 0);
    expect(guardianOf(held.directory)).not.toBe(held.guardian);
    held.process.kill("SIGKILL");
    await until(() => isGone(held) && !isRunning(held.child), 10_000);
  });

  test("says so when its guardian cannot be kept alive", async () => {
    const notices: string[] = [];
    const store = await openSecretStore({ environment: process.env, notice: (sentence) => notices.push(sentence) });
    onTestFinished(async () => void (await store.close()));
    const guardian = guardianOf(store.directory);
    // a shell reads its script when it gets to it
    await new Promise((done) => setTimeout(done, 300));
    writeFileSync(`${store.directory}/guardian`, "exit 1\n");
    process.kill(guardian, "SIGKILL");
    await until(() => notices.length > 0);
    expect(notices).toEqual([expect.stringContaining("keeps dying")]);
    expect(await store.close()).toEqual([]);
    expect(existsSync(store.directory)).toBe(false);
  });

  test("survives that somebody else removes it, with an error that says so", async () => {
    const store = await ours();
    process.getBuiltinModule("node:fs").rmSync(store.directory, { recursive: true });
    await expect(store.put("it", "x")).rejects.toThrow("the directory is gone");
    expect(await store.close()).toEqual([]);
  });
});

describe("a folder for containers", () => {
  test("can be read by everybody who comes to it, and nobody of this machine comes to it", async () => {
    const store = await ours();
    const shared = await store.openShared();
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    const path = await shared.put("deep/er/it", new Secret("it", "value"));
    expect(path).toBe(`${shared.path}/deep/er/it`);
    const mode = async (of: string) => ((await stat(of)).mode & 0o777).toString(8);
    expect(await Promise.all([path, dirname(path), shared.path, store.directory].map(mode))).toEqual([
      "444",
      "755",
      "755",
      "700",
    ]);
    const before = (await stat(path)).ino;
    await shared.put("deep/er/it", new Secret("it", "another value"));
    expect(readFileSync(path, "utf8")).toBe("another value");
    expect((await stat(path)).ino).not.toBe(before);
    expect(readdirSync(dirname(path))).toEqual(["it"]);
  });

  test("lies where the user says, whatever speaks against it, and that is said", async () => {
    const place = scratch();
    // a temporary folder may be in memory, and nothing would speak against it
    chmodSync(place, 0o777);
    const store = await openSecretStore({ environment: process.env, place, notice: () => {} });
    onTestFinished(async () => void (await store.close()));
    expect(dirname(store.directory)).toBe(place);
    expect(store.notices.join()).toContain(place);
    const nowhere = openSecretStore({ environment: process.env, place: `${place}/nowhere`, notice: () => {} });
    await expect(nowhere).rejects.toMatchObject({ code: "STORE" });
  });
});
