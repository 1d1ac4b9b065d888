import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import { addImage, createLayout, type Json, type Layout, openLayout, sha256, type } from "./image-layout.ts";
import { createPlants, type Plants } from "./plant.ts";
import { type Scanned, type ScanReport, scanImage } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import { type ImageTools, openImageTools } from "./service/image-tool.ts";
import { part } from "./service/part.ts";

/** A small image of two layers, with the values `first` and `second` at the ends of a file in each, to be spoiled. */
export interface Sample {
  readonly tools: ImageTools;
  readonly plants: Plants;
  /** Somebody without logins and settings, who has Docker's own client and no engine. */
  readonly env: NodeJS.ProcessEnv;
  readonly layout: Layout;
  /** The image as a file in each form. */
  readonly archives: Readonly<Record<"docker-archive" | "oci-archive" | "oci-archive, gzip", string>>;
  /** The first layer, as it was before it was packed. */
  readonly firstTar: Buffer;
  readonly needles: readonly string[];
  /** A tar of one file with the value of this name behind so many random bytes. */
  readonly layer: (name: string, bytes: number) => Promise<Buffer>;
  /** A copy of the layout. */
  readonly copied: () => Layout;
  /** A copy with one more layer on top, number 2. */
  readonly withLayer: (tar: Uint8Array, mediaType?: string, diffId?: string) => Layout;
  /** Puts this manifest in the place of the image's. */
  readonly replace: (of: Layout, manifest: Json) => void;
  readonly scan: (image: string) => Promise<Scanned>;
}

export async function openSample(): Promise<Sample> {
  const tools = await openImageTools();
  const plants = createPlants();
  const layer = async (name: string, bytes: number): Promise<Buffer> => {
    const folder = createScratch("layer");
    writeFileSync(join(folder, name), Buffer.concat([randomBytes(bytes), Buffer.from(plants.value(name))]));
    return tools.run("tar", ["-c", "-C", folder, name]);
  };
  const firstTar = await layer("first", 1000);
  const layout = createLayout(join(createScratch("layout"), "image"));
  const image = await addImage(layout, [firstTar, await layer("second", 300_000)], {
    pack: (tar) => tools.pipe("gzip", ["-c"], tar),
    mediaType: `${type.layer}+gzip`,
  });
  const annotations = { "org.opencontainers.image.ref.name": "it" };
  layout.writeIndex({ schemaVersion: 2, manifests: [{ ...image, annotations }] });
  const archives = await writeArchives(layout, tools);
  const needles = ["--needles", plants.file()];
  const bin = createScratch("bin");
  symlinkSync(join(await part("engine-root", ["new"]), "usr/bin/docker"), join(bin, "docker"));
  const env = {
    PATH: `${bin}${delimiter}${process.env["PATH"]}`,
    HOME: createScratch("home"),
    DOCKER_CONFIG: createScratch("config"),
  };

  const copied = (): Layout => {
    const folder = join(createScratch("copied"), "image");
    cpSync(layout.folder, folder, { recursive: true });
    return openLayout(folder);
  };
  const replace = (of: Layout, manifest: Json): void =>
    of.writeIndex({ schemaVersion: 2, manifests: [of.add(manifest, type.manifest)] });
  const withLayer = (tar: Uint8Array, mediaType: string = type.layer, diffId = sha256(tar)): Layout => {
    const spoiled = copied();
    const manifest = manifestOf(spoiled);
    const config = spoiled.json(manifest.config.digest);
    config.rootfs.diff_ids.push(diffId);
    config.history.push({ created_by: "RUN bad" });
    const layers = [...manifest.layers, spoiled.add(tar, mediaType)];
    replace(spoiled, { ...manifest, config: spoiled.add(config, type.config), layers });
    return spoiled;
  };
  const scan = (name: string): Promise<Scanned> => scanImage(name, needles, { env });
  return { tools, plants, env, layout, archives, firstTar, needles, layer, copied, withLayer, replace, scan };
}

async function writeArchives(layout: Layout, tools: ImageTools): Promise<Sample["archives"]> {
  const folder = createScratch("archives");
  const place = (name: string): string => join(folder, name);
  await tools.skopeo("copy", `oci:${layout.folder}:it`, `docker-archive:${place("docker.tar")}:example.com/it:1`);
  await tools.skopeo("copy", `oci:${layout.folder}:it`, `oci-archive:${place("oci.tar")}:it`);
  writeFileSync(place("oci.tar.gz"), await tools.pipe("gzip", ["-c"], readFileSync(place("oci.tar"))));
  return {
    "docker-archive": place("docker.tar"),
    "oci-archive": place("oci.tar"),
    "oci-archive, gzip": place("oci.tar.gz"),
  };
}

export const blobPath = (of: Layout, digest: string): string => join(of.folder, "blobs", ...digest.split(":"));
export const manifestOf = (of: Layout): Json => of.json(of.index().manifests[0].digest);
export const hexOf = (digest: string): string => digest.slice("sha256:".length);

/** What was not read, a line each. */
export const unreadIn = ({ skipped }: ScanReport): string =>
  skipped.map(({ what, why }) => `${what}: ${why}`).join("\n");

/** It ended with a report, which says that something was not read. */
export function expectIncomplete({ status, json, output }: Scanned, why?: RegExp): void {
  expect(status, output).toBe(2);
  expect(json.complete).toBe(false);
  expect(unreadIn(json)).toMatch(why ?? /./);
}

/** Which of the image's own values were found. */
export const foundIn = ({ findings }: ScanReport): readonly string[] =>
  ["first", "second"].filter((name) => findings.some(({ secret }) => secret?.name === name));
