import type { Endpoint } from "../buildx/endpoint.ts";
import type { Environment } from "../identity/host.ts";
import { readDockerConfig, readEndpoint } from "../system/docker.ts";

/** The engine that docker itself will speak to: DOCKER_HOST, else DOCKER_CONTEXT, else the configuration's context. */
export async function currentEngine(environment: Environment): Promise<Endpoint> {
  if (environment["DOCKER_HOST"]) return readEndpoint(environment, "default");
  const config = (await readDockerConfig(environment)) as { currentContext?: unknown } | undefined;
  const configured = typeof config?.currentContext === "string" ? config.currentContext : "";
  return readEndpoint(environment, environment["DOCKER_CONTEXT"] || configured || "default");
}
