import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, type Project, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

/** Everything of a tree: kinds, modes, owners, times, links, content. */
const listing = (folder: string): string =>
  execFileSync(
    "bash",
    [
      "-c",
      `cd "$1" && find . -printf '%p %y %m %U:%G %T@ %l\\n' | sort && find . -type f -exec sha256sum {} + | sort`,
      "bash",
      folder,
    ],
    {
      encoding: "utf8",
      maxBuffer: 64 << 20,
    },
  );

/** A folder with a file of the user's and one that the build has too; it goes with the test. */
function folderUnder(parent: string): string {
  const folder = mkdtempSync(join(parent, "buildseal-e2e-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "before"), "kept");
  mkdirSync(join(folder, "private"));
  writeFileSync(join(folder, "private/mine"), "kept too");
  return folder;
}

describe("under the gate, what a user gets into files is what Docker makes", () => {
  const createTree = (): Promise<Project> =>
    createProject({
      Dockerfile: `FROM buildseal/busybox AS made
RUN mkdir -m 0700 /out /out/private && echo ${unique()} >/out/file && chmod 0640 /out/file \\
 && echo x >/out/run && chmod 4755 /out/run && chown 1000:1000 /out/run && ln -s file /out/link \\
 && touch -d '2020-02-02 02:02:02' /out/file && mkdir -m 1777 /out/shared
FROM scratch
COPY --from=made /out /
`,
    });

  // The one or the other is on another file system than where the result lay while it was searched.
  test.each([tmpdir(), "/dev/shm", "/var/tmp"])(
    "in a folder under %s: the same files, modes, owners, times and links, beside what was there",
    async (parent) => {
      const project = await createTree();
      const [docker, ours] = [folderUnder(parent), folderUnder(parent)];
      const byDocker = await runDocker(["buildx", "build", "--network=none", "-o", docker, project.folder], engine);
      expect(byDocker.status, byDocker.stderr).toBe(0);
      const outcome = await runBuildseal(["build", "--network=none", "-o", ours, project.folder], engine);
      expect(outcome.status, outcome.output).toBe(0);
      // what the test made itself, one folder after the other
      const withoutOwnTimes = (text: string): string =>
        text.replaceAll(/^(\.|\.\/before|\.\/private\/mine) (.*) [\d.]+ $/gm, "$1 $2");
      expect(withoutOwnTimes(listing(ours))).toBe(withoutOwnTimes(listing(docker)));
    },
  );

  test("in a tar: the same bytes", async () => {
    const project = await createTree();
    const out = await createProject({});
    const args = (file: string) => ["--network=none", "-o", `type=tar,dest=${out.path(file)}`, project.folder];
    const byDocker = await runDocker(["buildx", "build", ...args("docker.tar")], engine);
    expect(byDocker.status, byDocker.stderr).toBe(0);
    const outcome = await runBuildseal(["build", ...args("ours.tar")], engine);
    expect(outcome.status, outcome.output).toBe(0);
    expect(readFileSync(out.path("ours.tar")).equals(readFileSync(out.path("docker.tar")))).toBe(true);
    expect(statSync(out.path("ours.tar")).mode).toBe(statSync(out.path("docker.tar")).mode);
  });

  test("in the files of --iidfile and --metadata-file, and on stdout with -q: the image that has the tag", async () => {
    const project = await createTree();
    const out = await createProject({});
    const name = `told:${unique()}`;
    const args = (who: string) => [
      ...["--iidfile", out.path(`${who}-id`), "--metadata-file", out.path(`${who}.json`)],
      ...["-q", "-t", name, "--network=none", project.folder],
    ];
    const byDocker = await runDocker(["buildx", "build", ...args("docker")], engine);
    expect(byDocker.status, byDocker.stderr).toBe(0);
    await runDocker(["image", "rm", name], engine);
    const outcome = await runBuildseal(["build", ...args("ours")], engine);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).toBe(byDocker.stdout.toString());
    expect(readFileSync(out.path("ours-id"), "utf8")).toBe(readFileSync(out.path("docker-id"), "utf8"));
    for (const file of ["-id", ".json"]) {
      expect(statSync(out.path(`ours${file}`)).mode).toBe(statSync(out.path(`docker${file}`)).mode);
    }
    const [metadata, ours] = ["docker.json", "ours.json"].map((file) =>
      JSON.parse(readFileSync(out.path(file), "utf8")),
    );
    expect(Object.keys(ours).sort()).toEqual(Object.keys(metadata).sort());
    for (const key of ["image.name", "containerimage.config.digest", "containerimage.digest"]) {
      expect(ours[key]).toBe(metadata[key]);
    }
    expect(await engine.docker("image", "inspect", "--format", "{{.Id}}", name)).toBe(outcome.stdout.trim());
  });

  test("on a stdout that is closed early ends, and says nothing of its own insides", async () => {
    const project = await createTree();
    const main = new URL("../../dist/main.js", import.meta.url).pathname;
    const node = new URL("../../node_modules/.bin/node", import.meta.url).pathname;
    const script = `"$1" "$2" build --network=none -o - "$3" | head -c 10 | wc -c; echo "status $\{PIPESTATUS[0]}"`;
    const said = execFileSync("bash", ["-c", script, "bash", node, main, project.folder], {
      env: engine.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
    expect(said).toMatch(/^10\nstatus \d+\n$/);
  });
});
