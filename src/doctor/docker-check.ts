import type { BuilderFacts } from "../buildx/builder.ts";
import { pushesLayouts } from "../buildx/publish-words.ts";
import type { Version } from "../buildx/version.ts";
import { SealError } from "../error.ts";
import { allowBuilder, type Policy } from "../grant/policy.ts";
import { type Check, failed, fine, noted, odd } from "./check.ts";

export type DockerFacts = {
  /** The docker program; undefined where there is only buildx. */
  readonly docker: string | undefined;
  /** As they tell it themselves; undefined where they do not. */
  readonly engine: string | undefined;
  readonly buildx: Version | undefined;
  readonly builder: BuilderFacts | SealError;
};

/** Docker and its builder: which, and what of buildseal's they cannot do. */
export function dockerChecks(facts: DockerFacts | SealError, policy: Policy): Check[] {
  if (facts instanceof SealError) return [failed("docker.programs", facts)];
  const { docker, engine, buildx, builder } = facts;
  if (builder instanceof SealError && builder.code === "DOCKER") return [failed("docker.programs", builder)];
  const versions = [
    ...(engine === undefined ? [] : [`engine ${engine}`]),
    `buildx ${buildx === undefined ? "of a version that it does not tell" : printVersion(buildx)}`,
  ].join(", ");
  return [
    docker === undefined
      ? odd(
          "docker.programs",
          `${versions}, without the docker program`,
          "Install docker-cli: images of the engine and `buildseal run` need it",
        )
      : fine("docker.programs", versions),
    ...(builder instanceof SealError ? [failed("docker.builder", builder)] : builderChecks(builder, buildx, policy)),
  ];
}

function builderChecks(builder: BuilderFacts, buildx: Version | undefined, policy: Policy): Check[] {
  const { name, driver, nodes, buildkit } = builder;
  const version =
    buildkit === undefined ? "BuildKit of a version that it does not tell" : `BuildKit ${printVersion(buildkit)}`;
  const store =
    driver === "docker"
      ? `, the ${builder.store === "containerd" ? "containerd image store" : "engine's own image store"}`
      : "";
  const size = nodes.length > 1 ? `, ${nodes.length} nodes` : "";
  return [
    allowedCheck(builder, policy) ??
      fine("docker.builder", `builder ${name}: driver ${driver}, ${version}${store}${size}`),
    ...stoppedCheck(builder),
    ...limits(builder, buildx),
  ];
}

function allowedCheck({ name, nodes }: BuilderFacts, policy: Policy): Check | undefined {
  try {
    allowBuilder(policy, [name, ...nodes.map(({ endpoint }) => endpoint)]);
    return undefined;
  } catch (error) {
    if (error instanceof SealError) return failed("docker.builder", error);
    throw error;
  }
}

function stoppedCheck({ nodes }: BuilderFacts): Check[] {
  const stopped = nodes.filter(({ isRunning }) => !isRunning);
  if (stopped.length === 0) return [];
  return [noted("docker.stopped", `${stopped.map(({ name }) => name).join(", ")}: not running; a build starts it`)];
}

/** What they cannot do, and what a build does instead, or what would help: no fault, where nobody needs it. */
function limits(
  { driver, store, nodes, frontendTakesEnv, takesSeveralOutputs }: BuilderFacts,
  buildx: Version | undefined,
): Check[] {
  const found: Check[] = [];
  if (frontendTakesEnv !== true) {
    const why =
      frontendTakesEnv === undefined
        ? "whether its frontend takes a variable from a secret mount is not told"
        : "its frontend takes no variable from a secret mount (that of BuildKit 0.16 does)";
    found.push(noted("docker.frontend", `${why}: a grant that needs one pulls docker/dockerfile:1`));
  }
  if (driver === "docker" && store === "graph") {
    const says =
      "the engine's own image store exports no archive under the gate; the containerd image store and builders of other drivers do";
    found.push(noted("docker.archive", says));
  }
  if (driver !== "docker" && !pushesLayouts({ buildx })) {
    const says =
      "buildx before 0.33 cannot push what was searched here: a second pass without secrets pushes, and is compared";
    found.push(noted("docker.push", says));
  }
  if (takesSeveralOutputs === false) {
    found.push(noted("docker.outputs", "BuildKit before 0.13 makes one output in one build"));
  }
  if (nodes.length > 1 && driver !== "docker") {
    const says = "with several nodes an image for a registry and files cannot come from one build under the gate";
    found.push(noted("docker.nodes", says));
  }
  return found;
}

function printVersion(version: Version): string {
  return version.join(".");
}
