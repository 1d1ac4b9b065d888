import { expect, test } from "vitest";
import { commitOfRef, type GitUrl, parseGitUrl, pinGitUrl } from "../../../src/buildx/git-url.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

/** BuildKit's own cases (`frontend/dockerfile/dfgitutil/git_ref_test.go`), by what a context needs of them. */
test.each([
  ["https://example.com/foo.git", { remote: "https://example.com/foo.git" }],
  ["https://example.com/foo.git#deadbeef", { remote: "https://example.com/foo.git", ref: "deadbeef" }],
  ["https://example.com/foo.git#release/1.2", { ref: "release/1.2" }],
  ["git://example.com/foo", { remote: "git://example.com/foo" }],
  ["github.com/moby/buildkit", { remote: "https://github.com/moby/buildkit", spelled: "github.com/moby/buildkit" }],
  ["github.com/moby/buildkit#master", { ref: "master" }],
  ["https://foo:bar@example.com/moby/buildkit.git", { remote: "https://foo:bar@example.com/moby/buildkit.git" }],
  ["git@example.com:moby/buildkit", { remote: "git@example.com:moby/buildkit" }],
  [
    "git@example.com:moby/buildkit.git#v1:sub",
    { remote: "git@example.com:moby/buildkit.git", ref: "v1", folder: "sub" },
  ],
  ["ssh://git@example.com:22/moby/buildkit", { remote: "ssh://git@example.com:22/moby/buildkit" }],
  ["https://example.com/foo/bar.git#baz/qux:quux/quuz", { ref: "baz/qux", folder: "quux/quuz" }],
  ["https://example.com/docker/docker.git#:myfolder", { folder: "myfolder" }],
  ["https://example.com/docker/docker.git#:../../up", { folder: "up" }],
  ["https://example.com/d.git?ref=v1.0.0&subdir=/subdir", { ref: "v1.0.0", folder: "subdir", form: "query" }],
  ["https://example.com/b.git?subdir=/subdir#v1.0.0", { ref: "v1.0.0", folder: "subdir" }],
  ["https://example.com/b.git?tag=v1.0.0", { ref: "refs/tags/v1.0.0" }],
  ["https://example.com/b.git?branch=v1.0", { ref: "refs/heads/v1.0" }],
  ["git@example.com:moby/buildkit.git?subdir=/subdir#v1.0.0", { ref: "v1.0.0", folder: "subdir" }],
  ["https://example.com/b.git?checksum=DEADBEEF", { checksum: "deadbeef" }],
  [
    "https://example.com/b.git?submodules=false&keep-git-dir",
    {
      options: [
        ["submodules", "false"],
        ["keep-git-dir", ""],
      ],
    },
  ],
])("%s is a git context", (text, expected) => {
  expect(parseGitUrl(text)).toMatchObject(expected);
});

test.each([
  "https://example.com/",
  "https://example.com/foo",
  "https://example.com/foo.git/",
  "https://example.com/foo.git.bar",
  "http://example.com/docker/docker.git:#branch",
  "custom.xyz/moby/buildkit.git",
  "./.git",
  "../a.git",
  ".git",
  "docker-image://alpine",
  "file:///srv/x.git",
  ".",
])("%s is none", (text) => {
  expect(parseGitUrl(text)).toBeUndefined();
});

test.each([
  "https://example.com/b.git?ref=v1.0.0#v1.2.3",
  "https://example.com/b.git?ref=v1.0.0&tag=v1.2.3",
  "https://example.com/b.git?tag=v1.0.0&branch=v1.0",
  "https://example.com/b.git?ref=a&ref=b",
  "https://example.com/b.git?ref=",
  "https://example.com/b.git?subdir=a#x:b",
])("%s is refused", (text) => {
  expect(parseGitUrl(text)).toHaveProperty("refused");
});

test.each([
  ["https://h/r.git", `https://h/r.git#${commit}`],
  ["https://h/r.git#main", `https://h/r.git#${commit}`],
  ["https://h/r.git#main:a/b c", `https://h/r.git#${commit}:a/b%20c`],
  ["https://u:p@h/r.git#main", `https://u:p@h/r.git#${commit}`],
  ["github.com/o/r#main:sub", `github.com/o/r#${commit}:sub`],
  ["git@h:o/r.git#main", `git@h:o/r.git#${commit}`],
  ["https://h/r.git?ref=main&submodules=false", `https://h/r.git?submodules=false&ref=main&checksum=${commit}`],
  ["https://h/r.git?tag=v1&subdir=a&commit=0123", `https://h/r.git?ref=refs%2Ftags%2Fv1&subdir=a&checksum=${commit}`],
])("%s is pinned as %s", (text, pinned) => {
  const url = parseGitUrl(text) as GitUrl;
  expect(pinGitUrl(url, commit)).toBe(pinned);
});

test("a pinned URL is read as the same place, at that commit", () => {
  for (const text of ["https://h/r.git#main:a b", "git@h:o/r#x:y", "https://h/r.git?branch=b&subdir=s"]) {
    const before = parseGitUrl(text) as GitUrl;
    const after = parseGitUrl(pinGitUrl(before, commit)) as GitUrl;
    expect({ remote: after.remote, folder: after.folder }).toEqual({ remote: before.remote, folder: before.folder });
    expect([after.ref, after.checksum]).toContain(commit);
  }
});

const hash = (digit: string) => digit.repeat(40);
const listing = [
  `${hash("1")}\tHEAD`,
  `${hash("2")}\trefs/heads/main`,
  `${hash("3")}\trefs/heads/v1`,
  `${hash("4")}\trefs/tags/v1`,
  `${hash("5")}\trefs/tags/v2`,
  `${hash("6")}\trefs/tags/v2^{}`,
  `${hash("7")}\trefs/pull/42/head`,
].join("\n");

test.each([
  [undefined, { commit: hash("1") }],
  ["main", { commit: hash("2") }],
  ["refs/heads/main", { commit: hash("2") }],
  ["heads/main", { commit: hash("2") }],
  ["v1", { commit: hash("3") }],
  ["refs/tags/v1", { commit: hash("4") }],
  ["v2", { commit: hash("6"), tagObject: hash("5") }],
  ["refs/tags/v2", { commit: hash("6"), tagObject: hash("5") }],
  ["pull/42/head", { commit: hash("7") }],
  ["nope", undefined],
])("the ref %s is the commit that BuildKit would take", (ref, expected) => {
  expect(commitOfRef(listing, ref)).toEqual(expected);
});
