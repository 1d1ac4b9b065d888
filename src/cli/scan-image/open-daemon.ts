import { normalizeImageName, parseImageName } from "../../buildx/image-name.ts";
import { SealError } from "../../error.ts";
import { nearest } from "../../nearest.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { scanArchive } from "../../scan/scan-archive.ts";
import { findOnPath } from "../../system/docker.ts";
import { findLocalImage, listLocalNames, saveLocalImage } from "../../system/docker-image.ts";
import type { Machine } from "../machine.ts";
import { type Chosen, unopened } from "./chosen.ts";

/** Searches an image of the local daemon's. @throws SealError DOCKER, IMAGE for one that the engine has not */
export async function scanDaemon(reference: string, options: Chosen, machine: Machine): Promise<ImageScan> {
  const { environment } = machine;
  const docker = await findOnPath("docker", environment);
  if (docker === undefined) {
    throw new SealError("DOCKER", "There is no docker on the PATH", "Install it, or name the image as docker://NAME");
  }
  const found = await findLocalImage(docker, reference, environment);
  if (found.kind === "unknown") {
    const remedy = "See that it runs and that you may use it (docker version), or name the image as docker://NAME";
    throw new SealError("DOCKER", `The local daemon cannot be asked for ${reference}: ${sentence(found.why)}`, remedy);
  }
  if (found.kind === "absent") {
    const meant = await nearestLocal(reference, machine);
    throw unopened(`The local daemon has no image ${reference}`, undefined, meant);
  }
  return scanLocal(reference, docker, options, machine);
}

/** The same of one that the daemon may have; undefined: it has not, or there is none to ask, which is said. */
export async function scanIfLocal(
  reference: string,
  options: Chosen,
  machine: Machine,
): Promise<ImageScan | undefined> {
  const { environment } = machine;
  const docker = await findOnPath("docker", environment);
  if (docker === undefined) return undefined;
  const found = await findLocalImage(docker, reference, environment);
  if (found.kind === "there") return scanLocal(reference, docker, options, machine);
  if (found.kind === "unknown") {
    // its image of this name need not be the registry's
    machine.say(`The local daemon could not be asked, so the registry is, for ${reference}: ${sentence(found.why)}`);
  }
  return undefined;
}

/** What of the local daemon's images may have been meant: other tags of the same, else what is written nearly so. */
export async function nearestLocal(reference: string, { environment }: Machine): Promise<string | undefined> {
  const docker = await findOnPath("docker", environment);
  const names = docker === undefined ? [] : await listLocalNames(docker, environment);
  const repositoryOf = (name: string): string => parseImageName(normalizeImageName(name)).repository;
  const others = names.filter((name) => repositoryOf(name) === repositoryOf(reference)).slice(0, mostNames);
  const near = nearest(parseImageName(reference).tag === undefined ? `${reference}:latest` : reference, names);
  const there = others.length > 0 ? others.join(", ") : near;
  return there === undefined ? undefined : `The local daemon has ${there}`;
}

/** More say no more. */
const mostNames = 5;

const sentence = (text: string): string => text.replace(/\.$/, "");

async function scanLocal(
  reference: string,
  docker: string,
  options: Chosen,
  { environment }: Machine,
): Promise<ImageScan> {
  const archive = saveLocalImage(docker, reference, environment);
  // the engine names its blobs by digest; containerd's store has of a pulled index its own platform alone
  return scanArchive(archive, { ...options, trustNames: true, isHeldInPart: true });
}
