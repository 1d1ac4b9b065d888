import type { LookAt } from "./meant-transport.ts";

/** More say no more. */
const mostInner = 3;

/** What a folder that is no OCI layout may be, and what to do with it: a sentence. `names`: of what lies in a folder. */
export function meantFolder(folder: string, lookAt: LookAt, names: (folder: string) => readonly string[]): string {
  const inFolder = (name: string): string => `${folder.replace(/\/+$/, "")}/${name}`;
  const inner = names(folder)
    .map(inFolder)
    .filter((each) => lookAt(`${each}/index.json`) === "file");
  if (inner.length > 0) return `If a layout in it is meant, write oci:${inner.slice(0, mostInner).join(" or oci:")}`;
  const holds = (name: string): boolean => lookAt(inFolder(name)) === "file";
  if (holds("manifest.json") && holds("version")) {
    return `If skopeo's dir: is meant, have skopeo copy the image to oci-archive:FILE, and name that`;
  }
  if (holds("manifest.json")) {
    return `If it is what docker save wrote, unpacked: tar -C ${folder} -c . | buildseal scan-image -`;
  }
  return `A file tree is no image; an engine makes one of it: tar -C ${folder} -c . | docker import - NAME`;
}
