import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Git, openGitCommit, withoutCredentials } from "../../../src/buildx/git-context.ts";
import type { GitUrl } from "../../../src/buildx/git-url.ts";

const folder = mkdtempSync(join(tmpdir(), "buildseal-git-"));
const origin = join(folder, "origin");

function git(cwd: string, args: readonly string[]): Promise<{ exitCode: number; stdout: Buffer; stderr: string }> {
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  return new Promise((done) => {
    execFile("git", ["-C", cwd, ...args], { env, encoding: "buffer" }, (error, stdout, stderr) => {
      done({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr: stderr.toString() });
    });
  });
}

const must = async (...args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await git(origin, args);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.toString().trim();
};

const commitAll = async (message: string): Promise<string> => {
  await must("add", "--all");
  await must("-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "--quiet", "--message", message);
  return must("rev-parse", "HEAD");
};

let first = "";
let second = "";

beforeAll(async () => {
  await mkdir(join(origin, "sub"), { recursive: true });
  await must("init", "--quiet", "--initial-branch=main");
  await writeFile(join(origin, "Dockerfile"), "FROM one\n");
  await writeFile(join(origin, "sub", "real"), "FROM linked\n");
  await symlink("sub/real", join(origin, "link"));
  first = await commitAll("one");
  await must("-c", "user.name=n", "-c", "user.email=n@example.com", "tag", "--annotate", "v1", "--message", "v1");
  await writeFile(join(origin, "Dockerfile"), "FROM two\n");
  second = await commitAll("two");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let folders = 0;
async function emptyFolder(): Promise<Git> {
  const cwd = join(folder, `work-${++folders}`);
  await mkdir(cwd);
  return (args) => git(cwd, args);
}

const url = (more: Partial<GitUrl> = {}): GitUrl => ({
  remote: origin,
  spelled: origin,
  options: [],
  form: "fragment",
  ...more,
});
const open = async (more?: Partial<GitUrl>) => openGitCommit(url(more), await emptyFolder());
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

test("without a ref it is the remote's HEAD", async () => {
  const { commit, read } = await open();
  expect(commit).toBe(second);
  expect(text(await read("Dockerfile"))).toBe("FROM two\n");
  expect(await read("nope")).toBeUndefined();
  expect(await read("sub")).toBeUndefined();
});

test("a tag is the commit behind it, and that commit's files are read", async () => {
  const { commit, read } = await open({ ref: "v1" });
  expect(commit).toBe(first);
  expect(text(await read("/Dockerfile"))).toBe("FROM one\n");
});

test("a commit that is no tip is fetched too", async () => {
  const { commit, read } = await open({ ref: first });
  expect(commit).toBe(first);
  expect(text(await read("Dockerfile"))).toBe("FROM one\n");
});

test("a symbolic link is followed", async () => {
  const { read } = await open({ ref: "main" });
  expect(text(await read("link"))).toBe("FROM linked\n");
});

test("a server that fetches neither by commit nor shallowly is read whole", async () => {
  const real = await emptyFolder();
  const refusing: Git = (args) =>
    args.includes("--depth=1")
      ? Promise.resolve({ exitCode: 128, stdout: new Uint8Array(), stderr: "fatal: no" })
      : real(args);
  const { read } = await openGitCommit(url({ ref: first }), refusing);
  expect(text(await read("Dockerfile"))).toBe("FROM one\n");
});

test("a ref that has moved from the commit that the URL asks for is an error", async () => {
  await expect(open({ ref: "main", checksum: first.slice(0, 12) })).rejects.toMatchObject({
    code: "DOCKERFILE",
    message: expect.stringContaining(second),
  });
  expect((await open({ ref: "v1", checksum: first.slice(0, 12) })).commit).toBe(first);
});

test("with fetch-by-commit the checksum is the commit, and the ref only its name", async () => {
  const options: GitUrl["options"] = [["fetch-by-commit", "true"]];
  expect((await open({ ref: "main", checksum: first, options })).commit).toBe(first);
});

test("no such ref, and no such repository, are errors of their own", async () => {
  await expect(open({ ref: "nope" })).rejects.toMatchObject({ message: expect.stringContaining("has no ref nope") });
  await expect(open({ remote: join(folder, "nowhere") })).rejects.toMatchObject({
    code: "DOCKERFILE",
    message: expect.stringContaining("cannot be read"),
  });
});

test("a remote that looks like an option stays a remote", async () => {
  await expect(open({ remote: "--upload-pack=touch gone" })).rejects.toMatchObject({ code: "DOCKERFILE" });
});

test("credentials in a URL are shown nowhere", async () => {
  expect(withoutCredentials("https://user:word@h/r.git?sig=word#x")).toBe("https://h/r.git");
  const failing: Git = async () => ({
    exitCode: 128,
    stdout: new Uint8Array(),
    stderr: "fatal: Authentication failed for 'https://user:word@h/r.git/'",
  });
  await expect(openGitCommit(url({ remote: "https://user:word@h/r.git" }), failing)).rejects.toMatchObject({
    message: expect.not.stringContaining("word"),
  });
});
