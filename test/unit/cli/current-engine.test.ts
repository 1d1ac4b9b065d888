import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { currentEngine } from "../../../src/cli/current-engine.ts";
import { scratch } from "../system/scratch.ts";

test("the engine is DOCKER_HOST's, else the context's that a variable names, else the configured one's", async () => {
  const folder = scratch();
  for (const name of ["one", "two"]) {
    const meta = `${folder}/contexts/meta/${createHash("sha256").update(name).digest("hex")}`;
    mkdirSync(meta, { recursive: true });
    writeFileSync(`${meta}/meta.json`, JSON.stringify({ Endpoints: { docker: { Host: `unix:///${name}.sock` } } }));
  }
  writeFileSync(`${folder}/config.json`, JSON.stringify({ currentContext: "one" }));
  const address = async (environment: Record<string, string>) =>
    (await currentEngine({ DOCKER_CONFIG: folder, ...environment })).address;
  expect(await address({})).toBe("unix:///one.sock");
  expect(await address({ DOCKER_CONTEXT: "two" })).toBe("unix:///two.sock");
  expect(await address({ DOCKER_CONTEXT: "two", DOCKER_HOST: "tcp://127.0.0.1:1" })).toBe("tcp://127.0.0.1:1");
  expect(await address({ DOCKER_CONFIG: `${folder}/none` })).toBe("unix:///var/run/docker.sock");
});
