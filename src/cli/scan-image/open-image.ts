import { createHash } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { normalizeImageName, parseImageName } from "../../buildx/image-name.ts";
import { SealError } from "../../error.ts";
import { type BlobStore, listBlobs } from "../../image/blob-list.ts";
import type { Choice } from "../../image/choice.ts";
import { type LookAt, meantTransport } from "../../image/meant-transport.ts";
import { openRepository } from "../../image/registry/client.ts";
import { loginFor } from "../../image/registry/credential.ts";
import { readTransport } from "../../image/transport.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { scanArchive, scanArchiveFile } from "../../scan/scan-archive.ts";
import { scanBlobs } from "../../scan/scan-blobs.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { withArchiveFile } from "../../system/archive-file.ts";
import { findOnPath, readDockerConfig } from "../../system/docker.ts";
import { hasLocalImage, saveLocalImage } from "../../system/docker-image.ts";
import { errorCode } from "../../system/error-code.ts";
import { createHttp } from "../../system/http.ts";
import { readWhole } from "../../system/layout.ts";
import { openLayoutStore } from "../../system/layout-store.ts";
import { createAskHelper } from "../../system/login-program.ts";
import type { Machine } from "../machine.ts";

/** A registry that says nothing for so long has gone. */
const usualIdleSeconds = 60;

/**
 * Searches the image that a user names, wherever it is, for what `optionsOf` says.
 * @throws SealError ARGUMENT, IMAGE for one that cannot be opened at all
 */
export async function scanNamed(
  text: string,
  platforms: readonly string[],
  optionsOf: () => Promise<ScanOptions>,
  machine: Machine,
): Promise<ImageScan> {
  const transport = readTransport(text, lookAt);
  const name = "name" in transport ? transport.name : undefined;
  const choose = async (): Promise<Chosen> => ({
    ...(await optionsOf()),
    choice: { platforms, ...(name === undefined ? {} : { name }) },
  });
  if (transport.kind === "archive") {
    checkFile(transport.path, transport.form);
    // what no place of can be read twice, as a pipe of the shell's
    if (!statSync(transport.path).isFile()) return scanArchive(readWhole(transport.path), await choose());
    // opened first: while the options are made, a thread starts that reads it
    return withArchiveFile(transport.path, async (file) => scanArchiveFile(file, await choose()));
  }
  const chosen = await choose();
  switch (transport.kind) {
    case "stdin":
      return scanArchive(process.stdin, chosen);
    case "layout":
      return scanLayout(transport.path, chosen);
    case "daemon":
      return scanDaemon(transport.reference, await dockerProgram(machine), chosen, machine);
    case "registry":
      return scanRegistry(transport.reference, chosen, machine);
    case "name": {
      const docker = await findOnPath("docker", machine.environment);
      const isLocal = docker !== undefined && (await hasLocalImage(docker, transport.reference, machine.environment));
      if (docker !== undefined && isLocal) return scanLocal(transport.reference, docker, chosen, machine);
      return scanRegistry(transport.reference, chosen, machine, meantTransport(text, lookAt));
    }
  }
}

const lookAt: LookAt = (path) => {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
};

type Chosen = ScanOptions & { readonly choice: Choice };

/** @throws SealError ARGUMENT */
function checkFile(path: string, form: string): void {
  if (statSync(path).isDirectory()) {
    throw new SealError("ARGUMENT", `${path} is a folder, and ${form} names a file`, `Name a layout as oci:${path}`);
  }
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    const message = `${path} cannot be read (${errorCode(cause)})`;
    throw new SealError("ARGUMENT", message, "Name a file that you may read", { cause });
  }
}

async function dockerProgram({ environment }: Machine): Promise<string> {
  const docker = await findOnPath("docker", environment);
  if (docker !== undefined) return docker;
  throw new SealError("DOCKER", "There is no docker on the PATH", "Install it, or name the image as docker://NAME");
}

async function scanLayout(folder: string, options: Chosen): Promise<ImageScan> {
  const store = openLayoutStore(folder);
  const index = await store.index().catch((cause: unknown) => {
    throw unopened(`${folder} is no OCI layout: its index.json cannot be read`, cause);
  });
  return scanStore(index, store, options);
}

/** @throws SealError IMAGE for one that the engine has not */
async function scanDaemon(reference: string, docker: string, options: Chosen, machine: Machine): Promise<ImageScan> {
  if ((await hasLocalImage(docker, reference, machine.environment)) === false) {
    throw unopened(`The local daemon has no image ${reference}`, undefined);
  }
  return scanLocal(reference, docker, options, machine);
}

async function scanLocal(
  reference: string,
  docker: string,
  options: Chosen,
  { environment }: Machine,
): Promise<ImageScan> {
  // the engine names its blobs by digest
  return scanArchive(saveLocalImage(docker, reference, environment), { ...options, trustNames: true });
}

/** @param meant what else the user may have meant by it */
async function scanRegistry(
  reference: string,
  options: Chosen,
  { environment }: Machine,
  meant?: string,
): Promise<ImageScan> {
  const { repository: path, tag, digest: asked } = parseImageName(normalizeImageName(reference));
  const [host = "", ...rest] = path.split("/");
  const repository = openRepository(host, rest.join("/"), {
    http: createHttp(environment, { idleMs: idleSeconds(environment) * 1000 }),
    login: async () => loginFor(host, await readDockerConfig(environment), createAskHelper(environment)),
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  });
  const top = await repository.manifest(asked ?? tag ?? "latest").catch((cause: unknown) => {
    throw unopened(`${reference} cannot be had: ${cause instanceof Error ? cause.message : "unknown"}`, cause, meant);
  });
  const digest = asked ?? `sha256:${createHash("sha256").update(top).digest("hex")}`;
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ digest, size: top.length }] }));
  const manifest = async (each: string): Promise<Buffer> => (each === digest ? top : repository.manifest(each));
  return scanStore(index, { ...repository, manifest }, options);
}

/** @throws SealError ARGUMENT */
function idleSeconds(environment: Machine["environment"]): number {
  const text = environment["BUILDSEAL_REGISTRY_IDLE_SECONDS"];
  if (text === undefined || text === "") return usualIdleSeconds;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new SealError("ARGUMENT", "BUILDSEAL_REGISTRY_IDLE_SECONDS is no number of seconds", "Correct or unset it");
}

async function scanStore(index: Buffer, store: BlobStore, options: Chosen): Promise<ImageScan> {
  return scanBlobs(await listBlobs(index, store, options.choice), options);
}

function unopened(message: string, cause: unknown, meant?: string): SealError {
  const remedy = "See that the name is right, and that you may read it";
  return new SealError("IMAGE", message, meant === undefined ? remedy : `${remedy}. ${meant}`, { cause });
}
