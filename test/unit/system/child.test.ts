import { chmodSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { type ChildKeeper, createRunCommand } from "../../../src/system/child.ts";
import { isRunning, scratch, until } from "./scratch.ts";

const nobody: ChildKeeper = { keepChild: () => {}, forgetChild: () => {} };
const run = (
  command: readonly string[],
  limits: { timeLimitMs?: number; outputLimitBytes?: number; signal?: AbortSignal } = {},
) =>
  createRunCommand(
    { PATH: process.env["PATH"], GREETING: "hello" },
    nobody,
  )({ command, timeLimitMs: 10_000, outputLimitBytes: 1000, ...limits });
const shell = (script: string) => ["/bin/sh", "-c", script];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a command's output, errors and status come back", async () => {
  const outcome = await run(shell("printf 'a\\n'; echo oh >&2; exit 3"));
  expect(outcome).toMatchObject({ kind: "exited", status: 3, stderr: "oh\n" });
  expect(outcome.kind === "exited" && text(outcome.stdout)).toBe("a\n");
});

test("a command is no shell's: its words arrive as they are", async () => {
  const outcome = await run(["printf", "%s|", "$HOME", "a b", "; exit 1", "*"]);
  expect(outcome.kind === "exited" && text(outcome.stdout)).toBe("$HOME|a b|; exit 1|*|");
});

test("a command by a relative path is looked for in the folder that we were started in", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/helper`, "#!/bin/sh\npwd\n");
  chmodSync(`${folder}/helper`, 0o755);
  const outcome = await run([relative(process.cwd(), `${folder}/helper`)]);
  expect(outcome.kind === "exited" && text(outcome.stdout)).toBe(`${process.cwd()}\n`);
});

test("a command gets the environment it was given and no input", async () => {
  const outcome = await run(shell('echo "$GREETING"; cat; env | grep -c VITEST'));
  expect(outcome.kind === "exited" && text(outcome.stdout)).toBe("hello\n0\n");
});

test("what cannot be started says why", async () => {
  const directory = scratch();
  writeFileSync(`${directory}/plain`, "#!/bin/sh\n");
  chmodSync(`${directory}/plain`, 0o644);
  expect(await run(["no-such-program-here"])).toEqual({ kind: "not-found" });
  expect(await run([`${directory}/plain`])).toEqual({ kind: "not-executable" });
  expect(await run([""])).toMatchObject({ kind: "failed" });
  expect(await run(["printf", "a\0b"])).toMatchObject({ kind: "failed" });
  expect(await run(["printf", "x".repeat(5_000_000)])).toMatchObject({ kind: "failed", code: "E2BIG" });
});

test("one that takes too long is ended, and all that it started", async () => {
  const file = `${scratch()}/pid`;
  const startMs = Date.now();
  const outcome = await run(
    shell(`trap '' TERM; echo half; echo working >&2; sh -c 'echo $$ >${file}; exec sleep 60' & wait; sleep 60`),
    { timeLimitMs: 300 },
  );
  expect(outcome).toEqual({ kind: "too-slow", stdout: Buffer.from("half\n"), stderr: "working\n" });
  expect(Date.now() - startMs).toBeLessThan(20_000);
  const grandchild = Number(process.getBuiltinModule("node:fs").readFileSync(file, "utf8"));
  await until(() => !isRunning(grandchild));
});

test("one that prints without end is ended", async () => {
  const endless = await run(["yes"]);
  expect(endless.kind).toBe("too-much");
  expect("stdout" in endless && text(endless.stdout)).toMatch(/^(?:y\n){500}/);
  const outcome = await run(shell("yes 1234567 | head -n 125"));
  expect(outcome.kind).toBe("exited");
});

test("one is ended when the build ends, or not begun", async () => {
  const end = new AbortController();
  const outcome = run(["sleep", "60"], { signal: end.signal });
  setTimeout(() => end.abort(), 50);
  expect(await outcome).toEqual({ kind: "stopped" });
  expect(await run(["sleep", "60"], { signal: end.signal })).toEqual({ kind: "stopped" });
});

test("one that was killed says by what", async () => {
  const killed = { kind: "killed", signal: "SIGKILL", stdout: Buffer.from("half\n"), stderr: "" };
  expect(await run(shell("echo half; kill -9 $$"))).toEqual(killed);
});

test("one that leaves a daemon with its output open does not hold us up", async () => {
  const startMs = Date.now();
  const outcome = await run(shell("echo token; sleep 60 & exit 0"));
  expect(outcome.kind === "exited" && text(outcome.stdout)).toBe("token\n");
  expect(Date.now() - startMs).toBeLessThan(20_000);
});

test("of much stderr the last whole lines are kept: half a line may be half a value", async () => {
  const outcome = await run(shell("i=0; while [ $i -lt 2000 ]; do echo line$i >&2; i=$((i+1)); done"));
  const stderr = outcome.kind === "exited" ? outcome.stderr : "";
  expect(stderr.length).toBeLessThanOrEqual(4096);
  expect(stderr).toMatch(/^line\d+\n/);
  expect(stderr.endsWith("line1999\n")).toBe(true);
  const oneLine = await run(shell("head -c 100000 /dev/zero | tr '\\0' x >&2"));
  expect(oneLine).toMatchObject({ kind: "exited", stderr: "" });
});

test("the guardian knows of a command while it runs", async () => {
  const told: string[] = [];
  const keeper: ChildKeeper = {
    keepChild: (pid) => told.push(`keep ${isRunning(pid)}`),
    forgetChild: (pid) => told.push(`forget ${isRunning(pid)}`),
  };
  await createRunCommand(
    process.env,
    keeper,
  )({
    command: ["sleep", "0.2"],
    timeLimitMs: 10_000,
    outputLimitBytes: 10,
  });
  expect(told).toEqual(["keep true", "forget false"]);
});
