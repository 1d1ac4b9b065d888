import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addImage, createLayout, type Descriptor, type Layout, sha256, type } from "./image-layout.ts";
import { openEngine } from "./open-engine.ts";
import { createPlants } from "./plant.ts";
import { unique } from "./project.ts";
import { placesOfName, refuseImage, type Scanned, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import type { Engine } from "./service/engine.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { startTokenServer, type TokenServer } from "./service/token-server.ts";
import { createValue } from "./value.ts";

const plants = createPlants();
const word = unique();
const user = "reader";
const password = createValue();
const refreshToken = createValue();
/** Nobody's: no settings, no logins. */
const nobody = { PATH: process.env["PATH"], HOME: createScratch("home"), DOCKER_CONFIG: createScratch("config") };

let engine: Engine;
let tools: ImageTools;
let layout: Layout;
let needles: readonly string[];
let tokens: TokenServer;
/** By how they let somebody in. */
let registries: Readonly<Record<"anonymous" | "basic" | "bearer", Registry>>;

/** Two images, one of them for two platforms; in each layer a value of its name. */
beforeAll(async () => {
  engine = await openEngine("new");
  tools = await openImageTools(engine.env);
  layout = createLayout(join(createScratch("layout"), "images"));
  const one = await addImage(layout, [await layer("one")]);
  const shared = await layer("shared");
  const amd64 = await addImage(layout, [await layer("amd64"), shared]);
  const arm64 = await addImage(layout, [await layer("arm64"), shared], {
    platform: { os: "linux", architecture: "arm64" },
  });
  const two = layout.add({ schemaVersion: 2, mediaType: type.index, manifests: [amd64, arm64] }, type.index);
  // An index in an index, as some registries' tools leave them.
  const nested = layout.add({ schemaVersion: 2, mediaType: type.index, manifests: [two] }, type.index);
  const named = (descriptor: Descriptor, name: string) => ({
    ...descriptor,
    annotations: { "org.opencontainers.image.ref.name": name },
  });
  layout.writeIndex({ schemaVersion: 2, manifests: [named(one, "one"), named(two, "two"), named(nested, "nested")] });
  needles = ["--needles", plants.file()];

  tokens = await startTokenServer({ user, password, refreshToken, open: (name) => name.startsWith("open/") });
  const htpasswd = join(createScratch("htpasswd"), "users");
  writeFileSync(htpasswd, `${user}:${await bcrypt(password)}\n`);
  registries = {
    anonymous: await startRegistry(),
    basic: await startRegistry({ auth: { htpasswd: { realm: "test", path: htpasswd } } }),
    bearer: await startRegistry({ auth: tokens.auth }),
  };
  for (const registry of Object.values(registries)) {
    const creds = registry === registries.anonymous ? [] : ["--dest-creds", `${user}:${password}`];
    for (const repository of ["open/image", "closed/image"]) {
      const to = `docker://${registry.address}/${repository}`;
      await tools.skopeo("copy", "--all", "--dest-tls-verify=false", ...creds, `oci:${layout.folder}:two`, `${to}:two`);
    }
  }
});
afterAll(async () => {
  for (const registry of Object.values(registries ?? {})) await registry.stop();
  await tokens?.stop();
  await engine?.stop();
});

/** libxcrypt's, by perl, which every Debian has. The password does not stand in a command line. */
const bcrypt = async (text: string): Promise<string> =>
  (
    await tools.run("perl", ["-e", 'print crypt(<STDIN>, q($2b$05$) . "abcdefghijklmnopqrstuu")'], {
      input: Buffer.from(text),
    })
  ).toString();

async function layer(name: string): Promise<Buffer> {
  const folder = createScratch("layer");
  writeFileSync(join(folder, name), plants.value(name));
  return tools.run("tar", ["-c", "-C", folder, name]);
}

/** Exactly these are found, each in the file of its name, and all was read. */
function expectFound({ status, json, output }: Scanned, ...names: readonly string[]): void {
  expect(json.skipped, output).toEqual([]);
  const found = plants.names().filter((name) => placesOfName(json, name).length > 0);
  expect(found.sort(), output).toEqual([...names].sort());
  for (const name of names) expect(placesOfName(json, name).map(({ path }) => path)).toContain(name);
  expect(status, output).toBe(1);
}

const platformsOf = ({ json }: Scanned): readonly string[] => [...json.subject.platforms].sort();
const both = ["linux/amd64", "linux/arm64"];

describe("a layout in a folder", () => {
  test("is read whole, or by a tag", async () => {
    expectFound(await scanImage(`oci:${layout.folder}`, needles), "one", "amd64", "arm64", "shared");
    expectFound(await scanImage(`oci:${layout.folder}:one`, needles), "one");
    const two = await scanImage(`oci:${layout.folder}:two`, needles);
    expectFound(two, "amd64", "arm64", "shared");
    expect(two.json.subject.digest).toBe(layout.index().manifests[1].digest);
    expect(two.json.stats.layers).toBe(3);
    expect(
      placesOfName(two.json, "shared")
        .map(({ platform }) => platform)
        .sort(),
    ).toEqual(both);
  });

  test("is read by platform, and one that is not there is missed", async () => {
    const one = await scanImage(`oci:${layout.folder}:two`, [...needles, "--platform", "linux/arm64"]);
    expectFound(one, "arm64", "shared");
    expect(platformsOf(one)).toEqual(["linux/arm64"]);
    const none = await scanImage(`oci:${layout.folder}:two`, [...needles, "--platform", "linux/s390x"]);
    expect(none.status, none.output).toBe(2);
    expect(none.json.skipped.map(({ what }) => what).join()).toContain("linux/s390x");
  });

  test("may hold an index in an index", async () => {
    const nested = await scanImage(`oci:${layout.folder}:nested`, needles);
    expectFound(nested, "amd64", "arm64", "shared");
    expect(platformsOf(nested)).toEqual(both);
  });

  test("without such a tag is not read, and that is no clean image", async () => {
    const none = await scanImage(`oci:${layout.folder}:three`, needles);
    expect(none.status, none.output).toBe(2);
    expect(none.json.complete).toBe(false);
  });
});

describe("an archive of a layout", () => {
  const archive = join(createScratch("archive"), "layout.tar");
  beforeAll(async () => {
    await tools.run("tar", ["-c", "-f", archive, "-C", layout.folder, "."]);
  });

  test("is read whole, or by a tag", async () => {
    expectFound(await scanImage(`oci-archive:${archive}`, needles), "one", "amd64", "arm64", "shared");
    expectFound(await scanImage(`oci-archive:${archive}:one`, needles), "one");
    expectFound(await scanImage(`oci-archive:${archive}:nested`, needles), "amd64", "arm64", "shared");
  });

  test("as skopeo writes it is read", async () => {
    const own = join(createScratch("archive"), "own.tar");
    await tools.skopeo("copy", "--all", `oci:${layout.folder}:two`, `oci-archive:${own}:named`);
    expectFound(await scanImage(`oci-archive:${own}:named`, needles), "amd64", "arm64", "shared");
    expectFound(await scanImage(`oci-archive:${own}`, [...needles, "--platform", "linux/amd64"]), "amd64", "shared");
  });

  test.each(["gzip", "pigz", "zstd", "xz", "bzip2"])("may be packed by %s, in a file and on stdin", async (program) => {
    const packed = await tools.pipe(program, ["-c"], readFileSync(archive));
    const file = join(createScratch("packed"), "layout.tar.packed");
    writeFileSync(file, packed);
    expectFound(await scanImage(`oci-archive:${file}`, needles), "one", "amd64", "arm64", "shared");
    expectFound(await scanImage("-", needles, { input: packed }), "one", "amd64", "arm64", "shared");
  });
});

test("an archive may come through a pipe with a name, as a shell's <(…) gives it", async () => {
  const folder = createScratch("pipe");
  const [pipe, archive] = [join(folder, "pipe"), join(folder, "layout.tar")];
  await tools.run("mkfifo", [pipe]);
  await tools.run("tar", ["-c", "-f", archive, "-C", layout.folder, "."]);
  const written = tools.run("sh", ["-c", 'cat "$1" >"$2"', "sh", archive, pipe]);
  expectFound(await scanImage(`oci-archive:${pipe}`, needles), "one", "amd64", "arm64", "shared");
  await written;
});

describe("a docker-archive", () => {
  const names = { amd64: `example.com/team/amd64-${word}:1`, one: `example.com/team/one-${word}:2` };
  let saved: string;
  let old: string;
  beforeAll(async () => {
    const daemon = ["--dest-daemon-host", engine.env["DOCKER_HOST"] ?? ""];
    await tools.skopeo("copy", ...daemon, `oci:${layout.folder}:two`, `docker-daemon:${names.amd64}`);
    await tools.skopeo("copy", ...daemon, `oci:${layout.folder}:one`, `docker-daemon:${names.one}`);
    const folder = createScratch("saved");
    saved = join(folder, "saved.tar");
    await engine.docker("image", "save", "-o", saved, names.amd64, names.one);
    old = join(folder, "old.tar");
    await tools.skopeo("copy", `oci:${layout.folder}:two`, `docker-archive:${old}:${names.amd64}`);
  });

  test("of today's engine is read whole, or by a name", async () => {
    expect(execFileSync("tar", ["-t", "-f", saved]).toString()).toContain("index.json");
    expectFound(await scanImage(`docker-archive:${saved}`, needles), "one", "amd64", "shared");
    expectFound(await scanImage(`docker-archive:${saved}:${names.one}`, needles), "one");
    expectFound(await scanImage(`docker-archive:${saved}:${names.amd64}`, needles), "amd64", "shared");
  });

  test("of the old form is read whole, or by a name", async () => {
    expect(execFileSync("tar", ["-t", "-f", old]).toString()).not.toContain("index.json");
    expectFound(await scanImage(`docker-archive:${old}`, needles), "amd64", "shared");
    expectFound(await scanImage(`docker-archive:${old}:${names.amd64}`, needles), "amd64", "shared");
    expectFound(await scanImage("-", needles, { input: readFileSync(old) }), "amd64", "shared");
  });

  test("of an engine of long ago, in which a layer is a link to another image's, is read", async () => {
    const folder = createScratch("legacy");
    const tar = await layer("linked");
    const config = Buffer.from(
      JSON.stringify({
        ...{ os: "linux", architecture: "amd64", history: [{ created_by: "RUN one" }, { created_by: "RUN two" }] },
        rootfs: { type: "layers", diff_ids: [sha256(tar), sha256(tar)] },
      }),
    );
    const name = `${sha256(config).slice("sha256:".length)}.json`;
    for (const id of ["aa", "bb"]) mkdirSync(join(folder, id));
    writeFileSync(join(folder, "aa/layer.tar"), tar);
    symlinkSync("../aa/layer.tar", join(folder, "bb/layer.tar"));
    writeFileSync(join(folder, name), config);
    const entry = { Config: name, RepoTags: [names.one], Layers: ["aa/layer.tar", "bb/layer.tar"] };
    writeFileSync(join(folder, "manifest.json"), JSON.stringify([entry]));
    const file = join(createScratch("legacy"), "legacy.tar");
    await tools.run("tar", ["-c", "-f", file, "-C", folder, "aa", "bb", name, "manifest.json"]);
    const scanned = await scanImage(`docker-archive:${file}:${names.one}`, ["--needles", plants.file()]);
    expectFound(scanned, "linked");
    const [first, second] = placesOfName(scanned.json, "linked");
    expect([first?.layer, second?.layer]).toMatchObject([
      { index: 0, createdBy: "RUN one" },
      { index: 1, createdBy: "RUN two" },
    ]);
  });

  test.each(["gzip", "zstd", "xz", "bzip2"])("may be packed by %s", async (program) => {
    const file = join(createScratch("packed"), "saved.tar.packed");
    writeFileSync(file, await tools.pipe(program, ["-c"], readFileSync(old)));
    expectFound(await scanImage(`docker-archive:${file}:${names.amd64}`, needles), "amd64", "shared");
  });

  test("may hold its layers as zstd has packed them", async () => {
    const packed = join(createScratch("packed"), "layout");
    await tools.skopeo("copy", "--dest-compress-format", "zstd", `oci:${layout.folder}:two`, `oci:${packed}:two`);
    expectFound(await scanImage(`oci:${packed}:two`, needles), "amd64", "shared");
  });

  test("of the daemon's image is not needed: it is read by its name", async () => {
    expectFound(await scanImage(names.amd64, needles, { env: engine.env }), "amd64", "shared");
    expectFound(await scanImage(`docker-daemon:${names.one}`, needles, { env: engine.env }), "one");
    const id = await engine.docker("image", "inspect", "--format", "{{.Id}}", names.one);
    expectFound(await scanImage(id.slice("sha256:".length), needles, { env: engine.env }), "one");
    expect(await refuseImage(`docker-daemon:example.com/none-${word}`, needles, { env: engine.env })).toContain(
      `none-${word}`,
    );
  });
});

describe("a registry", () => {
  const imageOf = (registry: Registry, repository: "open" | "closed", more = ":two"): string =>
    `docker://${registry.address}/${repository}/image${more}`;
  const auth = (): string => Buffer.from(`${user}:${password}`).toString("base64");

  /** A configuration of Docker's with this in it; and a helper `docker-credential-made` that answers with this login. */
  function configured(
    config: object,
    answer?: object,
  ): { readonly env: NodeJS.ProcessEnv; readonly askedFor: () => string } {
    const folder = createScratch("config");
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    const bin = createScratch("bin");
    const log = join(bin, "asked");
    const answerFile = join(bin, "answer");
    writeFileSync(answerFile, JSON.stringify(answer ?? {}), { mode: 0o600 });
    const helper = join(bin, "docker-credential-made");
    writeFileSync(helper, `#!/bin/sh\n[ "$1" = get ] || exit 1\ncat >>${log}\ncat ${answerFile}\n`);
    chmodSync(helper, 0o755);
    const PATH = `${bin}${delimiter}${process.env["PATH"]}`;
    return { env: { ...nobody, PATH, DOCKER_CONFIG: folder }, askedFor: () => readFileSync(log, "utf8") };
  }

  test("that asks for nothing is read by tag, by digest and by platform, without a login", async () => {
    const { anonymous } = registries;
    const two = await scanImage(imageOf(anonymous, "closed"), needles, { env: nobody });
    expectFound(two, "amd64", "arm64", "shared");
    expect(platformsOf(two)).toEqual(both);
    const { digest } = (await anonymous.manifest("closed/image", "two"))!;
    expect(two.json.subject.digest).toBe(digest);
    expectFound(
      await scanImage(imageOf(anonymous, "closed", `@${digest}`), needles, { env: nobody }),
      "amd64",
      "arm64",
      "shared",
    );
    const arm = [...needles, "--platform", "linux/arm64"];
    expectFound(await scanImage(imageOf(anonymous, "closed"), arm, { env: nobody }), "arm64", "shared");
  });

  test("is asked by a plain name that the daemon does not have", async () => {
    const name = `${registries.anonymous.address}/open/image:two`;
    expectFound(await scanImage(name, needles, { env: engine.env }), "amd64", "arm64", "shared");
  });

  test("that knows an index in an index is read through it", async () => {
    const to = `docker://${registries.anonymous.address}/open/nested`;
    for (const { digest } of [layout.json(layout.index().manifests[2].digest).manifests[0]]) {
      await tools.skopeo(
        "copy",
        "--all",
        "--preserve-digests",
        "--dest-tls-verify=false",
        `oci:${layout.folder}:two`,
        `${to}:inner`,
      );
      expect((await registries.anonymous.manifest("open/nested", "inner"))!.digest).toBe(digest);
    }
    const nested = layout.blob(layout.index().manifests[2].digest);
    const put = await fetch(`http://${registries.anonymous.address}/v2/open/nested/manifests/outer`, {
      method: "PUT",
      headers: { "content-type": type.index },
      body: new Uint8Array(nested),
    });
    expect(put.status).toBe(201);
    expectFound(await scanImage(`${to}:outer`, needles, { env: nobody }), "amd64", "arm64", "shared");
  });

  test("that asks for a password takes the one of config.json, and nobody without", async () => {
    const { basic } = registries;
    const { env } = configured({ auths: { [basic.address]: { auth: auth() } } });
    expectFound(await scanImage(imageOf(basic, "closed"), needles, { env }), "amd64", "arm64", "shared");
    const wrong = configured({ auths: { [basic.address]: { auth: Buffer.from(`${user}:wrong`).toString("base64") } } });
    for (const each of [nobody, wrong.env]) {
      expect(await refuseImage(imageOf(basic, "closed"), needles, { env: each })).toMatch(/may not be read.*401/);
    }
  });

  test("that asks for a token is given one: to anybody for what is open, by password for what is closed", async () => {
    const { bearer } = registries;
    expectFound(await scanImage(imageOf(bearer, "open"), needles, { env: nobody }), "amd64", "arm64", "shared");
    expect(tokens.asked.at(-1)).toEqual({ method: "GET", scope: "repository:open/image:pull", by: "nobody" });
    expect(await refuseImage(imageOf(bearer, "closed"), needles, { env: nobody })).toContain("may not be read");
    const { env } = configured({ auths: { [`https://${bearer.address}/v1/`]: { auth: auth() } } });
    expectFound(await scanImage(imageOf(bearer, "closed"), needles, { env }), "amd64", "arm64", "shared");
    expect(tokens.asked.at(-1)).toMatchObject({ method: "GET", by: "password" });
  });

  test("that asks for a token takes a refresh token for one, by POST", async () => {
    const { bearer } = registries;
    const { env } = configured({ auths: { [bearer.address]: { identitytoken: refreshToken } } });
    expectFound(await scanImage(imageOf(bearer, "closed"), needles, { env }), "amd64", "arm64", "shared");
    expect(tokens.asked.at(-1)).toMatchObject({ method: "POST", by: "refresh token" });
  });

  test.each(["credHelpers", "credsStore"])("is opened by a login of a helper of %s", async (key) => {
    const { basic, bearer } = registries;
    for (const [registry, answer] of [
      [basic, { Username: user, Secret: password }],
      [bearer, { Username: user, Secret: password }],
      [bearer, { Username: "<token>", Secret: refreshToken }],
    ] as const) {
      const config = key === "credsStore" ? { credsStore: "made" } : { credHelpers: { [registry.address]: "made" } };
      const { env, askedFor } = configured(config, { ServerURL: registry.address, ...answer });
      expectFound(await scanImage(imageOf(registry, "closed"), needles, { env }), "amd64", "arm64", "shared");
      expect(askedFor().trim()).toBe(registry.address);
    }
  });

  test("without such an image is an error that names it", async () => {
    const image = imageOf(registries.anonymous, "open", `:none-${word}`);
    expect(await refuseImage(image, needles, { env: nobody })).toContain(`none-${word}`);
  });
});
