import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { SealError } from "../../error.ts";
import { listBlobs } from "../../image/blob-list.ts";
import { meantFolder } from "../../image/meant-folder.ts";
import { type LookAt, meantTransport } from "../../image/meant-transport.ts";
import { readTransport } from "../../image/transport.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { scanArchive, scanArchiveFile } from "../../scan/scan-archive.ts";
import { scanBlobs } from "../../scan/scan-blobs.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { withArchiveFile } from "../../system/archive-file.ts";
import { errorCode } from "../../system/error-code.ts";
import { readWhole } from "../../system/layout.ts";
import { openLayoutStore } from "../../system/layout-store.ts";
import type { Machine } from "../machine.ts";
import { type Chosen, unopened } from "./chosen.ts";

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
    return withArchiveFile(transport.path, (file) => scanArchiveFile(file, choose));
  }
  const chosen = await choose();
  switch (transport.kind) {
    case "stdin":
      return scanArchive(process.stdin, chosen);
    case "layout":
      return scanLayout(transport.path, chosen);
    case "daemon": {
      const { scanDaemon } = await import("./open-daemon.ts");
      return scanDaemon(transport.reference, chosen, machine);
    }
    case "registry": {
      const { scanRegistry } = await import("./open-registry.ts");
      return scanRegistry(transport.reference, chosen, machine);
    }
    case "name": {
      const { nearestLocal, scanIfLocal } = await import("./open-daemon.ts");
      const local = await scanIfLocal(transport.reference, chosen, machine);
      if (local !== undefined) return local;
      const { scanRegistry } = await import("./open-registry.ts");
      const meant = async () => meantTransport(text, lookAt) ?? (await nearestLocal(transport.reference, machine));
      return scanRegistry(transport.reference, chosen, machine, meant);
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

/** Not of what has very many: each is looked at. */
const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).slice(0, mostNames);
  } catch {
    return [];
  }
};
const mostNames = 1000;

/** @throws SealError ARGUMENT */
function checkFile(path: string, form: string): void {
  if (statSync(path).isDirectory()) {
    const isLayout = lookAt(`${path}/index.json`) === "file";
    const remedy = isLayout ? `Name a layout as oci:${path}` : meantFolder(path, lookAt, namesIn);
    throw new SealError("ARGUMENT", `${path} is a folder, and ${form} names a file`, remedy);
  }
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    const message = `${path} cannot be read (${errorCode(cause)})`;
    throw new SealError("ARGUMENT", message, "Name a file that you may read", { cause });
  }
}

async function scanLayout(folder: string, options: Chosen): Promise<ImageScan> {
  if (lookAt(folder) === "file") {
    const remedy = meantTransport(folder, lookAt)!;
    throw new SealError("ARGUMENT", `${folder} is a file, and oci names a folder`, remedy);
  }
  const store = openLayoutStore(folder);
  const index = await store.index().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : "unknown";
    const meant = lookAt(`${folder}/index.json`) === undefined ? meantFolder(folder, lookAt, namesIn) : undefined;
    throw unopened(`${folder} is no OCI layout (index.json: ${why})`, cause, meant);
  });
  return scanBlobs(await listBlobs(index, store, options.choice), options);
}
