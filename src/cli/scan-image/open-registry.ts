import { createHash } from "node:crypto";
import { normalizeImageName, parseImageName } from "../../buildx/image-name.ts";
import { SealError } from "../../error.ts";
import { listBlobs } from "../../image/blob-list.ts";
import { asRecord, parsed } from "../../image/json.ts";
import { openRepository } from "../../image/registry/client.ts";
import { type Login, loginFor, type NoLogin } from "../../image/registry/credential.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { scanBlobs } from "../../scan/scan-blobs.ts";
import { readDockerConfig } from "../../system/docker.ts";
import { createHttp } from "../../system/http.ts";
import { createAskHelper } from "../../system/login-program.ts";
import type { Machine } from "../machine.ts";
import { type Chosen, unopened } from "./chosen.ts";

/** A registry that says nothing for so long has gone. */
const usualIdleSeconds = 60;

/**
 * Searches an image of a registry's.
 * @param meant tells what else the user may have meant by it, where it cannot be had
 * @throws SealError ARGUMENT, IMAGE for one that cannot be had
 */
export async function scanRegistry(
  reference: string,
  options: Chosen,
  { environment }: Machine,
  meant?: () => Promise<string | undefined>,
): Promise<ImageScan> {
  const { repository: path, tag, digest: asked } = parseImageName(normalizeImageName(reference));
  const [host = "", ...rest] = path.split("/");
  const repository = openRepository(host, rest.join("/"), {
    http: createHttp(environment, { idleMs: idleSeconds(environment) * 1000 }),
    login: () => findLogin(host, environment),
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  });
  const top = await repository.manifest(asked ?? tag ?? "latest").catch(async (cause: unknown) => {
    const why = cause instanceof Error ? cause.message : "unknown";
    throw unopened(`${reference} cannot be had: ${why}`, cause, await meant?.());
  });
  const digest = asked ?? `sha256:${createHash("sha256").update(top).digest("hex")}`;
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [{ digest, size: top.length }] }));
  const manifest = async (each: string): Promise<Buffer> => (each === digest ? top : repository.manifest(each));
  return scanBlobs(await listBlobs(index, { ...repository, manifest }, options.choice), options);
}

/** DOCKER_AUTH_CONFIG goes before the file, with its `auths` alone (docker/cli, cli/config/configfile, GetCredentialsStore). */
async function findLogin(host: string, environment: Machine["environment"]): Promise<Login | NoLogin> {
  const ask = createAskHelper(environment);
  const { auths } = asRecord(parsed(environment["DOCKER_AUTH_CONFIG"] ?? ""));
  const own = await loginFor(host, { auths }, ask);
  return "why" in own ? loginFor(host, await readDockerConfig(environment), ask) : own;
}

/** @throws SealError ARGUMENT */
function idleSeconds(environment: Machine["environment"]): number {
  const text = environment["BUILDSEAL_REGISTRY_IDLE_SECONDS"];
  if (text === undefined || text === "") return usualIdleSeconds;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new SealError("ARGUMENT", "BUILDSEAL_REGISTRY_IDLE_SECONDS is no number of seconds", "Correct or unset it");
}
