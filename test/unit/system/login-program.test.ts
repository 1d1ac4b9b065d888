import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createAskHelper } from "../../../src/system/login-program.ts";
import { isRunning, scratch, until } from "./scratch.ts";

const server = "registry.example.com";
const source = JSON.stringify(join(import.meta.dirname, "../../../src/system/login-program.ts"));

/** A helper that is a shell's script: it is called "made", and finds its own folder in $FOLDER. */
function place(script: string): { readonly environment: Record<string, string>; readonly pid: () => number } {
  const folder = scratch();
  writeFileSync(join(folder, "docker-credential-made"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const file = join(folder, "pid");
  const pid = (): number => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);
  onTestFinished(() => {
    if (pid() > 0 && isRunning(pid())) process.kill(pid(), "SIGKILL");
  });
  return { environment: { PATH: `${folder}:${process.env["PATH"]}`, FOLDER: folder }, pid };
}

/** Asks in a process of its own, which has to end by itself. */
function startAsking(name: string, environment: Record<string, string>) {
  const program = `
    import { createAskHelper } from ${source};
    console.log(JSON.stringify((await createAskHelper(process.env)("${name}", "${server}")) ?? null));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { env: environment });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  return { child, ended: once(child, "close").then(([status, signal]) => ({ said: said.trim(), status, signal })) };
}

test("a helper is told the server, and gives its answer", async () => {
  const { environment } = place('read -r server; echo "$1 $server"');
  expect(await createAskHelper(environment)("made", server)).toBe(`get ${server}\n`);
});

test("a helper that fails, or whose name is none, has no answer", async () => {
  const { environment } = place("echo something; exit 1");
  const ask = createAskHelper(environment);
  expect(await ask("made", server)).toBeUndefined();
  expect(await ask("../made", server)).toBeUndefined();
});

test("a helper that is not installed costs no time", async () => {
  const { ended } = startAsking("desktop.exe", place("").environment);
  expect(await ended).toEqual({ said: "null", status: 0, signal: null });
}, 15_000);

test.each([
  ["that waits for what it started", "sleep 100 & echo $! > $FOLDER/pid; wait"],
  ["that ignores it, as what it started does", "trap '' TERM INT; sleep 100 & echo $! > $FOLDER/pid; wait; wait"],
  ["that closes its output", "exec >&-; sleep 100 & echo $! > $FOLDER/pid; wait"],
])("a helper %s is ended when it takes too long", async (_, script) => {
  const { environment, pid } = place(script);
  const began = performance.now();
  expect(await createAskHelper(environment, 1000)("made", server)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
  expect(pid()).toBeGreaterThan(0);
  await until(() => !isRunning(pid()));
});

test("a helper that never stops talking is ended", async () => {
  const { environment, pid } = place("yes & echo $! > $FOLDER/pid; wait");
  const began = performance.now();
  expect(await createAskHelper(environment)("made", server)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(10_000);
  await until(() => !isRunning(pid()));
});

test("a helper may leave a daemon behind that holds its output open", async () => {
  const { environment, pid } = place("sleep 100 & echo $! > $FOLDER/pid; echo in");
  expect(await createAskHelper(environment)("made", server)).toBe("in\n");
  expect(isRunning(pid())).toBe(true);
});

test("nothing of a helper that was ended keeps the process", async () => {
  const { environment } = place("exec yes");
  const { ended } = startAsking("made", environment);
  expect(await ended).toEqual({ said: "null", status: 0, signal: null });
}, 15_000);

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends the helper, then us", async (signal) => {
  const { environment, pid } = place("sleep 100 & echo $! > $FOLDER/pid; wait");
  const { child, ended } = startAsking("made", environment);
  await until(() => pid() > 0);
  child.kill(signal);
  expect(await ended).toEqual({ said: "", status: null, signal });
  await until(() => !isRunning(pid()));
});
