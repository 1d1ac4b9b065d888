import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runBuildseal, startBuildseal } from "./buildseal.ts";
import { argvOf, environmentOf } from "./command-line.ts";
import { descendantsOf, holdsWithin, stillRunning } from "./process-tree.ts";
import { refuseImage, scanImage } from "./scan-image.ts";
import { expectIncomplete, openSample, type Sample } from "./scan-sample.ts";
import { createScratch } from "./scratch.ts";
import { valuesIn } from "./value.ts";

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});

describe("an engine", () => {
  /** A `docker` that does this; `$whole` is an archive that it could give. */
  function fakeDocker(script: string): NodeJS.ProcessEnv {
    const bin = createScratch("bin");
    const body = `#!/bin/sh\nwhole=${sample.archives["docker-archive"]}\nif [ "$2" = inspect ]; then echo sha256:0; exit 0; fi\n${script}\n`;
    writeFileSync(join(bin, "docker"), body);
    chmodSync(join(bin, "docker"), 0o755);
    return { ...sample.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
  }

  test.each(["docker-daemon:example.com/it:1", "example.com/it:1"])(
    "that dies in the middle gives an incomplete scan with its words: %s",
    async (image) => {
      const env = fakeDocker('head -c 200000 "$whole"; echo "error during connect: the daemon went away" >&2; exit 1');
      const scanned = await scanImage(image, sample.needles, { env });
      expectIncomplete(scanned, /the daemon went away/);
    },
  );

  test("that is killed in the middle gives an incomplete scan", async () => {
    const env = fakeDocker('head -c 200000 "$whole"; kill -9 $$');
    expectIncomplete(await scanImage("docker-daemon:example.com/it:1", sample.needles, { env }));
  });

  test("that says all is well after half an archive is not believed", async () => {
    const env = fakeDocker('head -c 200000 "$whole"');
    expectIncomplete(await scanImage("docker-daemon:example.com/it:1", sample.needles, { env }));
  });

  test("that is not there is said in docker's words, and no docker at all in ours", async () => {
    const env = { ...sample.env, DOCKER_HOST: `unix://${join(createScratch("none"), "docker.sock")}` };
    expect(await refuseImage("docker-daemon:example.com/it:1", sample.needles, { env })).toMatch(
      /Cannot connect to the Docker daemon|failed to connect to the docker API/,
    );
    const bare = { ...sample.env, PATH: "/nowhere" };
    expect(await refuseImage("docker-daemon:example.com/it:1", sample.needles, { env: bare })).toContain(
      "no docker on the PATH",
    );
  });

  test.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 },
  ] as const)("that takes its time can be left by $signal, and docker ends with us", async ({ signal, status }) => {
    const env = fakeDocker('head -c 200000 "$whole"; exec sleep 600');
    const place = createScratch("left");
    const output = join(place, "report.json");
    mkdirSync(join(place, "tmp"));
    const words = [
      "scan-image",
      "docker-daemon:example.com/it:1",
      ...sample.needles,
      "--format",
      "json",
      "--output",
      output,
    ];
    const running = startBuildseal(words, { env, variables: { TMPDIR: join(place, "tmp") } });
    expect(await holdsWithin(20_000, () => descendantsOf(running.pid).length > 0)).toBe(true);
    const children = descendantsOf(running.pid);
    running.kill(signal);
    const ended = await running.ended;
    expect(ended.status, ended.output).toBe(status);
    expect(await holdsWithin(5000, () => stillRunning(children).length === 0)).toBe(true);
    expect(readdirSync(place)).toEqual(["tmp"]);
    expect(readdirSync(join(place, "tmp"))).toEqual([]);
  });
});

describe("a scan of stdin", () => {
  test.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGHUP", status: 129 },
  ] as const)("that waits for more can be left by $signal, and leaves nothing behind", async ({ signal, status }) => {
    const folder = createScratch("left");
    const caches = createScratch("caches");
    const [program, ...words] = argvOf(["scan-image", "-", ...sample.needles]);
    const env = environmentOf({ TMPDIR: folder, XDG_CACHE_HOME: caches });
    const child: ChildProcess = spawn(program, words, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stdout?.on("data", (part: Buffer) => (said += part.toString()));
    child.stderr?.on("data", (part: Buffer) => (said += part.toString()));
    // A pipe holds 64 KB: when all of this is taken, it reads.
    const half = readFileSync(sample.archives["docker-archive"]).subarray(0, 250_000);
    await new Promise<void>((done) => child.stdin?.write(half, () => done()));
    child.kill(signal);
    const [code, by] = await new Promise<[number | null, string | null]>((done) =>
      child.once("close", (...how) => done(how)),
    );
    expect(code ?? (by === signal ? status : -1), said).toBe(status);
    expect(said).not.toMatch(/ at .*\(.*:\d+:\d+\)|mistake of buildseal/);
    expect(valuesIn(said)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(
      await sample.tools.run("sh", ["-c", 'grep -r -l -F -f "$1" "$2" || true', "sh", patterns(), caches]),
    ).toEqual(Buffer.alloc(0));
  });
});

/** The values, one a line. */
function patterns(): string {
  const file = join(createScratch("patterns"), "patterns");
  writeFileSync(file, sample.plants.names().map(sample.plants.value).join("\n"));
  return file;
}

test("a report that cannot be written is an error, and no half of it is left", async () => {
  const output = join(createScratch("none"), "no-folder", "report.json");
  const { status, stderr } = await runBuildseal(
    ["scan-image", `oci:${sample.layout.folder}`, ...sample.needles, "--format", "json", "--output", output],
    { env: sample.env },
  );
  expect(status, stderr).toBe(2);
  expect(stderr).toContain(output);
});
