import type { ImagePlace } from "../finding/finding.ts";
import type { Assembled, Blob, Role } from "../image/assemble.ts";
import type { Image } from "../image/image.ts";
import type { PathLog } from "../layer/path-log.ts";
import type { SpotKind } from "../layer/spot.ts";
import type { Sighting } from "./sighting.ts";

/** What is known of the archive when all of it was read. */
export type Atlas = {
  readonly assembled: Assembled;
  readonly blobs: ReadonlyMap<number, Blob>;
  readonly paths: (blob: number) => PathLog | undefined;
  /** There is no image: the files themselves were given. */
  readonly plain?: boolean;
};

const layerSurfaces: Readonly<Record<SpotKind, ImagePlace["surface"]>> = {
  content: "layer",
  packed: "layer",
  name: "path",
  metadata: "metadata",
  slack: "slack",
  searched: "layer",
};

const mostPlaces = 100;

/** The places of one sighting: one for each image, platform and layer that its blob is used in. */
export function placesOf(sighting: Sighting, atlas: Atlas): ImagePlace[] {
  const { root, kind } = sighting;
  if (atlas.plain) return [{ surface: layerSurfaces[kind], ...named(sighting.path), ...position(sighting) }];
  const roles = atlas.assembled.roles.get(root) ?? [];
  // a blob that is used a thousand times need not be named so often
  if (roles.length > 0) return roles.slice(0, mostPlaces).map((role) => placeIn(role, sighting, atlas));
  if (atlas.assembled.beside.has(root)) return [];
  const outside = atlas.blobs.get(root);
  const path = outside === undefined ? sighting.path : [outside.path, ...(sighting.pointer ?? sighting.path)];
  return [{ surface: kind === "slack" ? "slack" : "archive", ...named(path), ...position(sighting) }];
}

function placeIn(role: Role, sighting: Sighting, atlas: Atlas): ImagePlace {
  const way = sighting.pointer ?? sighting.path;
  if (role.kind === "layer") return layerPlace(role, sighting, atlas);
  const platform = role.kind === "config" ? atlas.assembled.images[role.image]!.platform : role.platform;
  const base = { ...(platform === undefined ? {} : { platform }), ...named(way), ...position(sighting) };
  if (role.kind === "manifest") return { surface: "annotation", ...base };
  if (role.kind === "attestation") return { surface: "attestation", ...base };
  return { surface: way[0]?.startsWith("history[") ? "history" : "config", ...base };
}

function layerPlace(role: Role & { kind: "layer" }, sighting: Sighting, atlas: Atlas): ImagePlace {
  const image = atlas.assembled.images[role.image]!;
  const { index, digest, diffId, createdBy, base } = image.layers[role.layer]!;
  const baseName = base?.name ?? base?.digest;
  const deletedIn = hiddenBy(image, role.layer, sighting, atlas);
  return {
    surface: layerSurfaces[sighting.kind],
    platform: image.platform,
    layer: {
      index,
      ...(digest === undefined ? {} : { digest }),
      diffId,
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(baseName === undefined ? {} : { base: baseName }),
    },
    ...named(sighting.pointer ?? sighting.path),
    ...position(sighting),
    ...(deletedIn === undefined ? {} : { deletedIn }),
  };
}

/** Which layer is the last to delete or replace a name of the file; undefined where one of them is still to be seen. */
function hiddenBy(image: Pick<Image, "layers">, layer: number, { kind, path: [path] }: Sighting, atlas: Atlas) {
  if (path === undefined) return undefined;
  const { index, blob } = image.layers[layer]!;
  const links = atlas.paths(blob)?.links.namesOf(path) ?? { names: [], isAll: true };
  // a name is its own, and what stands behind a file is no file's
  const isOfFile = kind !== "name" && kind !== "slack";
  if (isOfFile && !links.isAll) return undefined;
  const hiding = [path, ...(isOfFile ? links.names : [])].map(
    (name) => image.layers.find((later) => later.index > index && atlas.paths(later.blob)?.hides(name))?.index,
  );
  return hiding.includes(undefined) ? undefined : Math.max(...(hiding as number[]));
}

function named(path: readonly string[]): Pick<ImagePlace, "path" | "inner"> {
  const [first, ...inner] = path.map((name) => name.toWellFormed());
  return { ...(first === undefined ? {} : { path: first }), ...(inner.length === 0 ? {} : { inner }) };
}

function position({ kind, pointer, offset, line }: Sighting): Pick<ImagePlace, "offset" | "line"> {
  if ((kind !== "content" && kind !== "packed") || pointer !== undefined) return {};
  return { offset, ...(line === undefined ? {} : { line }) };
}
