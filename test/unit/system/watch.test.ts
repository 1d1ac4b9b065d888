import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { watchPaths } from "../../../src/system/watch.ts";
import { scratch, until } from "./scratch.ts";

function watching(...paths: string[]): { count: () => number } {
  let count = 0;
  const watch = watchPaths(paths, () => {
    count++;
  });
  onTestFinished(() => watch.stop());
  return { count: () => count };
}

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A volume as the kubelet makes it: token → ..data/token, ..data → ..<time>. */
function projectedVolume(): { token: string; swap: (content: string) => void } {
  const volume = scratch();
  let version = 0;
  const swap = (content: string): void => {
    const old = version++;
    mkdirSync(`${volume}/..v${version}`);
    writeFileSync(`${volume}/..v${version}/token`, content);
    symlinkSync(`..v${version}`, `${volume}/..data_tmp`);
    renameSync(`${volume}/..data_tmp`, `${volume}/..data`);
    if (old > 0) rmSync(`${volume}/..v${old}`, { recursive: true });
  };
  swap("first");
  symlinkSync("..data/token", `${volume}/token`);
  return { token: `${volume}/token`, swap };
}

test("the kubelet's swap is followed, each time, and told once", async () => {
  const { token, swap } = projectedVolume();
  const { count } = watching(token);
  for (let turn = 1; turn <= 3; turn++) {
    await rest(50);
    swap(`next ${turn}`);
    await until(() => count() === turn);
  }
  await rest(700);
  expect(count()).toBe(3);
});

test("a file that is written in place, or replaced by another, is followed", async () => {
  const file = `${scratch()}/f`;
  writeFileSync(file, "1");
  const { count } = watching(file);
  await rest(30);
  writeFileSync(file, "22");
  await until(() => count() >= 1);
  const before = count();
  writeFileSync(`${file}.new`, "33");
  renameSync(`${file}.new`, file);
  await until(() => count() > before);
});

test("a link that is turned to another directory far away is followed, and so is what lies there", async () => {
  const directory = scratch();
  for (const name of ["a", "b"]) {
    mkdirSync(`${directory}/${name}/deep`, { recursive: true });
    writeFileSync(`${directory}/${name}/deep/f`, name);
  }
  mkdirSync(`${directory}/here`);
  symlinkSync("../a", `${directory}/here/link`);
  const { count } = watching(`${directory}/here/link/deep/f`);
  await rest(50);
  symlinkSync("../b", `${directory}/here/link.new`);
  renameSync(`${directory}/here/link.new`, `${directory}/here/link`);
  await until(() => count() === 1);
  await rest(50);
  writeFileSync(`${directory}/b/deep/f`, "changed");
  await until(() => count() === 2);
});

test("a file that goes is no change until it is there again", async () => {
  const file = `${scratch()}/f`;
  writeFileSync(file, "1");
  const { count } = watching(file);
  rmSync(file);
  await rest(700);
  expect(count()).toBe(0);
  writeFileSync(file, "1");
  await until(() => count() === 1);
});

test("a file that is not there yet is seen when it comes, its directory too", async () => {
  const directory = scratch();
  const { count } = watching(`${directory}/not/yet`);
  await rest(30);
  mkdirSync(`${directory}/not`);
  writeFileSync(`${directory}/not/yet`, "1");
  await until(() => count() === 1);
});

test("what happens beside a file is not told, and nothing is after the stop", async () => {
  const directory = scratch();
  writeFileSync(`${directory}/f`, "1");
  let count = 0;
  const watch = watchPaths([`${directory}/f`], () => {
    count++;
  });
  writeFileSync(`${directory}/other`, "1");
  await rest(600);
  watch.stop();
  writeFileSync(`${directory}/f`, "22");
  await rest(700);
  expect(count).toBe(0);
});
