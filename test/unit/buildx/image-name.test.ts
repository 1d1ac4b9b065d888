import { expect, test } from "vitest";
import { byRepository, normalizeImageName, parseImageName } from "../../../src/buildx/image-name.ts";

test.each([
  ["a", { repository: "a" }],
  ["a:1", { repository: "a", tag: "1" }],
  ["h:5000/a/b", { repository: "h:5000/a/b" }],
  ["h:5000/a/b:1@sha256:x", { repository: "h:5000/a/b", tag: "1", digest: "sha256:x" }],
])("%s", (text, name) => {
  expect(parseImageName(text)).toEqual(name);
});

test.each([
  ["a", "docker.io/library/a:latest"],
  ["u/a:1", "docker.io/u/a:1"],
  ["h.example/a", "h.example/a:latest"],
  ["localhost/a", "localhost/a:latest"],
  ["127.0.0.1:5000/a:2", "127.0.0.1:5000/a:2"],
  ["index.docker.io/u/a", "docker.io/u/a:latest"],
  ["docker.io/a:1", "docker.io/library/a:1"],
  ["index.docker.io/a@sha256:x", "docker.io/library/a@sha256:x"],
  ["a@sha256:x", "docker.io/library/a@sha256:x"],
])("%s is %s in full", (text, full) => {
  expect(normalizeImageName(text)).toBe(full);
});

test("references are grouped by repository, in order", () => {
  expect(byRepository(["r/a:1", "b", "r/a"])).toEqual([
    { repository: "r/a", references: ["r/a:1", "r/a:latest"] },
    { repository: "b", references: ["b:latest"] },
  ]);
});
