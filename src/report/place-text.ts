import type { FilePlace, ImagePlace } from "../finding/finding.ts";
import { hideLikely, hideLikelyAround } from "../finding/hide-likely.ts";
import { printable } from "./printable.ts";

/** A place in a few words, printable: `etc/app.conf:3 → inner`, `history[2].created_by`. */
export function placeText(place: ImagePlace | FilePlace): string {
  if ("file" in place) return printable(`${place.file}:${place.line}:${place.column}`);
  const { surface, path, inner = [], line, offset } = place;
  const names = [path, ...inner].filter((name) => name !== undefined);
  const position = line !== undefined ? `:${line}` : offset !== undefined && names.length > 0 ? ` @${offset}` : "";
  const isSaid = surface === "layer" || path?.startsWith(surface);
  const kind = isSaid ? "" : `${surface} `;
  return printable(`${kind}${names.join(betweenNames)}${position}`.trim());
}

/** Between a file and what is in it. */
export const betweenNames = " → ";

/** The path alone, as a baseline knows it: no line and no layer, which change. */
export function placePath(place: ImagePlace | FilePlace): string {
  if ("file" in place) return printable(place.file);
  return printable([place.path ?? place.surface, ...(place.inner ?? [])].join(betweenNames));
}

/** Which layer, and the instruction that made it, printable; nothing for what is in no layer. */
export function layerText(place: ImagePlace | FilePlace): string | undefined {
  if ("file" in place || place.layer === undefined) return undefined;
  const gone =
    place.deletedIn === undefined ? "" : ` (replaced or deleted in layer ${place.deletedIn}, still in the image)`;
  return layerName(place, gone);
}

/** `layer 3 of linux/amd64: RUN make`, printable: `mark` comes behind the number. */
export function layerName({ layer }: ImagePlace, mark: string): string | undefined {
  if (layer === undefined) return undefined;
  const { index, createdBy, base } = layer;
  const by = createdBy === undefined || createdBy === "" ? "" : `: ${shortened(createdBy)}`;
  const from = base === undefined ? "" : ` (of the base image ${base})`;
  return printable(`layer ${index}${mark}${from}${by}`);
}

/** That it is hidden and still there, printable; nothing for what can be seen. */
export function deletedText(place: ImagePlace | FilePlace): string | undefined {
  if ("file" in place || place.deletedIn === undefined) return undefined;
  const layer = place.layer === undefined ? "" : `layer ${place.layer.index} `;
  return `${layer}(replaced or deleted in layer ${place.deletedIn}, still in the image)`;
}

/** The instruction as it was written: without the shell that BuildKit puts before it and its mark behind it. */
function shortened(createdBy: string): string {
  const plain = createdBy
    .replace(/^(RUN )?(\|\d+ .*?)?\/bin\/sh -c (#\(nop\) +)?/s, "$1")
    .replace(/ # buildkit$/, "")
    .replace(/\s+/g, " ");
  const ours = [...plain.matchAll(placeholder)].flatMap(([all, name = ""]) => (hideLikely(name) === name ? [all] : []));
  return cut(hideLikelyAround(plain, ours));
}

/** What a scan puts in the place of a value: it is no value itself. */
const placeholder = /\[(?:secret ([\w.-]{1,60})|(?:an?|the|AWS) [\w .,()'&:-]{1,100})\]/g;

function cut(plain: string): string {
  return plain.length > longestInstruction ? `${plain.slice(0, longestInstruction)}…` : plain;
}

const longestInstruction = 120;
