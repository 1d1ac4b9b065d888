import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { scratch } from "./scratch.ts";

const hardening = JSON.stringify(new URL("../../../src/system/hardening.ts", import.meta.url).href);
const hardened = `const { hardenProcess, closeInspector } = await import(${hardening}); const { notices, asUser } = hardenProcess(process.env);`;

type Setting = { environment?: Record<string, string>; flags?: readonly string[]; cwd?: string; shell?: string };

/** Runs a hardened program in a process of its own; gives what it printed. */
function run(program: string, { environment = {}, flags = [], cwd = scratch(), shell = "" }: Setting = {}) {
  const words = [...flags, "--input-type=module", "-e", hardened + program];
  const env = { PATH: process.env["PATH"], ...environment };
  return spawnSync("/bin/sh", ["-c", `${shell} exec "$0" "$@"`, process.execPath, ...words], {
    encoding: "utf8",
    env,
    cwd,
  });
}

const printNotices = "console.log(JSON.stringify(notices));";

describe("a hardened process", () => {
  test("has nothing to say where nothing was asked for", () => {
    expect(run(printNotices).stdout).toBe("[]\n");
  });

  test("does not open the inspector on SIGUSR1, and goes on", async () => {
    const program = `${hardened} setInterval(() => {}, 1000); process.on("SIGTERM", () => { console.log("inspector", process.getBuiltinModule("node:inspector").url()); process.exit(); }); console.log("up");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines = createInterface(child.stdout);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    await once(lines, "line");
    child.kill("SIGUSR1");
    await delay(200);
    child.kill("SIGTERM");
    expect(await once(lines, "line")).toEqual(["inspector undefined"]);
    expect(stderr).toBe("");
  });

  test.each([
    ["a flag", { flags: ["--inspect=0"] }],
    ["NODE_OPTIONS", { environment: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } }],
  ])("closes an inspector that %s opened, and says so", (_, setting) => {
    const { stdout } = run(`${printNotices} console.log(process.getBuiltinModule("node:inspector").url());`, setting);
    expect(stdout).toBe(
      '["Node\'s inspector was open, by which every secret could be read: it was closed."]\nundefined\n',
    );
  });

  test("closes an inspector that was opened later, when it is asked to", () => {
    const { stdout } = run(
      'process.getBuiltinModule("node:inspector").open(0); console.log(closeInspector().length, closeInspector().length);',
    );
    expect(stdout).toBe("1 0\n");
  });

  test("writes no heap snapshot by signal", () => {
    const cwd = scratch();
    for (const setting of [
      { flags: ["--heapsnapshot-signal=SIGUSR2"] },
      { environment: { NODE_OPTIONS: "--heapsnapshot_signal SIGHUP" } },
    ]) {
      const { stdout } = run(
        `${printNotices} process.kill(process.pid, "SIGUSR2"); process.kill(process.pid, "SIGUSR1"); setTimeout(() => console.log("alive"), 100);`,
        { ...setting, cwd },
      );
      expect(stdout).toMatch(/heapsnapshot-signal: it is off.*\nalive\n/);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("writes no diagnostic report, though asked for by every option", () => {
    const cwd = scratch();
    const flags = ["--report-on-signal", "--report-uncaught-exception", "--report-on-fatalerror"];
    const { stdout, status } = run(
      `${printNotices} process.kill(process.pid, "SIGUSR2"); setTimeout(() => { throw new Error("x"); }, 50);`,
      { flags, cwd },
    );
    expect(stdout).toContain("diagnostic reports were asked for: they are off");
    expect(status).not.toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ["--tls-keylog=keys", "--tls-keylog"],
    ["--trace-tls", "--trace-tls"],
    ["--heapsnapshot-near-heap-limit=1", "--heapsnapshot-near-heap-limit"],
  ])("refuses to run with %s, which cannot be taken back", (flag, name) => {
    const { stderr, stdout } = run(printNotices, { flags: [flag] });
    expect(stderr).toContain(`Node was started with ${name}, which `);
    expect(stdout).toBe("");
  });

  test.each(["http", "foo,TLS", "*", "child_process"])("refuses to run with NODE_DEBUG=%s", (sections) => {
    expect(run(printNotices, { environment: { NODE_DEBUG: sections } }).stderr).toContain(
      "NODE_DEBUG is set so that Node prints",
    );
  });

  test("runs with a NODE_DEBUG that shows nothing of that kind", () => {
    expect(run(printNotices, { environment: { NODE_DEBUG: "timer" } }).stdout).toContain("[]\n");
  });

  test("hands the empty core dump on to its children", () => {
    const { stdout } = run(
      'console.log(process.getBuiltinModule("node:child_process").execSync("cat /proc/self/coredump_filter").toString());',
    );
    expect(Number.parseInt(stdout, 16)).toBe(0);
  });

  test("makes files for itself alone, and the user's files as the user's umask says", () => {
    const cwd = scratch();
    const program = `const fs = process.getBuiltinModule("node:fs"); fs.writeFileSync("own", ""); asUser(() => fs.writeFileSync("his", "")); fs.writeFileSync("own2", ""); try { asUser(() => { throw new Error(); }); } catch {} fs.writeFileSync("own3", ""); asUser(() => process.getBuiltinModule("node:child_process").execSync("echo > child"));`;
    run(program, { cwd, shell: "umask 027;" });
    const modes = Object.fromEntries(
      readdirSync(cwd).map((name) => [name, (statSync(`${cwd}/${name}`).mode & 0o777).toString(8)]),
    );
    expect(modes).toEqual({ own: "600", own2: "600", own3: "600", his: "640", child: "640" });
  });
});
