import { expect, test } from "vitest";
import { placesOf } from "../../../src/buildx/context.ts";

const places = (context: string, file?: string, isFolder = false) =>
  placesOf({ context, ...(file !== undefined && { file }) }, isFolder);

test.each([
  [".", undefined, { kind: "file", path: "./Dockerfile" }],
  ["app/", undefined, { kind: "file", path: "app/Dockerfile" }],
  [".", "docker/Dockerfile.dev", { kind: "file", path: "docker/Dockerfile.dev" }],
  [".", "/srv/Dockerfile", { kind: "file", path: "/srv/Dockerfile" }],
  [".", "-", { kind: "stdin" }],
  [".", "https://h/Dockerfile", { kind: "http", url: "https://h/Dockerfile" }],
])("in the folder %s with -f %s", (context, file, dockerfile) => {
  expect(places(context, file, true)).toMatchObject({ context: { kind: "folder", path: context }, dockerfile });
});

test("a folder comes before everything that looks like a URL", () => {
  expect(places("github.com/a/b", undefined, true)).toMatchObject({ context: { kind: "folder" } });
});

test.each([
  [undefined, { kind: "in-context", path: "Dockerfile" }],
  ["sub/Dockerfile", { kind: "in-context", path: "sub/Dockerfile" }],
  ["/srv/Dockerfile", { kind: "file", path: "/srv/Dockerfile" }],
  ["-", { kind: "stdin" }],
  ["http://h/D", { kind: "http", url: "http://h/D" }],
])("of a remote context with -f %s", (file, dockerfile) => {
  expect(places("https://h/r.git#main", file)).toMatchObject({ context: { kind: "git" }, dockerfile });
  expect(places("https://h/ctx.tgz", file)).toMatchObject({
    context: { kind: "http", url: "https://h/ctx.tgz" },
    dockerfile,
  });
});

test("on stdin every path is inside the context, an absolute one too", () => {
  expect(places("-")).toEqual({ context: { kind: "stdin" }, dockerfile: { kind: "in-context", path: "Dockerfile" } });
  expect(places("-", "/a/D")).toMatchObject({ dockerfile: { kind: "in-context", path: "/a/D" } });
});

test("what Docker refuses is left to it", () => {
  expect(places("-", "-")).toHaveProperty("refused");
  expect(places("no/such/folder")).toHaveProperty("refused");
  expect(places("https://h/r.git?ref=a&ref=b")).toHaveProperty("refused");
});
