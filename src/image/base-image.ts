import { asList, asRecord, type Json, parsed } from "./json.ts";

/** What an image says of the one it was built on (OCI image-spec, "Pre-Defined Annotation Keys"). */
export type BaseImage = { readonly name?: string; readonly digest?: string };

/** An image that a build took its beginning from, with the layers it then had, as a provenance tells it. */
export type BaseChain = { readonly base: BaseImage; readonly layers: readonly string[] };

const nameKey = "org.opencontainers.image.base.name";
const digestKey = "org.opencontainers.image.base.digest";
/** Cloud Native Buildpacks: the layers up to this diff ID are those of the run image. */
const buildpacksKey = "io.buildpacks.lifecycle.metadata";

/** By the labels of a config or the annotations of a manifest. */
export function claimedBase(said: Readonly<Record<string, unknown>>): BaseImage | undefined {
  return baseOf(said[nameKey], said[digestKey]);
}

export type Buildpacks = { readonly base: BaseImage; readonly topLayer: string };

/** By the labels of what buildpacks made: the base, and the diff ID of its last layer. */
export function buildpacksBase(labels: Readonly<Record<string, unknown>>): Buildpacks | undefined {
  const label = labels[buildpacksKey];
  const { runImage } = asRecord(typeof label === "string" ? parsed(label) : undefined);
  const { topLayer, reference, image } = asRecord(runImage);
  if (typeof topLayer !== "string" || topLayer === "") return undefined;
  return { base: baseOf(image ?? reference, undefined) ?? {}, topLayer };
}

/**
 * The images that a build pulled, by BuildKit's provenance with `mode=max` (SLSA 0.2 and 1): which steps pull one, and the
 * layers that each step's result had.
 */
export function baseChains(statement: Json): readonly BaseChain[] {
  const predicate = asRecord(statement["predicate"]);
  const definition = asRecord(predicate["buildDefinition"]);
  const config = asRecord(predicate["buildConfig"] ?? asRecord(definition["internalParameters"])["buildConfig"]);
  const old = asRecord(asRecord(predicate["metadata"])["https://mobyproject.org/buildkit@v1#metadata"]);
  const metadata = asRecord(asRecord(predicate["runDetails"])["metadata"]);
  const layers = asRecord(old["layers"] ?? asRecord(metadata["buildkit_metadata"])["layers"]);
  return asList(config["llbDefinition"]).flatMap((step) => {
    const { id, op } = asRecord(step);
    const base = pulledImage(asRecord(asRecord(op)["Op"]));
    if (base === undefined || typeof id !== "string") return [];
    return asList(layers[`${id}:0`]).map((chain) => ({
      base,
      layers: asList(chain).map((layer) => String(asRecord(layer)["digest"] ?? "")),
    }));
  });
}

function pulledImage(op: Json): BaseImage | undefined {
  const { identifier } = asRecord(op["source"] ?? op["Source"]);
  if (typeof identifier !== "string" || !identifier.startsWith("docker-image://")) return undefined;
  const [name = "", digest] = identifier.slice("docker-image://".length).split("@", 2);
  return baseOf(name, digest);
}

function baseOf(name: unknown, digest: unknown): BaseImage | undefined {
  const hasName = typeof name === "string" && name !== "";
  const hasDigest = typeof digest === "string" && digest !== "";
  if (!hasName && !hasDigest) return undefined;
  return { ...(hasName ? { name } : {}), ...(hasDigest ? { digest } : {}) };
}
