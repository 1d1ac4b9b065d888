/**
 * A program for the tests: opens the store, writes a secret, starts a child and tells what it has, then does what it was
 * told on its command line, when its stdin ends: `wait`, `exit` (without closing), `throw`, `close`.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Secret } from "../../../src/secret/secret.ts";
import { openSecretStore } from "../../../src/system/secret-store.ts";

const [what = "wait", childCommand = "sleep 600"] = process.argv.slice(2);
const store = await openSecretStore({ environment: process.env, notice: () => {} });
const path = await store.put("it", new Secret("it", randomBytes(16).toString("hex")));
const work = await store.openWorkFolder();
writeFileSync(`${work}/export.tar`, "big");
const child = spawn("/bin/sh", ["-c", childCommand], { detached: true, stdio: "ignore" });
store.keepChild(child.pid ?? 0);
const { directory, onDisk, notices } = store;
process.stdout.write(`${JSON.stringify({ directory, path, work, child: child.pid, onDisk, notices })}\n`);
if (what === "wait") await new Promise(() => setInterval(() => {}, 1000));
// Whoever wants to look first holds our stdin open.
for await (const _ of process.stdin);
if (what === "exit") process.exit(0);
if (what === "throw") throw new Error("as it happens");
process.kill(-child.pid!, "SIGKILL");
store.forgetChild(child.pid ?? 0);
await store.close();
