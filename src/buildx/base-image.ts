import { mountsOf, scanDockerfile } from "../dockerfile/index.ts";
import { anySecret } from "../grant/reach.ts";
import type { CommandOutcome, RunCommand } from "../identity/host.ts";
import type { BuilderFacts } from "./builder.ts";

/** What a base image brings into a build: who its user is, its environment, and what it runs in builds upon it. */
export type BaseFacts = {
  readonly name: string;
  readonly user: string;
  readonly workingDirectory: string;
  readonly env: readonly string[];
  /** The ids of the secrets that its ONBUILD steps mount in builds upon it; undefined where that cannot be told. */
  readonly secretIds: readonly string[] | undefined;
};

export type BasesAsk = {
  readonly names: readonly string[];
  readonly builder: BuilderFacts;
  /** The configuration of an image in the engine's own store; undefined where there is none. */
  readonly engineImage: (name: string) => Promise<unknown>;
  readonly buildx: readonly string[];
  readonly platform: string | undefined;
  readonly run: RunCommand;
  /** Makes a folder with this Dockerfile in it, and gives its path. */
  readonly writeDockerfile: (text: string) => Promise<string>;
};

const limits = { timeLimitMs: 60_000, outputLimitBytes: 32 * 1024 * 1024 };

/**
 * Reads the configuration of base images where the builder would take them from: the engine's own store with the docker
 * driver, else the registry. An image that cannot be read is left out: the build itself will say why, or it comes from a
 * place that only the builder sees.
 */
export async function readBases(ask: BasesAsk): Promise<ReadonlyMap<string, BaseFacts>> {
  const bases = await Promise.all(
    ask.names.map(async (name) => {
      const local = ask.builder.driver === "docker" ? await ask.engineImage(name) : undefined;
      return local === undefined ? readFromRegistry(name, ask) : factsOf(name, local as ImageConfig);
    }),
  );
  return new Map(bases.flatMap((base) => (base === undefined ? [] : [[base.name, base] as const])));
}

async function readFromRegistry(name: string, ask: BasesAsk): Promise<BaseFacts | undefined> {
  const [image, secretIds] = await Promise.all([readImage(name, ask), readOnbuildSecrets(name, ask)]);
  if (image === undefined && secretIds === undefined) return undefined;
  return { ...factsOf(name, image), secretIds };
}

async function readImage(name: string, { buildx, builder, platform, run }: BasesAsk): Promise<ImageConfig | undefined> {
  const words = ["imagetools", "inspect", `--builder=${builder.name}`, "--format", "{{json .Image}}", "--", name];
  const image = parseJson(await run({ command: [...buildx, ...words], ...limits })) as RegistryImage | undefined;
  if (image === undefined) return undefined;
  if ("config" in image || "rootfs" in image) return image.config as ImageConfig | undefined;
  // an index: one image for each platform
  const images = image as Readonly<Record<string, { readonly config?: ImageConfig } | undefined>>;
  return ((platform === undefined ? undefined : images[platform]) ?? Object.values(images)[0])?.config;
}

/**
 * The secrets that a base image's ONBUILD steps would mount. `imagetools` leaves ONBUILD out; BuildKit's outline of a
 * Dockerfile that is nothing but this base has it, and runs nothing.
 */
async function readOnbuildSecrets(
  name: string,
  { buildx, builder, platform, run, writeDockerfile }: BasesAsk,
): Promise<readonly string[] | undefined> {
  const folder = await writeDockerfile(`FROM ${name}\n`);
  const flags = [`--builder=${builder.name}`, "--call=outline,format=json", "--progress=quiet"];
  const words = ["build", ...flags, ...(platform === undefined ? [] : [`--platform=${platform}`]), "--", folder];
  const outline = parseJson(await run({ command: [...buildx, ...words], ...limits })) as Outline | undefined;
  return outline === undefined ? undefined : (outline.secrets ?? []).flatMap(({ name: id }) => id ?? []);
}

type Outline = { readonly secrets?: readonly { readonly name?: string }[] };

type ImageConfig = {
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly OnBuild?: readonly string[] | null;
};
type RegistryImage = { readonly config?: ImageConfig; readonly rootfs?: unknown } | Readonly<Record<string, unknown>>;

function factsOf(name: string, config: ImageConfig | null | undefined): BaseFacts {
  return {
    name,
    user: config?.User ?? "",
    workingDirectory: config?.WorkingDir ?? "",
    env: config?.Env ?? [],
    secretIds: (config?.OnBuild ?? []).flatMap(secretIdsOf),
  };
}

/** The secrets that one ONBUILD instruction mounts; `anySecret` where a build argument says which. */
function secretIdsOf(instruction: string): readonly string[] {
  return scanDockerfile(new TextEncoder().encode(`FROM scratch\n${instruction}\n`))
    .instructions.flatMap((command) => mountsOf(command))
    .filter(({ type }) => type === "secret")
    .flatMap(({ id, unresolved }) => (unresolved.some((key) => key !== "required") ? [anySecret] : (id ?? [])));
}

function parseJson(outcome: CommandOutcome): unknown {
  if (outcome.kind !== "exited") return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(outcome.stdout));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
