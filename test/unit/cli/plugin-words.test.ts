import { expect, test } from "vitest";
import { readPluginWords } from "../../../src/cli/plugin-words.ts";
import { SealError } from "../../../src/error.ts";

test.each([
  ["", {}],
  ["--context far", { DOCKER_CONTEXT: "far", DOCKER_HOST: undefined }],
  ["--context=far", { DOCKER_CONTEXT: "far", DOCKER_HOST: undefined }],
  ["-c far", { DOCKER_CONTEXT: "far", DOCKER_HOST: undefined }],
  ["--context buildseal", { DOCKER_CONTEXT: "buildseal", DOCKER_HOST: undefined }],
  ["-cfar -D", { DOCKER_CONTEXT: "far", DOCKER_HOST: undefined }],
  ["-H tcp://h:1 --tlsverify", { DOCKER_HOST: "tcp://h:1", DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: "1" }],
  ["--config /c -l debug --debug", { DOCKER_CONFIG: "/c" }],
  ["--tls=false --tlsverify=false", {}],
])("docker's own flags %j before our name are heeded, as they are by docker", (globals, environment) => {
  const words = [...globals.split(" ").filter(Boolean), "buildseal", "build", "--host", "x", "."];
  expect(readPluginWords(words)).toEqual({ words: ["build", "--host", "x", "."], environment });
});

test("one that no variable stands for is refused rather than dropped", () => {
  expect(() => readPluginWords(["--tlscacert", "/ca.pem", "buildseal", "build"])).toThrow(SealError);
  expect(() => readPluginWords(["--tls", "buildseal", "build"])).toThrow("docker's own flag --tls");
});

test("docker's own help asks for ours", () => {
  expect(readPluginWords(["help", "buildseal"]).words).toEqual(["--help"]);
  expect(readPluginWords(["help", "buildseal", "lint"]).words).toEqual(["lint", "--help"]);
});

test("docker's question who we are has no name before it", () => {
  expect(readPluginWords(["docker-cli-plugin-metadata"]).words).toEqual(["docker-cli-plugin-metadata"]);
});
