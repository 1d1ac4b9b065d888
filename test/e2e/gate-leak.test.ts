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

const leaks: readonly { readonly form: string; readonly file: string; readonly command: string }[] = [
  { form: "as it is", file: "plain", command: "cat $token >/made/plain" },
  { form: "amid other bytes", file: "amid", command: "(seq 99999; cat $token; seq 99999) >/made/amid" },
  { form: "in base64", file: "b64", command: "base64 <$token >/made/b64" },
  { form: "in base64 of more", file: "b64-more", command: "(printf user:; cat $token) | base64 >/made/b64-more" },
  { form: "in hex", file: "in-hex", command: "od -An -v -tx1 <$token | tr -d ' \\n' >/made/in-hex" },
  { form: "in gzip", file: "packed.gz", command: "gzip -c <$token >/made/packed.gz" },
  { form: "in a tar in gzip", file: "packed.tgz", command: "tar -C /run/secrets -czf /made/packed.tgz token" },
  { form: "in a file that is deleted later", file: "gone", command: "cat $token >/made/gone" },
  { form: "in a link's target", file: "link", command: 'ln -s "$(cat $token)" /made/link' },
  { form: "in a file's name", file: "name-[secret token]", command: 'touch "/made/name-$(cat $token)"' },
];

describe("a value that a step leaves", () => {
  test("is found in every form and at every place, each of which is told", async () => {
    const { build, word } = await createGrantedBuild(place, [
      `RUN granted && mkdir /made && ${leaks.map(({ command }) => command).join(" && ")}`,
      "RUN rm /made/gone",
    ]);
    const { status, output, report } = await build(["-t", `found:${word}`], { report: true });
    expect(status, output).toBe(3);
    expect(await hasImage(place.engine, `found:${word}`)).toBe(false);
    const told = JSON.stringify(report.findings);
    for (const { form, file } of leaks) expect(told, form).toContain(`"made/${file}"`);
  });

  test("is found in a file that a later step deletes", async () => {
    const { build, word } = await createGrantedBuild(place, ["RUN granted && cat $token >/gone", "RUN rm /gone"]);
    const outcome = await build(["-t", `gone:${word}`]);
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stderr).toMatch(/gone[\s\S]*layer 2 \(replaced or deleted in layer 3, still in the image\)/);
    expect(await hasImage(place.engine, `gone:${word}`)).toBe(false);
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
