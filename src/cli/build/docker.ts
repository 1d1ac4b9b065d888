import { type BaseFacts, readBases } from "../../buildx/base-image.ts";
import type { BuildCommand } from "../../buildx/build-command.ts";
import { type BuilderFacts, readBuilder } from "../../buildx/builder.ts";
import { refuseExposed } from "../../buildx/endpoint.ts";
import { parseVersion, type Version } from "../../buildx/version.ts";
import { allowBuilder, type Policy } from "../../grant/policy.ts";
import { environmentForDocker } from "../../source/inheritance.ts";
import { makeContext } from "../../system/context-folder.ts";
import { findDocker, readEndpoint, readEngineImage, readEngineStore, readEngineVersion } from "../../system/docker.ts";
import { currentEngine } from "../current-engine.ts";
import type { Session } from "./session.ts";
import type { Tools } from "./tools.ts";

/** What is known of the builder, and what can still be asked. */
export type Builder = {
  readonly facts: BuilderFacts;
  readonly bases: (names: readonly string[], platform: string | undefined) => Promise<ReadonlyMap<string, BaseFacts>>;
  /** The engine's image store that `--load` fills. */
  readonly engineStore: () => Promise<"graph" | "containerd" | undefined>;
  readonly version: () => Promise<Version | undefined>;
};

/** @throws SealError DOCKER */
export async function findTools(command: BuildCommand, session: Session): Promise<Tools> {
  const { environment } = session.machine;
  const programs = await findDocker(environment);
  const inherited = { ...inheritedBy(command, session), ...programs.environment };
  return {
    buildx: programs.buildx,
    docker: programs.docker,
    buildxVersion: undefined,
    store: undefined,
    builder: command.builder ?? (environment["BUILDX_BUILDER"] || undefined),
    environment: inherited,
    run: session.run(inherited),
    start: ({ environment: more, ...ask }) => session.start({ ...ask, environment: { ...inherited, ...more } }),
  };
}

/** What Docker may see before any secret is issued; see `withSecrets` for after. */
function inheritedBy(command: BuildCommand, { machine }: Session): Readonly<Record<string, string>> {
  const ask = { environment: machine.environment, secrets: [], sourceVariables: [], ...namedBy(command) };
  return environmentForDocker(ask).environment;
}

/** The variables that the user names for Docker himself. */
export function namedBy(command: BuildCommand): { readonly userNamed: string[]; readonly usesGithubCache: boolean } {
  return {
    userNamed: [
      ...command.secrets.flatMap(({ id, env, file }) => env ?? (file === undefined ? id : [])),
      ...command.buildArgs.flatMap(({ name, value }) => (value === undefined ? name : [])),
    ],
    usesGithubCache: [...command.cacheFrom, ...command.cacheTo].some(({ type }) => type === "gha"),
  };
}

/**
 * Asks the builder that the build will use for what it can do.
 *
 * @throws SealError DOCKER, BUILDER
 */
export async function askBuilder(command: BuildCommand, tools: Tools, session: Session): Promise<Builder> {
  const { machine } = session;
  const writeDockerfile = async (text: string): Promise<string> =>
    makeContext((await session.store()).workFolder, text);
  const endpointOf = (name: string) => readEndpoint(machine.environment, name);
  // before anything is said to it
  const host = machine.environment["DOCKER_HOST"];
  if (host !== undefined && host !== "") refuseExposed("default", [await endpointOf("default")]);
  const facts = await readBuilder({
    buildx: tools.buildx,
    run: tools.run,
    builder: tools.builder,
    boot: !command.own.print,
    endpointOf,
    engineVersion: async (endpoint) => readEngineVersion(await endpointOf(endpoint)),
  });
  const engine = await endpointOf(facts.nodes[0]?.endpoint ?? "default");
  const readImageInEngine = async (name: string) =>
    (await readEngineImage(engine, name)) ?? (await inspectImage(name, tools));
  return {
    facts,
    bases: (names, platform) =>
      readBases({
        names,
        builder: facts,
        engineImage: readImageInEngine,
        buildx: tools.buildx,
        platform,
        run: tools.run,
        writeDockerfile,
      }),
    engineStore: async () => readEngineStore(await currentEngine(machine.environment)),
    version: async () => {
      const outcome = await tools.run({
        command: [...tools.buildx, "version"],
        timeLimitMs: 30_000,
        outputLimitBytes: 1024 * 1024,
      });
      const said = outcome.kind === "exited" ? new TextDecoder().decode(outcome.stdout) : "";
      return parseVersion(said.split(/\s+/)[1] ?? "");
    },
  };
}

/** By Docker's own program, for an engine that only it can speak to (TLS, ssh). */
async function inspectImage(name: string, { docker, run }: Tools): Promise<unknown> {
  if (docker === undefined) return undefined;
  const outcome = await run({
    command: [docker, "image", "inspect", "--format", "{{json .Config}}", "--", name],
    timeLimitMs: 60_000,
    outputLimitBytes: 8 * 1024 * 1024,
  });
  if (outcome.kind !== "exited" || outcome.status !== 0) return undefined;
  return JSON.parse(new TextDecoder().decode(outcome.stdout)) as unknown;
}

/** @throws SealError POLICY for a builder that the policy does not list */
export function allowThisBuilder(policy: Policy, { facts }: Builder): void {
  allowBuilder(policy, [facts.name, ...facts.nodes.map(({ endpoint }) => endpoint)]);
}
