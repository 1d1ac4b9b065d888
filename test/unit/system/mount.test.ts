import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch } from "./scratch.ts";

const holder = fileURLToPath(new URL("store-holder.ts", import.meta.url));
const filler = fileURLToPath(new URL("store-in-small-memory.ts", import.meta.url));

/** Runs a program where the script has mounted what it wants to; the mounts are seen by nobody else. */
function runMounted(
  script: string,
  place: string,
  program: string,
  words: readonly string[] = [],
): Record<string, unknown> {
  const flags = process.getuid?.() === 0 ? "-m" : "-rm";
  const line = `set -e; ${script}; exec "$0" "$@"`;
  const { stdout, stderr } = spawnSync(
    "/usr/bin/env",
    ["unshare", flags, "/bin/sh", "-c", line, process.execPath, program, ...words],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], PLACE: place, XDG_RUNTIME_DIR: place },
    },
  );
  if (stdout === "")
    throw new Error(`this test needs to mount a tmpfs (Linux, and root or user namespaces): ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("a tmpfs that is full is said, the old value stays, and another place is found for a new store", () => {
  const place = scratch();
  const story = runMounted('mount -t tmpfs -o size=3m,mode=700 none "$PLACE"', place, filler);
  expect(story["directory"]).toMatch(new RegExp(`^${place}/buildseal.store-`));
  expect(story["filled"]).toBe("ENOSPC");
  expect(story["full"]).toEqual([
    "STORE",
    expect.stringMatching(/^The secret it could not be written to .*: there is no room left\.$/),
    expect.stringContaining("--shm-size"),
  ]);
  expect(story["kept"]).toBe("old value");
  expect(story["second"]).toMatchObject({
    directory: expect.stringMatching(/^\/dev\/shm\//),
    onDisk: false,
    notices: [],
  });
  expect([story["freed"], story["renewed"]]).toEqual(["ok", "new value"]);
});

test("without any tmpfs the secrets lie on disk, and that is said with the reasons", () => {
  const place = scratch("/var/tmp");
  const hidden = ["/dev/shm", "/run"].map((path) => `mount --bind "$PLACE" ${path}`).join("; ");
  const story = runMounted(
    `mkdir -p "$PLACE/t"; chmod 755 "$PLACE"; export TMPDIR="$PLACE/t"; ${hidden}`,
    place,
    holder,
    ["close"],
  );
  expect(story["onDisk"]).toBe(true);
  expect(story["directory"]).toMatch(new RegExp(`^${place}/t/buildseal.store-`));
  expect(story["notices"]).toEqual([expect.stringMatching(/^Secrets lie on disk .*\/dev\/shm is not in memory/)]);
});

test("a place that others could rearrange is not used", () => {
  const place = scratch();
  const story = runMounted('mount -t tmpfs -o mode=777 none "$PLACE"', place, holder, ["close"]);
  expect(story["directory"]).toMatch(/^\/dev\/shm\/buildseal.store-/);
});

test("a path that is too long for a socket serves all the same", () => {
  const place = `${scratch()}/${"long".repeat(20)}/${"path".repeat(10)}`;
  mkdirSync(place, { recursive: true });
  const story = runMounted('mount -t tmpfs -o mode=700 none "$PLACE"', place, holder, ["close"]);
  expect(story["directory"]).toMatch(new RegExp(`^${place}/buildseal.store-`));
});
