import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { Session } from "../../../../src/cli/build/session.ts";
import { lookAtDocker } from "../../../../src/cli/doctor/look-at-docker.ts";
import type { DockerFacts } from "../../../../src/doctor/docker-check.ts";
import { createRunCommand } from "../../../../src/system/child.ts";
import { scratch } from "../../system/scratch.ts";

test("the engine is the one that docker itself speaks to: that of the configuration's context", async () => {
  const folder = scratch();
  const server = createServer((_, response) => response.end(JSON.stringify({ Version: "99.1" })));
  server.listen(`${folder}/far.sock`);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const meta = `${folder}/contexts/meta/${createHash("sha256").update("far").digest("hex")}`;
  mkdirSync(meta, { recursive: true });
  const host = { Host: `unix://${folder}/far.sock` };
  writeFileSync(`${meta}/meta.json`, JSON.stringify({ Endpoints: { docker: host } }));
  writeFileSync(`${folder}/config.json`, JSON.stringify({ currentContext: "far" }));
  writeFileSync(`${folder}/docker`, "#!/bin/sh\nexit 1\n", { mode: 0o700 });

  const environment = { PATH: folder, DOCKER_CONFIG: folder };
  const keeper = { keepChild: () => {}, forgetChild: () => {} };
  const run: Session["run"] = (inherited) => createRunCommand(inherited, keeper);
  const found = await lookAtDocker({ machine: { environment }, run }, { builder: undefined });
  expect((found as DockerFacts).engine).toBe("99.1");
});
