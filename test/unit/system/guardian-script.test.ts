import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { guardianScript } from "../../../src/system/guardian-script.ts";
import { isRunning, scratch, until } from "./scratch.ts";

/** Runs the script by a shell, tells it these lines and then nothing more, as if we had died. */
async function guard(
  lines: readonly string[],
  directories: readonly string[] = [],
  shell: readonly string[] = ["/bin/sh"],
) {
  const script = `${scratch()}/guardian`;
  writeFileSync(script, guardianScript);
  const guardian = spawn(shell[0]!, [...shell.slice(1), script, ...directories], { stdio: ["pipe", "ignore", "pipe"] });
  let stderr = "";
  guardian.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  guardian.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const [status] = (await once(guardian, "exit")) as [number];
  return { status, stderr };
}

function sleeper(detached = false): number {
  const child = spawn("sleep", ["60"], { stdio: "ignore", detached });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid!;
}

const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ")[19]!;

test("a child is ended by its number and start time", async () => {
  const [alone, leader] = [sleeper(), sleeper(true)];
  const { status, stderr } = await guard([`child ${alone} ${startOf(alone)}`, `child ${leader} ${startOf(leader)}`]);
  expect([status, stderr]).toEqual([0, ""]);
  await until(() => !isRunning(alone) && !isRunning(leader));
});

test("a number that went to another process is not hit", async () => {
  const pid = sleeper();
  await guard([`child ${pid} 1`]);
  expect(isRunning(pid)).toBe(true);
});

test("a child that has gone is not hit, nor is any after a normal end", async () => {
  const [gone, kept] = [sleeper(), sleeper()];
  await guard([`child ${gone} ${startOf(gone)}`, `gone ${gone}`]);
  expect(isRunning(gone)).toBe(true);
  const directory = `${scratch()}/buildseal.store-x`;
  mkdirSync(directory);
  await guard([`child ${kept} ${startOf(kept)}`, "done"], [directory]);
  expect([isRunning(kept), existsSync(directory)]).toEqual([true, true]);
});

test("a child whose start time nobody could tell is remembered by its present one", async () => {
  const pid = sleeper();
  await guard([`child ${pid} -`, "child 999999 -"]);
  await until(() => !isRunning(pid));
});

test("directories are removed, whatever is in their names, and only ours", async () => {
  const place = scratch();
  const names = ["buildseal.store-one", "buildseal.store-two  blanks ", "buildseal.store-$(touch x)'\"*", "other"];
  for (const name of names) {
    mkdirSync(`${place}/${name}/deep`, { recursive: true });
    writeFileSync(`${place}/${name}/deep/file`, "x");
  }
  const lines = names.slice(1).map((name) => `directory ${place}/${name}`);
  await guard([...lines, "directory relative/buildseal.store-x", "nonsense", ""], [`${place}/${names[0]}`]);
  expect(names.map((name) => existsSync(`${place}/${name}`))).toEqual([false, false, false, true]);
});

test("a line that was cut off by our death is not taken for a whole one", async () => {
  const script = `${scratch()}/guardian`;
  writeFileSync(script, guardianScript);
  const pid = sleeper();
  const guardian = spawn("/bin/sh", [script], { stdio: ["pipe", "ignore", "ignore"] });
  guardian.stdin.end(`child ${pid} ${startOf(pid)}`);
  await once(guardian, "exit");
  expect(isRunning(pid)).toBe(true);
});

test("bash in its own mode runs it like the system's shell", async () => {
  const pid = sleeper();
  const { status, stderr } = await guard([`child ${pid} ${startOf(pid)}`], [], ["bash"]);
  expect([status, stderr]).toEqual([0, ""]);
  await until(() => !isRunning(pid));
});

test("a deed is done at once and once more at the end, though its file has gone with the directory, and knows what it knew", async () => {
  const place = scratch();
  const directory = `${place}/buildseal.store-x`;
  mkdirSync(directory);
  writeFileSync(`${directory}/deed`, `[ -n "$id" ] || read -r id <'${directory}/id'\necho "$id" >>'${place}/done'\n`);
  writeFileSync(`${directory}/id`, "it\n");
  const { status, stderr } = await guard([`deed ${directory}/deed`, `deed ${directory}/none`], [directory]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(readFileSync(`${place}/done`, "utf8")).toBe("it\nit\n");
  expect(existsSync(directory)).toBe(false);
});

test("no deed is done after a normal end", async () => {
  const place = scratch();
  writeFileSync(`${place}/deed`, `echo x >'${place}/done'\n`);
  await guard([`deed ${place}/deed`, "done"]);
  expect(existsSync(`${place}/done`)).toBe(false);
});
