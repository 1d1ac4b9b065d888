import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";

/** A buildx that cannot push what was searched: it builds again from the cache, without secrets, and is compared. */
let place: Place;
let registry: Registry;
/** Answers something else each time, as a download that is not pinned may. */
let moving: Server;
let url: string;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the remote driver and buildx 0.29", registry);
  moving = createServer((_, response) => response.end(`${unique()}\n`)).listen(0, "127.0.0.1");
  await once(moving, "listening");
  url = `http://127.0.0.1:${(moving.address() as AddressInfo).port}/download`;
});
afterAll(async () => {
  moving.close();
  await place.stop();
  await registry.stop();
});

describe("a second pass that publishes", () => {
  test("runs no step again, with --no-cache too", async () => {
    const { build, word } = await createGrantedBuild(place, [
      "RUN granted && echo made-$(head -c 8 /dev/urandom | xxd -p) | tee /made",
    ]);
    const repository = `again/${word}`;
    const outcome = await build(["--no-cache", "-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.output.match(/^#\d+ [\d.]+ made-[0-9a-f]{16}$/gm)).toHaveLength(1);
    expect(outcome.output).toContain("CACHED");
    expect(await registry.tags(repository)).toEqual(["1"]);
  });

  test("that makes another image than the one that was searched gets no tag", async () => {
    const { build, word } = await createGrantedBuild(place, ["RUN granted && true", `ADD ${url}-after /`]);
    const repository = `other/${word}`;
    const outcome = await build(["-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/searched/);
    expect(await registry.tags(repository)).toEqual([]);
  });

  test("that would have to run a granted step again has no secret for it, and fails", async () => {
    const { build, word } = await createGrantedBuild(place, [`ADD ${url}-before /`, "RUN granted && sha256sum $token"]);
    const repository = `rerun/${word}`;
    const outcome = await build(["-t", `${registry.address}/${repository}:1`, "--push"]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/secret token: not found/);
    expect(await registry.tags(repository)).toEqual([]);
  });
});
