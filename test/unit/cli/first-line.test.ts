import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { scratch } from "../system/scratch.ts";

/** A folder with a file of variables, by which Node would run code of somebody else's. */
function made() {
  const folder = scratch();
  writeFileSync(join(folder, "pre.cjs"), 'require("node:fs").writeFileSync("ran", "");');
  writeFileSync(join(folder, "app.env"), "NODE_OPTIONS=--require ./pre.cjs\n");
  writeFileSync(join(folder, "buildseal.yaml"), "version: 1\n");
  return folder;
}

const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;

function start(program: string, words: readonly string[], folder: string) {
  const { status, stderr } = spawnSync(program, words, { cwd: folder, env: { PATH, HOME: folder }, encoding: "utf8" });
  return { status, stderr, hasRun: existsSync(join(folder, "ran")) };
}

describe("the words of a command are ours, not Node's", () => {
  test.each([
    ["lint", ["lint", "--env-file", "app.env"]],
    ["run, before the image", ["run", "--env-file", "app.env", "image"]],
    ["run, behind the image", ["run", "image", "node", "--env-file=app.env"]],
    ["run, of a file that is the container's", ["run", "image", "uvicorn", "--env-file", ".env"]],
  ])("where it is started by its name: %s", (_, words) => {
    const folder = made();
    const { status, stderr, hasRun } = start(inject("program"), words, folder);
    expect(hasRun).toBe(false);
    expect(stderr).not.toMatch(/node:|NODE_OPTIONS/);
    // there is no Docker
    expect(status).toBe(words[0] === "run" ? 125 : 2);
  });

  test("by a link of another name, too", () => {
    const folder = made();
    symlinkSync(inject("program"), join(folder, "docker-buildseal"));
    const words = ["buildseal", "run", "--env-file", "app.env", "image"];
    expect(start(join(folder, "docker-buildseal"), words, folder)).toMatchObject({ status: 125, hasRun: false });
  });

  test("variables whose names a shell would drop are there, as they were", () => {
    const folder = made();
    writeFileSync(
      join(folder, "buildseal.yaml"),
      "version: 1\nsecrets:\n  a: { from: env, name: my.odd-name }\n  b: { from: env, name: of.lines }\n  c: { from: env, name: not.there }\n",
    );
    const odd = {
      "my.odd-name": randomBytes(20).toString("hex"),
      "of.lines": `${randomBytes(9).toString("hex")}\n=x\n`,
    };
    const env = { PATH, HOME: folder, ...odd };
    const { stdout } = spawnSync(inject("program"), ["doctor", "--format", "json"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    const checks: readonly { id: string; state: string }[] = JSON.parse(stdout).checks;
    const stateOf = (name: string) => checks.find(({ id }) => id === `secret.${name}`)?.state;
    expect(["a", "b", "c"].map(stateOf)).toEqual(["ok", "ok", "error"]);
    expect(Object.values(odd).some((value) => stdout.includes(value.trim()))).toBe(false);
  });

  test("where Node has taken one, nothing is done with secrets", () => {
    const folder = made();
    const words = [inject("program"), "run", "--env-file", "app.env", "image"];
    const { status, stderr } = start(process.execPath, words, folder);
    expect(status).toBe(125);
    expect(stderr).toContain("Node took --env-file for an option of its own");
    const ended = start(process.execPath, ["--", ...words], made());
    expect(ended).toMatchObject({ status: 125, hasRun: false });
    expect(ended.stderr).not.toContain("Node took");
  });
});
