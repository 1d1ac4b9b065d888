import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { startGitDaemon } from "./git-daemon.ts";
import { tokenConfig } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { createProject, type Project, unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue } from "./value.ts";

let registry: Registry;
let engine: Place;
let remote: Place;
beforeAll(async () => {
  registry = await startRegistry();
  engine = await openPlace("the docker driver", registry);
  remote = await openPlace("the remote driver", registry);
});
afterAll(async () => {
  await remote.stop();
  await engine.stop();
  await registry.stop();
});

const dockerfile = (place: Place): string =>
  `FROM ${place.base}\nCOPY file.txt /\nRUN : granted ${unique()} && cat /run/secrets/token && cat /file.txt\n`;

/** Builds with a configuration from elsewhere, as the context may not be a folder here. */
async function build(place: Place, args: readonly string[], input?: string | Uint8Array, cwd?: string) {
  const outside = await createProject({ "buildseal.yaml": tokenConfig });
  const outcome = await runBuildseal(
    ["build", ...place.flags, "--network=none", "--seal-config", outside.path("buildseal.yaml"), ...args],
    {
      env: place.engine.env,
      variables: { JOB_TOKEN: createValue() },
      ...(input !== undefined && { input }),
      ...(cwd && { cwd }),
    },
  );
  expect(outcome.status, outcome.output).toBe(0);
  expect(outcome.output).toContain("[secret token]");
  expect(outcome.output).toContain("content of the file");
  return outcome;
}

const createContext = (place: Place): Promise<Project> =>
  createProject({ Dockerfile: dockerfile(place), "file.txt": "content of the file\n" });

describe.each(["the docker driver", "the remote driver"] as const)("with %s a granted step gets its secret", (name) => {
  const place = (): Place => (name === "the docker driver" ? engine : remote);

  test("from a folder, its Dockerfile named relative to where the user is", async () => {
    const { folder } = await createContext(place());
    await build(place(), ["-f", "Dockerfile", "."], undefined, folder);
  });

  test("from a tar on stdin, plain and in gzip, also where a second pass reads it again", async () => {
    const { folder } = await createContext(place());
    const tag = `${registry.address}/context/${unique()}:1`;
    await build(place(), ["-t", tag, "--push", "-"], execFileSync("tar", ["-c", "-C", folder, "."]));
    const again = await createContext(place());
    await build(place(), ["-"], execFileSync("tar", ["-cz", "-C", again.folder, "."]));
  });

  test("from a Dockerfile on stdin beside a folder", async () => {
    const { folder } = await createContext(place());
    await build(place(), ["-f", "-", folder], dockerfile(place()));
  });

  test("from a git repository, at the very commit whose Dockerfile was read", async () => {
    await using daemon = await startGitDaemon({ Dockerfile: dockerfile(place()), "file.txt": "content of the file\n" });
    const outside = await createProject({ "buildseal.yaml": tokenConfig });
    const shown = await runBuildseal(
      [
        "build",
        ...place().flags,
        "--seal-print",
        "--seal-config",
        outside.path("buildseal.yaml"),
        `${daemon.url}#main`,
      ],
      place().engine,
    );
    expect(shown.status, shown.output).toBe(0);
    expect(shown.stdout).toContain(daemon.commit);
    await build(place(), [`${daemon.url}#main`]);
    await daemon.commitFiles({ Dockerfile: dockerfile(place()) });
    await build(place(), [daemon.url]);
  });

  test("from a tar at an http address", async () => {
    const { folder } = await createContext(place());
    const tar = execFileSync("tar", ["-cz", "-C", folder, "."]);
    const server = createServer((_, response) => response.end(tar)).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      await build(place(), [`http://127.0.0.1:${(server.address() as AddressInfo).port}/context.tar.gz`]);
    } finally {
      server.close();
    }
  });
});
