import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDockerfileName } from "../../../src/dockerfile/file-name.ts";
import { findFiles, repositoryOf } from "../../../src/system/walk.ts";
import { scratch } from "./scratch.ts";

function tree(files: Readonly<Record<string, string>>, folder = scratch()): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function find(folder: string, words: readonly string[] = ["."], wanted = isDockerfileName) {
  const { files, skipped, empty } = findFiles(words, { folder, wanted });
  return { files: files.map(({ shown }) => shown), skipped, empty, found: files };
}

describe("in a folder", () => {
  test("Dockerfiles and their templates are found by their names, in order", () => {
    const names = [
      "Containerfile",
      "Dockerfile",
      "Dockerfile-alpine.template",
      "Dockerfile.dev",
      "Dockerfile.j2",
      "a.Containerfile",
      "a.Dockerfile",
      "a.Dockerfile.j2",
      "a.dockerfile",
      "dockerfile",
    ];
    const others = [
      "Dockerfile.dockerignore",
      "Dockerfile.md",
      "Dockerfile~",
      "Dockerfiles",
      "dockerfile.ts",
      "MyDockerfile",
      ".dockerignore",
    ];
    const folder = tree(Object.fromEntries([...names, ...others].map((name) => [name, ""])));
    expect(find(folder).files).toEqual(names.toSorted());
  });

  test("they are called as the folder was, and known from the repository's root on", () => {
    const folder = tree({ ".git/HEAD": "", "a/b/Dockerfile": "" });
    const shown = (words: string[], from = folder) =>
      find(from, words).found.map(({ shown, identity }) => [shown, identity]);
    expect(shown(["."])).toEqual([["a/b/Dockerfile", "a/b/Dockerfile"]]);
    expect(shown(["a"])).toEqual([["a/b/Dockerfile", "a/b/Dockerfile"]]);
    expect(shown(["a/"])).toEqual([["a/b/Dockerfile", "a/b/Dockerfile"]]);
    expect(shown(["."], join(folder, "a"))).toEqual([["b/Dockerfile", "a/b/Dockerfile"]]);
    expect(shown(["../a/b/Dockerfile"], join(folder, "a"))).toEqual([["../a/b/Dockerfile", "a/b/Dockerfile"]]);
    expect(shown([folder])).toEqual([[join(folder, "a/b/Dockerfile"), "a/b/Dockerfile"]]);
    expect(repositoryOf(join(folder, "a/b"))).toBe(folder);
  });

  test("what git keeps and other people's packages are not looked into", () => {
    const folder = tree({ ".git/Dockerfile": "", "node_modules/x/Dockerfile": "", ".github/Dockerfile": "" });
    expect(find(folder).files).toEqual([".github/Dockerfile"]);
  });

  test("with nothing in it is said to be empty", () => {
    expect(find(tree({ "a/x": "" }), ["a"])).toMatchObject({ files: [], skipped: [], empty: ["a"] });
  });

  test("a link to a folder is not followed, so that none leads in a circle", () => {
    const folder = tree({ "a/Dockerfile": "" });
    symlinkSync("..", join(folder, "a/up"));
    symlinkSync("a", join(folder, "b"));
    expect(find(folder)).toMatchObject({ files: ["a/Dockerfile"], skipped: [] });
  });

  test("a link to a file is followed within the repository, once", () => {
    const folder = tree({ ".git/HEAD": "", "a/Dockerfile": "", "a/other": "" });
    symlinkSync("a/Dockerfile", join(folder, "Dockerfile"));
    symlinkSync("a/other", join(folder, "Dockerfile.other"));
    symlinkSync("a/other", join(folder, "Dockerfile.again"));
    expect(find(folder)).toMatchObject({ files: ["a/Dockerfile", "Dockerfile.again"], skipped: [] });
  });

  test("a link that leads nowhere, in a circle or out of the repository is said", () => {
    const folder = tree({ ".git/HEAD": "" });
    symlinkSync("gone", join(folder, "Dockerfile.gone"));
    symlinkSync("Dockerfile.loop", join(folder, "Dockerfile.loop"));
    symlinkSync("/etc/passwd", join(folder, "Dockerfile.passwd"));
    expect(find(folder).skipped).toEqual([
      { what: "Dockerfile.gone", why: "it is a link to a file that is not there" },
      { what: "Dockerfile.loop", why: "its symbolic links lead in a circle" },
      { what: "Dockerfile.passwd", why: "it is a link to a file outside the repository: name it to have it looked at" },
    ]);
  });

  test("that may not be read is said, and the others are found", () => {
    const folder = tree({ "a/Dockerfile": "", "b/Dockerfile": "" });
    chmodSync(join(folder, "a"), 0);
    chmodSync(folder, 0o755);
    // root may read everything, so that nobody asks
    const isRoot = process.geteuid!() === 0;
    if (isRoot) process.seteuid!(65_534);
    try {
      expect(find(folder)).toMatchObject({
        files: ["b/Dockerfile"],
        skipped: [{ what: "a/", why: "it may not be read" }],
      });
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  });
});

describe("a name", () => {
  test("of a file is taken whatever it is called, ignored or not, and once", () => {
    const folder = tree({ ".git/HEAD": "", ".gitignore": "*\n", "x.txt": "" });
    expect(find(folder, ["x.txt", "./x.txt"])).toMatchObject({ files: ["x.txt"], skipped: [] });
    expect(find(folder, ["."]).files).toEqual([]);
  });

  test("of nothing is said, and the others are done", () => {
    const folder = tree({ Dockerfile: "" });
    expect(find(folder, ["gone", "Dockerfile", "Dockerfile/x"])).toMatchObject({
      files: ["Dockerfile"],
      skipped: [
        { what: "gone", why: "there is no such file" },
        { what: "Dockerfile/x", why: "there is no such file" },
      ],
    });
  });

  test("with a glob in it is every file that matches and is not ignored", () => {
    const folder = tree({ ".gitignore": "out/\n", "t/a.j2": "", "t/u/b.j2": "", "t/c.txt": "", "out/d.j2": "" });
    expect(find(folder, ["t/*.j2"]).files).toEqual(["t/a.j2"]);
    expect(find(folder, ["**/*.j2"]).files).toEqual(["t/a.j2", "t/u/b.j2"]);
    expect(find(folder, ["t/**/[b-c].*"]).files).toEqual(["t/c.txt", "t/u/b.j2"]);
    expect(find(folder, [`${folder}/t/?.j2`]).files).toEqual([`${folder}/t/a.j2`]);
    expect(find(folder, ["*.none"]).skipped).toEqual([{ what: "*.none", why: "no file matches" }]);
  });

  test("of a file that has such characters is that file", () => {
    expect(find(tree({ "a[1].Dockerfile": "", "a1.Dockerfile": "" }), ["a[1].Dockerfile"]).files).toEqual([
      "a[1].Dockerfile",
    ]);
  });
});

describe("what git ignores", () => {
  const git = (folder: string, ...words: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "core.excludesFile=", ...words], { encoding: "utf8" });
  const all = () => true;

  /** Everything that git would add, links left out. */
  function asGit(folder: string): string[] {
    return git(folder, "ls-files", "-z", "--others", "--exclude-standard")
      .split("\0")
      .filter((name) => name !== "")
      .sort();
  }

  test("is left out as git does it, whatever the patterns say", () => {
    const names = ["a", "b", "c.j2", "build", "keep.j2"];
    const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const part = fc.constantFrom(
      "a",
      "b",
      "*.j2",
      "c.j2",
      "build",
      "keep*",
      "**",
      "*",
      "?",
      "[ab]",
      "[!a]",
      "\\a",
      "k*p.j2",
    );
    const pattern = fc
      .tuple(
        fc.constantFrom("", "", "!"),
        fc.constantFrom("", "", "/"),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", "", "/", " "),
      )
      .map(([negation, start, parts, end]) => negation + start + parts.join("/") + end);
    const text = fc.array(pattern, { maxLength: 4 }).map((lines) => `${lines.join("\n")}\n`);
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 6 }), text, text, text, (paths, root, nested, exclude) => {
        const folder = scratch();
        git(folder, "init", "--quiet");
        writeFileSync(join(folder, ".git/info/exclude"), exclude);
        writeFileSync(join(folder, ".gitignore"), root);
        for (const path of paths) {
          try {
            tree({ [`${path}/file`]: "" }, folder);
          } catch {
            // a name that is a file already
          }
        }
        tree({ "a/.gitignore": nested }, folder);
        expect(find(folder, ["."], all).files.toSorted()).toEqual(asGit(folder));
      }),
      { numRuns: 40, seed: 20_260_101 },
    );
  });

  test("is known in a folder below the root too, and in a worktree", () => {
    const folder = tree({
      ".gitignore": "/sub/x.j2\n*.tmp.j2\n",
      "sub/x.j2": "",
      "sub/y.j2": "",
      "sub/deep/z.tmp.j2": "",
    });
    git(folder, "init", "--quiet");
    expect(find(folder, ["sub"], all).files).toEqual(["sub/y.j2"]);
    expect(find(join(folder, "sub"), ["deep"], all)).toMatchObject({ files: [], empty: ["deep"] });
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--allow-empty", "-m", "x");
    const worktree = join(scratch(), "w");
    git(folder, "worktree", "add", "--quiet", worktree);
    writeFileSync(join(folder, ".git/info/exclude"), "hidden\n");
    tree({ hidden: "", seen: "" }, worktree);
    expect(find(worktree, ["."], all).files).toEqual(["seen"]);
  });

  test("is that of a submodule in the submodule, whose files have paths from the outer root on", () => {
    const outer = tree({
      ".git/HEAD": "",
      ".gitignore": "*.outer.Dockerfile\n",
      "sub/.git": "gitdir: ../.git/modules/sub\n",
      "sub/.gitignore": "*.inner.Dockerfile\n",
      "sub/Dockerfile": "FROM a\n",
      "sub/a.outer.Dockerfile": "FROM a\n",
      "sub/a.inner.Dockerfile": "FROM a\n",
    });
    const identities = (from: string, word: string) => find(from, [word]).found.map(({ identity }) => identity);
    expect(identities(outer, ".")).toEqual(["sub/Dockerfile", "sub/a.outer.Dockerfile"]);
    expect(identities(outer, "sub")).toEqual(["sub/Dockerfile", "sub/a.outer.Dockerfile"]);
    expect(identities(join(outer, "sub"), ".")).toEqual(["Dockerfile", "a.outer.Dockerfile"]);
    expect(identities(scratch(), join(outer, "sub"))).toEqual(["Dockerfile", "a.outer.Dockerfile"]);
  });
});
