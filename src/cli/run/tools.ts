import { SealError } from "../../error.ts";
import type { RunCommand } from "../../identity/host.ts";
import type { Secret } from "../../secret/secret.ts";
import { environmentForDocker } from "../../source/inheritance.ts";
import { findOnPath } from "../../system/docker.ts";
import type { DockerProcess } from "../../system/docker-process.ts";
import type { Session } from "../build/session.ts";
import type { StartAsk } from "../build/tools.ts";

/** Docker as a run uses it. */
export type RunTools = {
  readonly docker: string;
  /** What Docker inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one short command of Docker's and gives what it said. */
  readonly run: RunCommand;
  /** Starts a long one; the words begin with Docker's command. */
  readonly start: (ask: StartAsk) => DockerProcess;
};

/** @throws SealError DOCKER */
export async function openTools(session: Session): Promise<RunTools> {
  const docker = await findOnPath("docker", session.machine.environment);
  if (docker === undefined) {
    throw new SealError("DOCKER", "There is no docker program on the PATH", "Install Docker's command line");
  }
  return toolsFor(docker, session, {});
}

/** The same once more is known: Docker inherits no value of a secret, and nothing that could mint one. */
export function toolsFor(
  docker: string,
  session: Session,
  ask: {
    readonly secrets?: readonly Secret[];
    readonly sourceVariables?: readonly string[];
    /** Variables that the user names for the container without a value: Docker takes them from what it inherits. */
    readonly userNamed?: readonly string[];
  },
): RunTools {
  const { environment } = environmentForDocker({
    ...{ secrets: [], sourceVariables: [], userNamed: [] },
    ...ask,
    environment: session.machine.environment,
    usesGithubCache: false,
  });
  return {
    docker,
    environment,
    run: session.run(environment),
    start: ({ words, environment: more, ...start }) =>
      session.start({ ...start, words: [docker, ...words], environment: { ...environment, ...more } }),
  };
}
