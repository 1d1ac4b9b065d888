import { readBuilder } from "../../buildx/builder.ts";
import { parseVersion, type Version } from "../../buildx/version.ts";
import type { DockerFacts } from "../../doctor/docker-check.ts";
import { SealError } from "../../error.ts";
import type { RunCommand } from "../../identity/host.ts";
import { environmentForDocker } from "../../source/inheritance.ts";
import { type DockerPrograms, findDocker, readEndpoint, readEngineVersion } from "../../system/docker.ts";
import type { Session } from "../build/session.ts";
import { currentEngine } from "../current-engine.ts";
import type { Machine } from "../machine.ts";

/** Docker's programs, the engine and the builder that a build would use. Nothing is started for it. */
export async function lookAtDocker(
  { machine, run }: Pick<Session, "run"> & { readonly machine: Pick<Machine, "environment"> },
  asked: { readonly builder: string | undefined },
): Promise<DockerFacts | SealError> {
  const { environment } = machine;
  let programs: DockerPrograms;
  try {
    programs = await findDocker(environment);
  } catch (error) {
    return sealed(error);
  }
  const inherited = environmentForDocker({
    environment,
    secrets: [],
    sourceVariables: [],
    userNamed: [],
    usesGithubCache: false,
  }).environment;
  const runDocker = run({ ...inherited, ...programs.environment });
  const endpointOf = (name: string) => readEndpoint(environment, name);
  const [engine, buildx, builder] = await Promise.all([
    currentEngine(environment).then(readEngineVersion),
    buildxVersion(programs.buildx, runDocker),
    readBuilder({
      buildx: programs.buildx,
      run: runDocker,
      builder: asked.builder ?? (environment["BUILDX_BUILDER"] || undefined),
      boot: false,
      endpointOf,
      engineVersion: async (endpoint) => readEngineVersion(await endpointOf(endpoint)),
    }).catch(sealed),
  ]);
  return { docker: programs.docker, engine, buildx, builder };
}

async function buildxVersion(buildx: readonly string[], run: RunCommand): Promise<Version | undefined> {
  const outcome = await run({ command: [...buildx, "version"], timeLimitMs: 30_000, outputLimitBytes: 1024 * 1024 });
  const said = outcome.kind === "exited" ? new TextDecoder().decode(outcome.stdout) : "";
  return parseVersion(said.split(/\s+/)[1] ?? "");
}

/** What is wrong is what was to be found out; a mistake of our own is not. */
function sealed(error: unknown): SealError {
  if (error instanceof SealError) return error;
  throw error;
}
