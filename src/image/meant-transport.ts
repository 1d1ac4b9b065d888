import { nearest } from "../nearest.ts";

/** What lies at a path; undefined: nothing. */
export type LookAt = (path: string) => "file" | "folder" | undefined;

/** Of skopeo's transports (containers-transports(5)) those that are not read here; skopeo copies from all of them. */
const skopeosOwn = ["dir", "containers-storage", "tarball", "sif", "ostree"];

/** What a text that reads as an image's name may have been meant for, and how that is written: a sentence, or nothing. */
export function meantTransport(text: string, lookAt: LookAt): string | undefined {
  const { path, name } = splitPath(text, (each) => lookAt(each) !== undefined) ?? {};
  if (path !== undefined && lookAt(path) === "file") {
    const [, folder = ".", file] = /^(?:(.*)\/)?([^/]*)$/s.exec(path)!;
    if (/^(?:Docker|Container)file(?:\.|$)|\.(?:Docker|Container)file$/i.test(file!)) {
      return `A ${file} is no image: name the image that it makes`;
    }
    if (file === "index.json" || file === "oci-layout")
      return `If the layout in ${folder} is meant, write oci:${folder}`;
    const end = name === undefined ? path : `${path}:${name}`;
    return `If the file ${path} is meant, write docker-archive:${end} or oci-archive:${end}`;
  }
  if (path !== undefined && lookAt(`${path}/index.json`) === "file") {
    return `If the folder ${path} is meant, write oci:${name === undefined ? path : `${path}:${name}`}`;
  }
  if (/^(?:\.{0,2}\/|~)/.test(text)) {
    if (path === undefined) return `If a file or a folder is meant: there is none at this path`;
    return "If the folder is meant: it is no OCI layout, which has an index.json, nor is a file tree an image";
  }
  const [, word = "", rest = ""] = /^([^:/]+):(.+)$/s.exec(text) ?? [];
  if (skopeosOwn.includes(word)) {
    return `If skopeo's ${word}: is meant, have skopeo copy the image to oci-archive:FILE, and name that`;
  }
  if (word === "docker") return `If a registry's image is meant, write docker://${rest.replace(/^\/+/, "")}`;
  const near = nearest(
    word,
    rest.startsWith("//") ? ["docker"] : ["docker-daemon", "docker-archive", "oci-archive", "oci"],
  );
  return near === undefined ? undefined : `If a transport is meant, write ${near}:${rest}`;
}

/** Where a path ends and an image's name begins, by the longest path that is there: both may have colons. */
export function splitPath(
  text: string,
  exists: (path: string) => boolean,
): { readonly path: string; readonly name?: string } | undefined {
  if (exists(text)) return { path: text };
  for (let colon = text.lastIndexOf(":"); colon > 0; colon = text.lastIndexOf(":", colon - 1)) {
    const path = text.slice(0, colon);
    if (exists(path)) return colon === text.length - 1 ? { path } : { path, name: text.slice(colon + 1) };
  }
  return undefined;
}
