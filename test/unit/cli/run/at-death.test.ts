import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { killAtDeath } from "../../../../src/cli/run/at-death.ts";
import { guardianScript } from "../../../../src/system/guardian-script.ts";
import { directoryPrefix } from "../../../../src/system/tmpfs.ts";
import { scratch, until } from "../../system/scratch.ts";

/** A docker that writes down how it was called. */
function fakeDocker(folder: string): string {
  const docker = `${folder}/do'cker`;
  writeFileSync(docker, `#!/bin/sh\necho "$DOCKER_HOST $*" >>'${folder}/calls'\n`, { mode: 0o700 });
  return docker;
}

/** Runs the guardian as if we had died. */
async function die(script: string, before = ""): Promise<void> {
  const guardian = spawn("/bin/sh", [script], { stdio: ["pipe", "ignore", "ignore"] });
  guardian.stdin.end(`${before}deed ${script}.deed\n`);
  await once(guardian, "exit");
}

function prepare(folder: string, cidfile: string): string {
  const environment = { DOCKER_HOST: "unix:///it's.sock", JOB_TOKEN: "not handed on", PATH: "/bin" };
  const script = `${folder}/guardian`;
  const deed = killAtDeath({ docker: fakeDocker(folder), environment } as never, cidfile);
  expect(deed).not.toContain("JOB_TOKEN");
  writeFileSync(script, guardianScript);
  writeFileSync(`${script}.deed`, deed);
  return script;
}

test("the guardian kills the container by the engine's address, at once and once more", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/cid file`, "0123abcd");
  await die(prepare(folder, `${folder}/cid file`));
  const calls = () => (existsSync(`${folder}/calls`) ? readFileSync(`${folder}/calls`, "utf8") : "");
  await until(() => calls() === "unix:///it's.sock kill 0123abcd\n".repeat(2));
});

test("the id that docker writes when all is removed already is known the second time", async () => {
  const folder = scratch();
  const directory = `${folder}/${directoryPrefix}x`;
  mkdirSync(directory);
  const cidfile = `${directory}/cid`;
  // docker: its file is open, and the id comes late
  const late = `exec 3>"$0"; trap 'while [ -e "$0" ]; do sleep 0.02; done; printf 0123abcd >&3; exit' INT; echo; while :; do sleep 0.05; done`;
  const docker = spawn("/bin/sh", ["-c", late, cidfile], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  await once(docker.stdout!, "data");
  await die(prepare(folder, cidfile), `directory ${directory}\nchild ${docker.pid} -\n`);
  const calls = () => (existsSync(`${folder}/calls`) ? readFileSync(`${folder}/calls`, "utf8") : "");
  await until(() => calls() === "unix:///it's.sock kill 0123abcd\n");
});

test("where no container was made nothing is killed", async () => {
  const folder = scratch();
  await die(prepare(folder, `${folder}/none`));
  expect(existsSync(`${folder}/calls`)).toBe(false);
});
