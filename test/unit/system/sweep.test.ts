import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { livenessOf, showAlive } from "../../../src/system/alive.ts";
import { sweepLeftovers } from "../../../src/system/sweep.ts";
import { scratch } from "./scratch.ts";

/** A directory as a process makes it that then dies without a word. */
function deadDirectory(path: string): string {
  mkdirSync(path, { mode: 0o700, recursive: true });
  writeFileSync(`${path}/value`, "x");
  const program = `require("net").createServer().listen(${JSON.stringify(`${path}/alive`)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", program]);
  return path;
}

async function liveDirectory(path: string): Promise<string> {
  mkdirSync(path, { mode: 0o700, recursive: true });
  const { close } = await showAlive(path);
  onTestFinished(close);
  return path;
}

const sweep = (place: string, inMs = 0) => sweepLeftovers({ XDG_RUNTIME_DIR: place }, Date.now() + inMs);

describe("whether a directory is in use", () => {
  test("is told by its socket: alive, dead, or not there yet", async () => {
    const place = scratch();
    mkdirSync(`${place}/new`);
    expect(await livenessOf(`${place}/new`)).toBe("new");
    expect(await livenessOf(await liveDirectory(`${place}/live`))).toBe("alive");
    expect(await livenessOf(deadDirectory(`${place}/dead`))).toBe("dead");
    expect(existsSync(`${place}/live/alive.new`)).toBe(false);
  });

  test("is told for a path that is too long for a socket, too", async () => {
    const long = `${scratch()}/${"long".repeat(20)}/${"path".repeat(20)}`;
    await liveDirectory(long);
    expect(await livenessOf(long)).toBe("alive");
  });

  test("is told while its process is busy, and dead as soon as it has closed it", async () => {
    const path = `${scratch()}/d`;
    mkdirSync(path);
    const { close } = await showAlive(path);
    const visits = await Promise.all(Array.from({ length: 50 }, () => livenessOf(path)));
    expect(new Set(visits)).toEqual(new Set(["alive"]));
    close();
    expect(await livenessOf(path)).toBe("dead");
  });
});

describe("the sweep", () => {
  test("removes what a crash left, and leaves what is in use", async () => {
    const place = scratch();
    const dead = deadDirectory(`${place}/buildseal.store-dead`);
    const live = await liveDirectory(`${place}/buildseal.store-live`);
    const removed = await sweep(place);
    expect(removed).toContain(dead);
    expect(removed).not.toContain(live);
    expect([existsSync(dead), existsSync(live)]).toEqual([false, true]);
  });

  test("leaves a directory that has no socket yet, until it is a minute old", async () => {
    const place = scratch();
    mkdirSync(`${place}/buildseal.store-new`, { mode: 0o700 });
    await sweep(place);
    await sweep(place, 59_000);
    expect(existsSync(`${place}/buildseal.store-new`)).toBe(true);
    expect(await sweep(place, 61_000)).toContain(`${place}/buildseal.store-new`);
  });

  test("leaves a folder of a like name alone that holds something that is not ours", async () => {
    const place = scratch();
    mkdirSync(`${place}/buildseal.store-theirs`, { mode: 0o700 });
    writeFileSync(`${place}/buildseal.store-theirs/notes.txt`, "x");
    expect(await sweep(place, 61_000)).toEqual([]);
    expect(existsSync(`${place}/buildseal.store-theirs/notes.txt`)).toBe(true);
  });

  test("touches nothing that is not ours: other names, files, links, open modes, other owners", async () => {
    const place = scratch();
    deadDirectory(`${place}/other-dead`);
    deadDirectory(`${place}/elsewhere`);
    symlinkSync(`${place}/elsewhere`, `${place}/buildseal.store-link`);
    writeFileSync(`${place}/buildseal.store-file`, "x");
    chmodSync(deadDirectory(`${place}/buildseal.store-open`), 0o755);
    const foreign = deadDirectory(`${place}/buildseal.store-foreign`);
    if (process.getuid?.() === 0) chownSync(foreign, 65534, 65534);
    else chmodSync(foreign, 0o750);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(`${place}/buildseal.store-file`, old, old);
    await sweep(place, 3_600_000);
    for (const name of [
      "other-dead/value",
      "elsewhere/value",
      "buildseal.store-file",
      "buildseal.store-link",
      "buildseal.store-open/value",
      "buildseal.store-foreign/value",
    ]) {
      expect(existsSync(`${place}/${name}`)).toBe(true);
    }
  });

  test("does not go through a link that lies in what it removes", async () => {
    const place = scratch();
    mkdirSync(`${place}/precious`);
    writeFileSync(`${place}/precious/file`, "x");
    const dead = deadDirectory(`${place}/buildseal.store-dead`);
    symlinkSync(`${place}/precious`, `${dead}/link`);
    await sweep(place);
    expect([existsSync(dead), existsSync(`${place}/precious/file`)]).toEqual([false, true]);
  });

  test("of two at once disturbs neither", async () => {
    const place = scratch();
    for (let count = 0; count < 5; count++) deadDirectory(`${place}/buildseal.store-${count}`);
    await Promise.all([sweep(place), sweep(place), sweep(place)]);
    expect([0, 1, 2, 3, 4].some((count) => existsSync(`${place}/buildseal.store-${count}`))).toBe(false);
  });
});
