/** An OCI or Docker index, or a manifest, as far as it is read here. */
type Document = {
  readonly manifests?: readonly Entry[];
  readonly config?: unknown;
};

type Entry = {
  readonly digest?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

/**
 * The digests of the images in what was pushed or kept: an index's entries without the attestations, or the one manifest.
 * Two passes of one build agree in them; their attestations differ in times and in the build's id.
 * Undefined: it is neither an index nor a manifest.
 */
export function imageDigests(digest: string, body: string): readonly string[] | undefined {
  let document: Document;
  try {
    document = JSON.parse(body) as Document;
  } catch {
    return undefined;
  }
  if (document?.manifests === undefined) return document?.config === undefined ? undefined : [digest];
  return document.manifests
    .filter(({ annotations }) => annotations?.["vnd.docker.reference.type"] !== "attestation-manifest")
    .flatMap((entry) => entry.digest ?? [])
    .sort();
}

/** The same images, and at least one. */
export function hasSameImages(searched: readonly string[], published: readonly string[]): boolean {
  return searched.length > 0 && JSON.stringify([...searched].sort()) === JSON.stringify([...published].sort());
}

/**
 * The image's id in the text of a metadata file, as Docker prints and writes it: the configuration's digest, else the
 * manifest's or the index's (buildx `commands/build.go`, getImageID).
 */
export function imageIdInMetadata(text: string): string | undefined {
  const metadata = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
  return metadata["containerimage.config.digest"] ?? metadata["containerimage.digest"];
}

const nameKeys = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * The `index.json` of a layout to which another one is added: entries under the same name, or of the same digest without
 * one, are replaced. As BuildKit's `client/ociindex` keeps a folder that several exports share.
 * @param existing undefined: there is none yet
 */
export function mergeLayoutIndex(existing: string | undefined, added: string): string {
  if (existing === undefined) return added;
  const [before, after] = [existing, added].map((text) => JSON.parse(text) as { manifests?: Entry[] });
  const nameOf = ({ annotations, digest }: Entry): string => {
    const name = nameKeys.map((key) => annotations?.[key]).find((value) => value !== undefined);
    return name ?? digest ?? "";
  };
  const news = after?.manifests ?? [];
  const renewed = new Set(news.map(nameOf));
  const kept = (before?.manifests ?? []).filter((entry) => !renewed.has(nameOf(entry)));
  return JSON.stringify({ ...before, manifests: [...kept, ...news] });
}
