import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import {
  type DockerfileSource,
  type ReadDockerfile,
  type Refused,
  readDockerfile,
} from "../../../src/buildx/dockerfile-source.ts";
import { readTarFile, type Spooled } from "../../../src/buildx/tar-context.ts";

const bytes = (content: string | Uint8Array): Buffer => Buffer.from(content as string);
const text = (content: Uint8Array | undefined) => content && bytes(content).toString();
const spooled = (content: string | Uint8Array): Spooled => ({
  head: bytes(content).subarray(0, 1024),
  open: async function* () {
    if (content.length > 0) yield bytes(content);
  },
});

async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive as AsyncIterable<Uint8Array>);
}

type World = {
  readonly files?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly stdin?: string | Uint8Array;
  readonly urls?: Readonly<Record<string, string | Uint8Array>>;
  /** Of the one repository: its listing, and its files. */
  readonly repository?: Readonly<Record<string, string>>;
};

const commit = "c".repeat(40);

function host({ files = {}, folders = ["."], stdin, urls = {}, repository }: World): ReadDockerfile {
  return {
    isFolder: async (path) => folders.includes(path),
    readFile: async (path) => (files[path] === undefined ? undefined : bytes(files[path])),
    spoolStdin: async () => spooled(stdin ?? ""),
    spoolUrl: async (url) => spooled(urls[url]!),
    git: async (args) => {
      const answer = (stdout: string | undefined) => ({
        exitCode: stdout === undefined ? 1 : 0,
        stdout: bytes(stdout ?? ""),
        stderr: "",
      });
      if (args.includes("ls-remote")) return answer(`${commit}\tHEAD\n${commit}\trefs/heads/main\n`);
      const path = args.at(-1)!;
      if (args.includes("ls-tree"))
        return answer(
          repository?.[path] === undefined ? "" : `100644 blob ${Buffer.from(path).toString("hex")}\t${path}\0`,
        );
      if (args.includes("blob")) return answer(repository?.[Buffer.from(path, "hex").toString()]);
      return answer("");
    },
  };
}

async function source(context: string, file: string | undefined, world: World): Promise<DockerfileSource> {
  const found = await readDockerfile({ context, ...(file !== undefined && { file }) }, host(world));
  if ("refused" in found) throw new Error(found.refused);
  return found;
}

async function refusal(context: string, file: string | undefined, world: World): Promise<Refused> {
  const found = await readDockerfile({ context, ...(file !== undefined && { file }) }, host(world));
  expect(found).toHaveProperty("refused");
  return found as Refused;
}

test("a folder's Dockerfile comes with what stands beside it", async () => {
  const files = { "./Dockerfile": "FROM a", "./Dockerfile.dockerignore": "x", "./Dockerfile.rego": "package docker" };
  const found = await source(".", undefined, { files });
  expect(found).toMatchObject({
    displayName: "Dockerfile",
    where: "folder",
    fileName: "Dockerfile",
    contextForPass: ".",
    folder: ".",
  });
  expect([found.bytes, found.ignoreFile, found.regoFile].map(text)).toEqual(["FROM a", "x", "package docker"]);
  expect(found.stdinForPass).toBeUndefined();
});

test("-f counts from the working directory, also out of the context", async () => {
  const files = { "../docker/Dockerfile.dev": "FROM b", "../docker/Dockerfile.dev.dockerignore": "y" };
  const found = await source("app", "../docker/Dockerfile.dev", { files, folders: ["app"] });
  expect(found).toMatchObject({
    displayName: "../docker/Dockerfile.dev",
    fileName: "Dockerfile.dev",
    folder: "../docker",
    contextForPass: "app",
  });
  expect(text(found.ignoreFile)).toBe("y");
});

test("a lower-case dockerfile is found where there is no other, and keeps its name", async () => {
  const found = await source(".", undefined, { files: { "./dockerfile": "FROM c", "./dockerfile.dockerignore": "z" } });
  expect(found).toMatchObject({ displayName: "dockerfile", fileName: "dockerfile" });
  expect(text(found.ignoreFile)).toBe("z");
});

test("no Dockerfile is Docker's to say", async () => {
  expect((await refusal(".", undefined, {})).refused).toContain("./Dockerfile");
});

test("a Dockerfile on stdin with a folder goes in by -f, and can be read again", async () => {
  const found = await source(".", "-", { stdin: "FROM d" });
  expect(found).toMatchObject({ displayName: "stdin", fileName: "Dockerfile", contextForPass: "." });
  expect(text(await buffer(found.stdinAsIs!()))).toBe("FROM d");
  expect(found.stdinForPass).toBeUndefined();
});

test("a Dockerfile alone on stdin goes in by stdin", async () => {
  const found = await source("-", undefined, { stdin: "FROM e" });
  expect(found).toMatchObject({ where: "stdin", contextForPass: "-" });
  expect(text(await buffer(found.stdinForPass!(bytes("FROM new"))))).toBe("FROM new");
});

test("beside a Dockerfile on stdin -f names another, which Docker refuses", async () => {
  const refused = await refusal("-", "Dockerfile", { stdin: "FROM e" });
  expect(text(await buffer(refused.stdinAsIs!()))).toBe("FROM e");
  expect((await refusal("-", undefined, { stdin: "" })).refused).toContain("nothing");
});

test.each([
  ["plain", (tar: Buffer) => tar],
  ["gzip", (tar: Buffer) => gzipSync(tar)],
])("the Dockerfile in a %s archive on stdin is replaced inside it", async (_name, compress) => {
  const tar = compress(await tarOf({ "./a.txt": "a", "./sub/Dockerfile": "FROM f", z: "z" }));
  const found = await source("-", "sub/Dockerfile", { stdin: tar });
  expect(found).toMatchObject({ displayName: "stdin:sub/Dockerfile", where: "archive", contextForPass: "-" });
  expect(text(found.bytes)).toBe("FROM f");
  expect((await buffer(found.stdinAsIs!())).equals(tar)).toBe(true);
  const changed = await buffer(found.stdinForPass!(bytes("FROM rewritten")));
  const inside = (path: string) => readTarFile(spooled(changed).open, path).then((file) => text(file?.bytes));
  expect([await inside("sub/Dockerfile"), await inside("a.txt"), await inside("z")]).toEqual([
    "FROM rewritten",
    "a",
    "z",
  ]);
});

test("a Dockerfile that is not in the archive is Docker's to say", async () => {
  expect((await refusal("-", undefined, { stdin: await tarOf({ a: "a" }) })).refused).toContain("archive on stdin");
});

test("a Dockerfile behind a URL for an archive on stdin cannot be replaced, and is an error", async () => {
  const world = { stdin: await tarOf({ a: "a" }), urls: { "https://h/D": "FROM g" } };
  await expect(source("-", "https://h/D", world)).rejects.toMatchObject({ code: "DOCKERFILE" });
});

test("a git context is pinned to the commit whose Dockerfile was read", async () => {
  const repository = { "app/Dockerfile": "FROM h", "app/Dockerfile.rego": "package docker" };
  const found = await source("https://u:p@h/r.git#main:app", undefined, { repository });
  expect(found).toMatchObject({
    displayName: `https://h/r.git#${commit.slice(0, 12)}:app/Dockerfile`,
    where: "git",
    contextForPass: `https://u:p@h/r.git#${commit}:app`,
    policyForPass: "filename=Dockerfile.rego",
  });
  expect(text(found.bytes)).toBe("FROM h");
});

test("-f counts inside a git context, and cannot leave its folder", async () => {
  const repository = { "app/deep/D": "FROM i", D: "FROM outside" };
  expect(text((await source("https://h/r.git#:app", "deep/D", { repository })).bytes)).toBe("FROM i");
  expect((await refusal("https://h/r.git#:app", "../D", { repository })).refused).toContain("../D");
});

test("a Dockerfile from elsewhere pins nothing", async () => {
  const found = await source("https://h/r.git#main", "/srv/D", { files: { "/srv/D": "FROM j" } });
  expect(found).toMatchObject({ where: "folder", contextForPass: "https://h/r.git#main", fileName: "D" });
});

test("behind a URL without an archive the Dockerfile is what was fetched, and is called context", async () => {
  const url = "https://h/Dockerfile?sig=x";
  const found = await source(url, undefined, { urls: { [url]: "FROM k" } });
  expect(found).toMatchObject({ displayName: "https://h/Dockerfile", fileName: "context", contextForPass: url });
  expect(text(found.bytes)).toBe("FROM k");
});

test("behind a URL with an archive it is inside, and a rewritten one goes in by -f", async () => {
  const url = "https://h/ctx.tgz";
  const archive = gzipSync(await tarOf({ "./Dockerfile": "FROM l", "./Dockerfile.rego": "package docker" }));
  const found = await source(url, undefined, { urls: { [url]: archive } });
  expect(found).toMatchObject({
    fileName: "Dockerfile",
    contextForPass: url,
    policyForPass: "filename=Dockerfile.rego",
  });
  expect(text(found.bytes)).toBe("FROM l");
  expect(found.stdinForPass).toBeUndefined();
});

test("-f may be a URL", async () => {
  const found = await source(".", "https://u:p@h/D", { urls: { "https://u:p@h/D": "FROM m" } });
  expect(found).toMatchObject({
    displayName: "https://h/D",
    where: "http",
    fileName: "Dockerfile",
    contextForPass: ".",
  });
});
