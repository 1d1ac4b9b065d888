import { SealError } from "../../error.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { scanArchive } from "../../scan/scan-archive.ts";
import { findOnPath } from "../../system/docker.ts";
import { hasLocalImage, saveLocalImage } from "../../system/docker-image.ts";
import type { Machine } from "../machine.ts";
import { type Chosen, unopened } from "./chosen.ts";

/** Searches an image of the local daemon's. @throws SealError DOCKER, IMAGE for one that the engine has not */
export async function scanDaemon(reference: string, options: Chosen, machine: Machine): Promise<ImageScan> {
  const { environment } = machine;
  const docker = await findOnPath("docker", environment);
  if (docker === undefined) {
    throw new SealError("DOCKER", "There is no docker on the PATH", "Install it, or name the image as docker://NAME");
  }
  if ((await hasLocalImage(docker, reference, environment)) === false) {
    throw unopened(`The local daemon has no image ${reference}`, undefined);
  }
  return scanLocal(reference, docker, options, machine);
}

/** The same of one that the daemon may have; undefined: it has not, or there is no docker. */
export async function scanIfLocal(
  reference: string,
  options: Chosen,
  machine: Machine,
): Promise<ImageScan | undefined> {
  const { environment } = machine;
  const docker = await findOnPath("docker", environment);
  const isLocal = docker !== undefined && (await hasLocalImage(docker, reference, environment));
  return docker !== undefined && isLocal ? scanLocal(reference, docker, options, machine) : undefined;
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
