import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { createProject, unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue } from "./value.ts";

let registry: Registry;
let place: Place;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the remote driver", registry);
});
afterAll(async () => {
  await place.stop();
  await registry.stop();
});

describe("a result that is searched while it streams", () => {
  test("is searched for what was issued while the build ran, too", async () => {
    const word = unique();
    const project = await createProject({
      Dockerfile: `FROM ${place.base}
RUN : granted ${word} && echo first-step && until [ -e /run/secrets/go ]; do sleep 0.2; [ "$((i += 1))" -lt 25 ] || break; done
RUN : granted ${word} && cat /run/secrets/token >/left-behind
`,
      "buildseal.yaml": `version: 1
secrets: { token: { from: file, path: ./value } }
grants: [{ secret: token, steps: { run: granted } }]
`,
      value: createValue(),
    });
    const running = startBuildseal(["build", ...place.flags, "--network=none", "-t", `s:${word}`, project.folder], {
      env: place.engine.env,
      cwd: project.folder,
      report: true,
    });
    await running.prints("first-step");
    writeFileSync(project.path("value"), createValue());
    const outcome = await running.ended;
    expect(outcome.output).toMatch(/renewed +token 1 time/);
    expect(outcome.status, outcome.output).toBe(3);
    expect(JSON.stringify(outcome.report.findings)).toContain('"left-behind"');
  });
});

describe("a layer that was searched before", () => {
  /** A layer above the size from which on one is worth remembering, and one that differs with each build. */
  const steps = (word: string) => [
    `RUN : ${word} && head -c 3000000 /dev/urandom >/large`,
    "ARG ROUND",
    "RUN granted && echo $ROUND >/round",
  ];
  const onRecord = /(\d+) of the layers are on record/;

  test("is not unpacked again for the same value, and is for another one", async () => {
    const { build } = await createGrantedBuild(place, steps(unique()));
    const [value, other] = [createValue(), createValue()];
    const round = (number: number, token: string) =>
      build([`--build-arg=ROUND=${number}`], { variables: { JOB_TOKEN: token } });
    const first = await round(1, value);
    expect(first.status, first.output).toBe(0);
    expect(first.output).not.toMatch(onRecord);
    expect(onRecord.exec((await round(2, value)).output)?.[1]).toBe("2");
    expect((await round(3, other)).output).not.toMatch(onRecord);
    expect(onRecord.exec((await round(4, other)).output)?.[1]).toBe("2");
  });

  test("is searched again where a report is asked for", async () => {
    const { build } = await createGrantedBuild(place, steps(unique()));
    const value = createValue();
    const round = (number: number, options = {}) =>
      build([`--build-arg=ROUND=${number}`], { variables: { JOB_TOKEN: value }, ...options });
    await round(1);
    const reported = await round(2, { report: true });
    expect(reported.output).not.toMatch(onRecord);
    expect(reported.report.stats.bytes).toBeGreaterThan(3_000_000);
  });

  test("that holds a value is found each time, whatever is on record", async () => {
    const { build, word } = await createGrantedBuild(place, [
      `RUN granted && head -c 3000000 /dev/urandom >/large && cat $token >>/large`,
    ]);
    const variables = { JOB_TOKEN: createValue() };
    for (let round = 0; round < 2; round++) {
      const outcome = await build(["-t", `kept:${word}`], { variables });
      expect(outcome.status, outcome.output).toBe(3);
    }
    const inspected = await runDocker(["image", "inspect", `kept:${word}`], place.engine);
    expect(inspected.status).not.toBe(0);
  });
});
