import { asRecord, type Json } from "./json.ts";

/** The keys of an object that somebody reads, with those of the objects in them. */
type Shape = { readonly inner: ReadonlyMap<string, Shape>; readonly folded: ReadonlyMap<string, string> };

function shape(keys: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(keys);
  return { inner: new Map(Object.entries(keys)), folded: new Map(names.map((key) => [folded(key), key])) };
}

const text = shape({});
const platform = shape({ os: text, architecture: text, variant: text });
const descriptor = shape({
  mediaType: text,
  digest: text,
  size: text,
  urls: text,
  data: text,
  artifactType: text,
  annotations: text,
  platform,
});
const manifest = shape({
  schemaVersion: text,
  mediaType: text,
  artifactType: text,
  annotations: text,
  manifests: descriptor,
  config: descriptor,
  layers: descriptor,
  subject: descriptor,
});
const config = shape({
  os: text,
  architecture: text,
  variant: text,
  config: shape({ Labels: text }),
  rootfs: shape({ type: text, diff_ids: text }),
  history: shape({ created_by: text, empty_layer: text }),
});
const archive = shape({ Config: text, RepoTags: text, Layers: text });
const shapes = { index: manifest, manifest, config, archive };

/** Why others may read a document of this kind otherwise than it is read here; undefined: they do not. */
export function doubtAbout(kind: keyof typeof shapes, value: unknown): string | undefined {
  const record = asRecord(value);
  // CVE-2021-41190: who goes by the media type alone takes it for the one or the other
  if (kind !== "config" && record["manifests"] != null && (record["layers"] ?? record["config"]) != null) {
    return "it is an index and an image's manifest at once";
  }
  const odd = oddKey(value, shapes[kind]);
  return odd === undefined ? undefined : `its key ${odd.is} is read as ${odd.as} by some tools`;
}

type OddKey = { readonly is: string; readonly as: string };

/** A key that is one of those but for the case. Go's encoding/json, which engines read with, takes it for that. */
function oddKey(value: unknown, { inner, folded: names }: Shape): OddKey | undefined {
  if (Array.isArray(value)) {
    for (const each of value) {
      const found = oddKey(each, { inner, folded: names });
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const record: Json = asRecord(value);
  for (const key of Object.keys(record)) {
    const known = inner.get(key);
    const as = names.get(folded(key));
    if (known === undefined && as !== undefined) return { is: key, as };
    const found = known === undefined || known === text ? undefined : oddKey(record[key], known);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of other letters than ASCII's, Unicode folds two to one of those: the long s, and the Kelvin sign, which is a `k` in lower case. */
function folded(key: string): string {
  return key.replaceAll("\u017f", "s").toLowerCase();
}
