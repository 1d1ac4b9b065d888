import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { hasImage } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { openPlace, type Place } from "./place.ts";
import { createProject, unique } from "./project.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue, watchValue } from "./value.ts";

let registry: Registry;
let place: Place;
beforeAll(async () => {
  registry = await startRegistry();
  place = await openPlace("the docker driver", registry);
});
afterAll(async () => {
  await place.stop();
  await registry.stop();
});

const leaks: readonly { readonly form: string; readonly steps: readonly string[]; readonly says: RegExp }[] = [
  { form: "as it is", steps: ["RUN granted && cat $token >/made"], says: /\/?made\b/ },
  {
    form: "in the midst of other bytes",
    steps: ["RUN granted && (seq 99999; cat $token; seq 99999) >/made"],
    says: /made/,
  },
  { form: "in base64", steps: ["RUN granted && base64 <$token >/made"], says: /base64/ },
  {
    form: "in base64 of more than itself",
    steps: ["RUN granted && (printf user:; cat $token) | base64 >/made"],
    says: /base64/,
  },
  { form: "in hex", steps: ["RUN granted && od -An -v -tx1 <$token | tr -d ' \\n' >/made"], says: /hex/ },
  { form: "in gzip", steps: ["RUN granted && gzip -c <$token >/made.gz"], says: /made\.gz/ },
  {
    form: "in a tar in gzip",
    steps: ["RUN granted && cp $token /t && tar -czf /made.tgz /t && rm /t"],
    says: /made\.tgz/,
  },
  {
    form: "in a file that a later step deletes",
    steps: ["RUN granted && cat $token >/made", "RUN rm /made"],
    says: /made[\s\S]*still in the image/,
  },
  { form: "in a file's name", steps: ['RUN granted && touch "/made-$(cat $token)"'], says: /name|path/ },
  { form: "in a link's target", steps: ['RUN granted && ln -s "$(cat $token)" /made'], says: /made/ },
];

describe("a value that a step leaves", () => {
  test.each(leaks)("$form is found", async ({ steps, says }) => {
    const { build, word } = await createGrantedBuild(place, steps);
    const outcome = await build(["-t", `found:${word}`]);
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stderr).toMatch(says);
    expect(await hasImage(place.engine, `found:${word}`)).toBe(false);
  });

  test("is told with its step, path, layer and the secret's name, and what to do", async () => {
    const { build, word } = await createGrantedBuild(place, ["RUN granted && mkdir /deep && cat $token >/deep/file"]);
    const { status, stderr } = await build(["-t", `told:${word}`]);
    expect(status, stderr).toBe(3);
    const said = stderr.slice(stderr.indexOf("deep/file", stderr.indexOf("known-value")) - 2000);
    for (const word of [/RUN .*granted|Dockerfile:3/, /deep\/file/, /layer \d+/, /\btoken\b/])
      expect(said).toMatch(word);
    expect(said).toMatch(/sha256:[0-9a-f]{64}/);
  });

  test("in an image's history and config is found, where the user passes it as build argument and label", async () => {
    const value = createValue();
    const inHex = Buffer.from(value).toString("hex");
    const { build, word } = await createGrantedBuild(place, ["ARG GIVEN", 'RUN granted && test -n "$GIVEN"']);
    const name = `passed:${word}`;
    const withToken = { variables: { JOB_TOKEN: value, GIVEN: value } };
    const asItIs = await build(["-t", name, "--build-arg", "GIVEN"], withToken);
    expect(asItIs.status, asItIs.output).toBe(2);
    expect(asItIs.stderr).toContain("build argument GIVEN holds the value of secret token");

    const byArgument = await build(["-t", name, "--build-arg", `GIVEN=${inHex}`], withToken);
    expect(byArgument.status, byArgument.output).toBe(3);
    expect(byArgument.stderr).toContain("history");
    const byLabel = await build(["-t", name, "--build-arg", "GIVEN=x", "--label", `note=${inHex}`], withToken);
    expect(byLabel.status, byLabel.output).toBe(3);
    expect(byLabel.stderr).toContain("config");
    expect(await hasImage(place.engine, name)).toBe(false);
  });

  test("of a --secret of the user's own is masked and found like ours", async () => {
    const word = unique();
    const value = createValue();
    const project = await createProject({
      Dockerfile: `FROM ${place.base}\nRUN --mount=type=secret,id=mine : ${word} && cat /run/secrets/mine && cp /run/secrets/mine /made\n`,
    });
    const file = await project.write("outside/mine", value);
    for (const flag of [`id=mine,src=${file}`, "id=mine,env=MY_OWN"]) {
      const outcome = await runBuildseal(
        ["build", "--network=none", "--no-cache", "--secret", flag, "-t", `mine:${word}`, project.folder],
        { env: place.engine.env, variables: { MY_OWN: value } },
      );
      expect(outcome.status, outcome.output).toBe(3);
      expect(outcome.output).toContain("[secret mine]");
      expect(await hasImage(place.engine, `mine:${word}`)).toBe(false);
    }
  });

  test("that somebody else put there is found by its pattern", async () => {
    const word = unique();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    watchValue(key.split("\n")[5]!);
    const project = await createProject({ Dockerfile: `FROM ${place.base}\nCOPY key /key-${word}\n`, key });
    const outcome = await runBuildseal(["build", "-t", `other:${word}`, project.folder], place.engine);
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stderr).toContain(`key-${word}`);
    expect(outcome.stderr).toContain("private-key");
    expect(await hasImage(place.engine, `other:${word}`)).toBe(false);
  });

  test("hidden where the scan cannot look makes status 2, and nothing gets a name", async () => {
    const nested = "| gzip -c ".repeat(12);
    const { build, word } = await createGrantedBuild(place, [
      `RUN granted && echo ${"x".repeat(40)} ${nested}>/deep.gz`,
    ]);
    const outcome = await build(["-t", `unread:${word}`]);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("deep.gz");
    expect(await hasImage(place.engine, `unread:${word}`)).toBe(false);
  });
});
