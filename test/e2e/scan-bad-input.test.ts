import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { type Descriptor, sha256, type } from "./image-layout.ts";
import { placesOfName, refuseImage, scanImage } from "./scan-image.ts";
import { blobPath, expectIncomplete, foundIn, hexOf, manifestOf, openSample, type Sample } from "./scan-sample.ts";
import { createScratch } from "./scratch.ts";

let sample: Sample;
beforeAll(async () => {
  sample = await openSample();
});

describe("an archive that breaks off", () => {
  const cuts = [0, 1, 100, 511, 512, 1024, 5000, 20_000, 150_000];
  test.each(["docker-archive", "oci-archive", "oci-archive, gzip"] as const)(
    "is incomplete wherever it does: %s",
    async (kind) => {
      const whole = readFileSync(sample.archives[kind]);
      const ends = [...cuts, whole.length - 20_000, Math.floor(whole.length / 2)];
      for (const end of ends) {
        const file = join(createScratch("cut"), "cut.tar");
        writeFileSync(file, whole.subarray(0, end));
        expectIncomplete(await sample.scan(`${kind.split(",")[0]}:${file}`));
      }
      const cut = await scanImage("-", sample.needles, {
        env: sample.env,
        input: whole.subarray(0, whole.length - 20_000),
      });
      expectIncomplete(cut);
    },
  );
});

describe("an archive that two threads go through", () => {
  let archive: Buffer;
  let digest: string;
  beforeAll(async () => {
    const layout = sample.withLayer(await sample.layer("large", 60 << 20));
    digest = (manifestOf(layout).layers as Descriptor[]).at(-1)!.digest;
    archive = await sample.tools.run("tar", ["-c", "-C", layout.folder, "--sort=name", "."]);
  });

  const scan = async (bytes: Buffer) => {
    const file = join(createScratch("large"), "large.tar");
    writeFileSync(file, bytes);
    return sample.scan(`oci-archive:${file}`);
  };

  test("is read whole", async () => {
    const { json, output } = await scan(archive);
    expect(json.complete, output).toBe(true);
    expect(foundIn(json)).toEqual(["first", "second"]);
  });

  test.each([100_000, 20 << 20, 50 << 20])(
    "is incomplete when it breaks off %i bytes before its end",
    async (missing) => {
      const scanned = await scan(archive.subarray(0, archive.length - missing));
      expectIncomplete(scanned);
      expect(scanned.stderr).toBe("");
    },
  );

  test("names the layer whose bytes are others", async () => {
    const spoiled = Buffer.from(archive);
    spoiled[archive.length >> 1]! ^= 1;
    const scanned = await scan(spoiled);
    expectIncomplete(scanned, new RegExp(hexOf(digest).slice(0, 12)));
  });
});

describe("a layout", () => {
  test("with a layer that is another one names it, and finds what is in the others", async () => {
    const spoiled = sample.copied();
    const [, second] = manifestOf(spoiled).layers as Descriptor[];
    const bytes = spoiled.blob(second!.digest);
    bytes[bytes.length >> 1]! ^= 0x10;
    writeFileSync(blobPath(spoiled, second!.digest), bytes);
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, new RegExp(hexOf(second!.digest)));
    expect(foundIn(scanned.json)).toContain("first");
  });

  test("whose config says another diff ID names the layer", async () => {
    const spoiled = sample.withLayer(sample.firstTar, type.layer, sha256(randomBytes(8)));
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /layer 2 of linux\/amd64: its content is sha256:/);
    expect(foundIn(scanned.json)).toEqual(["first", "second"]);
  });

  test.each(["first layer", "config", "manifest"])("without its %s says that it is missing", async (what) => {
    const spoiled = sample.copied();
    const manifest = manifestOf(spoiled);
    const digest = {
      "first layer": manifest.layers[0].digest,
      config: manifest.config.digest,
      manifest: spoiled.index().manifests[0].digest,
    }[what];
    rmSync(blobPath(spoiled, digest));
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expectIncomplete(
      scanned,
      new RegExp(`${what === "first layer" ? "layer 0 of linux/amd64" : hexOf(digest)}.*not there`),
    );
    if (what !== "manifest") expect(foundIn(scanned.json)).toContain("second");
  });

  test("with a foreign layer says that it lies elsewhere, and asks nobody for it", async () => {
    const spoiled = sample.copied();
    const manifest = manifestOf(spoiled);
    const foreign = {
      mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      digest: sha256(randomBytes(8)),
      size: 1000,
      urls: ["http://127.0.0.1:9/never"],
    };
    sample.replace(spoiled, { ...manifest, layers: [foreign, manifest.layers[1]] });
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /foreign/);
    expect(foundIn(scanned.json)).toEqual(["second"]);
  });

  test("with media types that nobody knows is read by what its blobs are", async () => {
    const spoiled = sample.copied();
    const manifest = manifestOf(spoiled);
    const layers = manifest.layers.map((each: Descriptor) => ({ ...each, mediaType: "application/x-unheard-of" }));
    sample.replace(spoiled, { ...manifest, layers });
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expect(scanned.json.skipped).toEqual([]);
    expect(foundIn(scanned.json)).toEqual(["first", "second"]);
  });

  test("with a layer that is no tar says so, and its bytes are searched all the same", async () => {
    const spoiled = sample.copied();
    const manifest = manifestOf(spoiled);
    const odd = spoiled.add(
      Buffer.concat([randomBytes(5000), Buffer.from(sample.plants.value("first"))]),
      "application/x-unheard-of",
    );
    sample.replace(spoiled, { ...manifest, layers: [odd, manifest.layers[1]] });
    const scanned = await sample.scan(`oci:${spoiled.folder}`);
    expectIncomplete(scanned, /layer 0 of linux\/amd64: it is not a tar/);
    expect(placesOfName(scanned.json, "first")).toMatchObject([{ surface: "layer", layer: { index: 0 } }]);
  });

  test("whose index leads in a circle, or is no index, ends", async () => {
    const spoiled = sample.copied();
    writeFileSync(join(spoiled.folder, "index.json"), '{"manifests": 7}');
    expect((await sample.scan(`oci:${spoiled.folder}`)).status).toBe(2);
    writeFileSync(join(spoiled.folder, "index.json"), "{");
    expect((await runBuildseal(["scan-image", `oci:${spoiled.folder}`], { env: sample.env })).status).toBe(2);
    const deep = sample.copied();
    let inner = deep.index().manifests[0] as Descriptor;
    for (let level = 0; level < 20; level++) inner = deep.add({ schemaVersion: 2, manifests: [inner] }, type.index);
    deep.writeIndex({ schemaVersion: 2, manifests: [inner] });
    expectIncomplete(await sample.scan(`oci:${deep.folder}`));
  });
});

describe("what is not an image", () => {
  test.each([
    ["no file", "docker-archive:/nowhere/at/all.tar"],
    ["a folder", "docker-archive:/etc"],
    ["a folder that is no layout", "oci:/etc"],
    ["a name with blanks", "not a name"],
    ["an unknown transport", "ftp://example.com/x"],
  ])("is refused in a sentence: %s", async (_, image) => {
    const said = await refuseImage(image, sample.needles, { env: sample.env });
    expect(said.trim().split("\n")).toHaveLength(1);
  });

  test("is refused with what to do: a folder above a layout, a layout's index, a file for a folder", async () => {
    const { folder } = sample.copied();
    const said = (image: string) => refuseImage(image, sample.needles, { env: sample.env });
    expect(await said(`oci:${dirname(folder)}`)).toContain(`If a layout in it is meant, write oci:${folder}.`);
    expect(await said(`oci-archive:${dirname(folder)}`)).toContain(`write oci:${folder}.`);
    expect(await said(`oci:${join(folder, "index.json")}`)).toContain(`is meant, write oci:${folder}.`);
    const archive = sample.archives["oci-archive"];
    expect(await said(`oci:${archive}`)).toMatch(/is a file, and oci names a folder\..* or oci-archive:/);
  });

  test("is said to be none: an empty file, a text, an empty device", async () => {
    const folder = createScratch("odd");
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "text"), `some text with ${sample.plants.value("first")}\n`);
    for (const path of [join(folder, "empty"), join(folder, "text"), "/dev/null"]) {
      expectIncomplete(await sample.scan(`docker-archive:${path}`), /neither|no image/);
    }
    // What stands in it is found all the same.
    expect(foundIn((await sample.scan(`docker-archive:${join(folder, "text")}`)).json)).toEqual(["first"]);
  });
});

describe("a daemon that cannot be asked", () => {
  /** A docker that says this and fails, before whatever else is on the PATH. */
  function refused(complaint: string): NodeJS.ProcessEnv {
    const folder = createScratch("bin");
    writeFileSync(join(folder, "docker"), `#!/bin/sh\necho '${complaint}' >&2\nexit 1\n`, { mode: 0o755 });
    return { ...sample.env, PATH: `${folder}${delimiter}${sample.env["PATH"]}` };
  }
  const denied = "permission denied while trying to connect to the Docker daemon socket";

  test("is an error that says why, and what to do", async () => {
    const said = await refuseImage("docker-daemon:app:1", sample.needles, { env: refused(`${denied}.`) });
    expect(said).toBe(
      `buildseal: The local daemon cannot be asked for app:1: ${denied}. ` +
        "See that it runs and that you may use it (docker version), or name the image as docker://NAME.\n",
    );
  });

  test("is said, and the registry asked, for what both may have; an id is the daemon's alone", async () => {
    const env = refused(denied);
    const said = await refuseImage("127.0.0.1:1/app:1", sample.needles, { env });
    expect(said.split("\n")[0]).toContain(`could not be asked, so the registry is, for 127.0.0.1:1/app:1: ${denied}`);
    expect(said.split("\n")[1]).toContain("127.0.0.1:1/app:1 cannot be had");
    expect(await refuseImage("a".repeat(64), sample.needles, { env })).toContain(denied);
  });

  test("of one that has no such image the nearest are told", async () => {
    const folder = createScratch("bin");
    const list = "app:1\nteam/app:2\n<none>:<none>";
    const script = `[ "$2" = ls ] && printf '${list}\n' && exit\necho "Error: No such image: $5" >&2; exit 1`;
    writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { ...sample.env, PATH: `${folder}${delimiter}${sample.env["PATH"]}` };
    for (const [image, there] of [
      ["docker-daemon:app", "app:1"],
      ["docker-daemon:team/ap:2", "team/app:2"],
    ]) {
      expect(await refuseImage(image!, sample.needles, { env })).toMatch(
        new RegExp(`The local daemon has ${there}\\.$`, "m"),
      );
    }
    expect(await refuseImage("docker-daemon:other:1", sample.needles, { env })).not.toContain(
      "The local daemon has app",
    );
  });
});

describe("a layer's tar", () => {
  test("with paths that lead out, devices, pipes and odd names is read, and nothing is written anywhere", async () => {
    const folder = createScratch("odd");
    const canary = `canary-${randomBytes(6).toString("hex")}`;
    writeFileSync(join(folder, "content"), sample.plants.value("leading out"));
    for (const name of ["null", "disk", "pipe"]) writeFileSync(join(folder, name), "");
    writeFileSync(join(folder, "new\nline\u001b[31m"), "x");
    const tar = await sample.tools.run("tar", [
      ...["-c", "-P", "-C", folder, `--transform=s|^\\./content|../../../../../../tmp/${canary}|`, "."],
    ]);
    for (const [name, kind] of [
      ["null", "3"],
      ["disk", "4"],
      ["pipe", "6"],
    ] as const) {
      const header = tar.subarray(tar.indexOf(`./${name}\0`)).subarray(0, 512);
      header.write(kind, 156);
      writeChecksum(header);
    }
    const cwd = createScratch("cwd");
    const scanned = await scanImage(`oci:${sample.withLayer(tar).folder}`, ["--needles", sample.plants.file()], {
      env: sample.env,
      cwd,
    });
    expect(scanned.json.skipped).toEqual([]);
    expect(placesOfName(scanned.json, "leading out")).toHaveLength(1);
    expect(existsSync(`/tmp/${canary}`)).toBe(false);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ["a size below zero", (header: Buffer) => header.fill(0xff, 124, 136)],
    ["a size beyond all", (header: Buffer) => header.fill(0x7f, 125, 136).writeUInt8(0x80, 124)],
    ["a wrong checksum", (header: Buffer) => header.fill("0", 148, 155)],
    ["no header at all", (header: Buffer) => header.fill(0x41)],
  ])("with %s is incomplete, and what comes before is read", async (what, spoil) => {
    const spoiledTar = Buffer.from(sample.firstTar);
    const last = Buffer.from(sample.firstTar.subarray(0, 512));
    spoil(last);
    if (what.includes("size")) writeChecksum(last);
    const end = 512 + Math.ceil(1034 / 512) * 512;
    const tar = Buffer.concat([spoiledTar.subarray(0, end), last, Buffer.alloc(2048)]);
    const scanned = await sample.scan(`oci:${sample.withLayer(tar).folder}`);
    expectIncomplete(scanned, /layer 2 of linux\/amd64/);
    expect(placesOfName(scanned.json, "first").map((place) => place.layer?.index)).toContain(2);
  });
});

/** POSIX.1-1988 ustar: the sum of the header's bytes, its own field taken for blanks. */
function writeChecksum(header: Buffer): void {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}
