import { SealError } from "../error.ts";
import type { CommandOutcome, RunCommand } from "../identity/host.ts";
import { type Endpoint, refuseExposed } from "./endpoint.ts";
import { type InspectedNode, type Inspection, parseInspection } from "./inspection.ts";
import { buildkitOfEngine, isAtLeast, parseVersion, type Version } from "./version.ts";

/** What matters of the builder that a build will use. */
export type BuilderFacts = {
  readonly name: string;
  /** docker, docker-container, kubernetes, remote, cloud, … */
  readonly driver: string;
  /**
   * Where a built image is: `graph`, the engine's own store, and `containerd`, its other one, both with the docker driver;
   * `cache`, only in the builder's cache, with every other driver.
   */
  readonly store: "graph" | "containerd" | "cache";
  readonly nodes: readonly BuilderNode[];
  /** Of the oldest node; an engine's own is known as a lower bound. Undefined where it is not told. */
  readonly buildkit?: Version;
  /** The built-in frontend takes `env=` on a secret mount (BuildKit ≥ 0.16). Undefined where the version is not told. */
  readonly frontendTakesEnv: boolean | undefined;
  /** It has an image store of its own (a containerd worker, and the docker driver). */
  readonly keepsImages: boolean;
  /** Several outputs in one build (BuildKit ≥ 0.13). */
  readonly takesSeveralOutputs: boolean | undefined;
  /** A build without an output is loaded into the engine (the driver option default-load, and the docker driver). */
  readonly loadsByDefault: boolean;
};

export type BuilderNode = {
  readonly name: string;
  readonly endpoint: string;
  readonly isRunning: boolean;
  readonly platforms: readonly string[];
};

export type BuilderAsk = {
  /** The words before buildx's own, as `findDocker` gives them: of the plugin itself, or `docker buildx`. */
  readonly buildx: readonly string[];
  readonly run: RunCommand;
  /** `--builder`, else BUILDX_BUILDER; undefined: the current one. */
  readonly builder: string | undefined;
  /** Start a builder that does not run, as a build would. */
  readonly boot: boolean;
  /** What a Docker context's name, or an address, stands for. */
  readonly endpointOf: (nameOrAddress: string) => Promise<Endpoint>;
  /** The version of the engine at an endpoint; undefined where it does not say. */
  readonly engineVersion: (endpoint: string) => Promise<string | undefined>;
};

/** buildx gives a builder's nodes 20 seconds each to answer. */
const inspectLimitMs = 30_000;
/** Starting one may pull its image. */
const bootLimitMs = 300_000;

/**
 * Reads the facts of the builder by one call of buildx (40 to 60 ms), a second one where it has to be started.
 * @throws DOCKER without buildx
 * @throws BUILDER when there is no such builder, it cannot be reached, or only in the clear
 */
export async function readBuilder(ask: BuilderAsk): Promise<BuilderFacts> {
  let inspection = await inspect(ask, false);
  // Before anything of the build is sent there.
  refuseExposed(
    inspection.name,
    await Promise.all(inspection.nodes.map((node) => endpointOfNode(inspection, node, ask))),
  );
  if (ask.boot && isBootable(inspection)) inspection = await inspect(ask, true);
  const problem = unreachable(inspection);
  if (problem !== undefined) throw problem;
  const isUntold = inspection.nodes.some(({ buildkit = "" }) => parseVersion(buildkit) === undefined);
  const engine =
    isUntold && inspection.driver === "docker" ? await ask.engineVersion(inspection.nodes[0]!.endpoint) : undefined;
  return builderFacts(inspection, engine);
}

async function inspect({ buildx, run, builder }: BuilderAsk, boot: boolean): Promise<Inspection> {
  const words = [...(boot ? ["--bootstrap"] : []), ...(builder === undefined ? [] : ["--", builder])];
  const outcome = await run({
    command: [...buildx, "inspect", ...words],
    timeLimitMs: boot ? bootLimitMs : inspectLimitMs,
    outputLimitBytes: 4 * 1024 * 1024,
  });
  if (outcome.kind === "exited" && outcome.status === 0)
    return parseInspection(new TextDecoder().decode(outcome.stdout));
  throw inspectFailure(outcome, builder);
}

function inspectFailure(outcome: CommandOutcome, builder: string | undefined): SealError {
  if (outcome.kind === "not-found" || outcome.kind === "not-executable") return noBuildx();
  const stderr = "stderr" in outcome ? outcome.stderr : "";
  // The docker program's words where it has no such plugin, its old ones and its new ones.
  if (/'buildx' is not a docker command|unknown command: docker buildx/.test(stderr)) return noBuildx();
  const said = errorLine(stderr);
  const name = builder === undefined ? "The builder" : `The builder ${builder}`;
  const missing = /^no builder "?(.*?)"? found$/.exec(said)?.[1];
  if (missing !== undefined) {
    return new SealError(
      "BUILDER",
      `There is no builder ${missing}.`,
      "See 'docker buildx ls' for the builders there are, or make one by 'docker buildx create'.",
    );
  }
  if (outcome.kind === "too-slow") return cannotReach(name, "it does not answer");
  return cannotReach(name, said === "" ? `docker buildx inspect ended with ${outcome.kind}` : said);
}

function errorLine(stderr: string): string {
  const lines = stderr.trim().split("\n");
  const line = lines.findLast((one) => /^ERROR: /i.test(one)) ?? lines.at(-1) ?? "";
  return line.replace(/^ERROR:\s*/i, "");
}

const noBuildx = (): SealError =>
  new SealError(
    "DOCKER",
    "Docker has no buildx here, which every build needs.",
    "Install the package docker-buildx-plugin (docker-buildx in Debian), or put docker-buildx into ~/.docker/cli-plugins.",
  );

export const noDocker = (): SealError =>
  new SealError(
    "DOCKER",
    "There is no docker program on PATH.",
    "Install Docker's command line (docker-ce-cli, or docker-cli in Debian) and its buildx plugin, or set PATH.",
  );

const cannotReach = (builder: string, reason: string): SealError =>
  new SealError(
    "BUILDER",
    `${builder} cannot be reached: ${/[.?!]$/.test(reason) ? reason : `${reason}.`}`,
    "See that the engine or builder runs and that you may use it ('docker version', 'docker buildx ls'), and check DOCKER_HOST, DOCKER_CONTEXT and --builder.",
  );

function unreachable({ name, driver, error, nodes }: Inspection): SealError | undefined {
  const broken = nodes.filter((node) => node.error !== undefined);
  if (error !== undefined) return cannotReach(`The builder ${name}`, error);
  if (nodes.length === 0) return cannotReach(`The builder ${name}`, "it has no nodes");
  if (broken.length === nodes.length) return cannotReach(`The builder ${name}`, broken[0]!.error!);
  const isRemote = driver === "remote" || driver === "cloud" || driver === "docker";
  if (isRemote && nodes.every((node) => node.status !== "running")) {
    return cannotReach(`The builder ${name}`, `${nodes[0]!.endpoint} does not answer`);
  }
  return undefined;
}

const isBootable = ({ driver, nodes, error }: Inspection): boolean =>
  error === undefined &&
  (driver === "docker-container" || driver === "kubernetes") &&
  nodes.some((node) => node.error === undefined && node.status !== "running");

async function endpointOfNode({ driver }: Inspection, node: InspectedNode, ask: BuilderAsk): Promise<Endpoint> {
  if (driver === "remote") {
    // Any of them switches TLS on (buildx `driver/remote/factory.go`).
    const tls = ["cacert", "cert", "key", "servername"].some((option) => node.options[option] !== undefined);
    return { address: node.endpoint, tls };
  }
  // A Kubernetes or cloud endpoint is no address of ours to judge: its client speaks TLS.
  if (driver === "kubernetes" || driver === "cloud") return { address: node.endpoint, tls: true };
  return ask.endpointOf(node.endpoint);
}

/** @param engine the version of the engine, for a docker driver whose BuildKit does not tell its own */
export function builderFacts(inspection: Inspection, engine?: string): BuilderFacts {
  const { name, driver, nodes } = inspection;
  const isEngine = driver === "docker";
  const engineVersion = engine === undefined ? undefined : parseVersion(engine);
  const ofEngine = engineVersion && buildkitOfEngine(engineVersion);
  const versions = nodes.map(({ buildkit = "" }) => parseVersion(buildkit) ?? ofEngine);
  const buildkit = versions.every((version) => version !== undefined)
    ? versions.toSorted((a, b) => (isAtLeast(a, b) ? 1 : -1))[0]
    : undefined;
  // The same sign that buildx looks for (`driver/docker/driver.go`, Features).
  const usesContainerd = nodes.some(
    ({ labels }) => labels["org.mobyproject.buildkit.worker.snapshotter"] !== undefined,
  );
  const store = !isEngine ? "cache" : usesContainerd ? "containerd" : "graph";
  return {
    name,
    driver,
    store,
    nodes: nodes.map(({ name: nodeName, endpoint, status, platforms }) => ({
      name: nodeName,
      endpoint,
      isRunning: status === "running",
      platforms,
    })),
    ...(buildkit !== undefined && { buildkit }),
    frontendTakesEnv: buildkit && isAtLeast(buildkit, [0, 16, 0]),
    keepsImages:
      isEngine || nodes.some(({ labels }) => labels["org.mobyproject.buildkit.worker.executor"] === "containerd"),
    takesSeveralOutputs: buildkit && isAtLeast(buildkit, [0, 13, 0]),
    loadsByDefault: isEngine || nodes.some(({ options }) => options["default-load"] === "true"),
  };
}
