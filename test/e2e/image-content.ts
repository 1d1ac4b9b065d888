import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jobEnvironment, type RunOptions } from "./buildseal.ts";
import { createScratch } from "./scratch.ts";
import { watchedForms } from "./value.ts";

/**
 * Searches an image by other means than buildseal's: `docker image save`, tar, gzip and grep, for every value that was
 * given out and for `more`. A layer's tar is not compressed then, so what is written into a file stands in it as it is.
 *
 * @returns the blobs that hold one: none for a clean image
 */
export const searchImage = (
  options: Pick<RunOptions, "env">,
  image: string,
  more: readonly string[] = [],
): Promise<string[]> => search(options, `docker image save "$1" | tar -x`, image, more);

/** The same in an archive that was written (its name ends in .tar), an unpacked output or a cache export. */
export const searchFiles = (
  options: Pick<RunOptions, "env">,
  path: string,
  more: readonly string[] = [],
): Promise<string[]> => search(options, `case $1 in *.tar) tar -x -f "$1" ;; *) cp -a "$1" copy ;; esac`, path, more);

async function search(
  options: Pick<RunOptions, "env">,
  fetch: string,
  what: string,
  more: readonly string[],
): Promise<string[]> {
  const patterns = [...watchedForms(), ...more];
  if (patterns.length === 0) throw new Error("there is nothing to search for");
  const folder = createScratch("searched");
  try {
    await mkdir(join(folder, "content"));
    await writeFile(join(folder, "patterns"), `${patterns.join("\n")}\n`);
    const script = `cd "$2/content"
      ${fetch}
      find . -type f | while read -r file; do
        if [ "$(head -c 2 "$file" | od -An -tx1 | tr -d ' ')" = 1f8b ]; then gzip -dc "$file" >"$file.plain"; fi
      done
      find . | grep -F -f ../patterns || true
      grep -r -a -l -F -f ../patterns . || true`;
    const found = await shell(script, options, what, folder);
    return found.split("\n").filter((line) => line !== "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function shell(script: string, options: Pick<RunOptions, "env">, ...args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script, "bash", ...args], {
      env: jobEnvironment(options),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    child.once("error", fail);
    child.once("close", (status) => (status === 0 ? done(stdout) : fail(new Error(`${script}: ${stderr}`))));
  });
}
