import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { part } from "./part.ts";
import { startProgram } from "./program.ts";
import { createStateFolder } from "./state-folder.ts";

export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT`: the first part of an image's name. Plain HTTP, which Docker accepts on loopback. */
  readonly address: string;
  /** Repositories that hold something, sorted. */
  repositories(): Promise<string[]>;
  /** Tags of a repository, sorted; none for one that is not there. */
  tags(repository: string): Promise<string[]>;
  /** A manifest or an index by tag or digest; undefined where there is none. */
  manifest(repository: string, reference: string): Promise<Manifest | undefined>;
  blob(repository: string, digest: string): Promise<Uint8Array | undefined>;
  log(): string;
  stop(): Promise<void>;
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Who may read and write: its own `auth` configuration (distribution, "Configuring a registry"). */
export type RegistryAuth =
  | { readonly htpasswd: { readonly realm: string; readonly path: string } }
  | {
      readonly token: {
        readonly realm: string;
        readonly service: string;
        readonly issuer: string;
        readonly rootcertbundle: string;
      };
    };

/** A real registry with an empty data folder; anybody may read and write unless `auth` says otherwise. */
export async function startRegistry({ auth }: { readonly auth?: RegistryAuth } = {}): Promise<Registry> {
  const root = await part("engine-root", ["new"]);
  const state = createStateFolder("registry");
  const address = `127.0.0.1:${await findFreePort()}`;
  const base = `http://${address}/v2/`;
  await mkdir(join(state.path, "data"));
  // JSON is YAML.
  const configuration = {
    version: 0.1,
    log: { level: "info" },
    storage: { filesystem: { rootdirectory: join(state.path, "data") }, delete: { enabled: true } },
    http: { addr: address },
    ...(auth && { auth }),
  };
  await writeFile(join(state.path, "registry.yaml"), JSON.stringify(configuration));
  const program = await startProgram(join(root, "usr/bin/docker-registry"), {
    args: ["serve", join(state.path, "registry.yaml")],
    logFile: join(state.path, "registry.log"),
    ready: async () => (await fetch(base)).status === (auth === undefined ? 200 : 401),
  }).catch((error: unknown) => {
    state.remove();
    throw error;
  });

  const get = async (path: string, accept: string): Promise<Response | undefined> => {
    const response = await fetch(new URL(path, base), { headers: { accept } });
    if (response.ok) return response;
    if (response.status === 404) return undefined;
    throw new Error(`the registry answered ${response.status} for ${path}`);
  };
  const list = async (path: string, key: string): Promise<string[]> => {
    const answer = (await (await get(path, "application/json"))?.json()) as Record<string, string[] | null> | undefined;
    return (answer?.[key] ?? []).sort();
  };
  const stop = async (): Promise<void> => {
    await program.stop();
    state.remove();
  };
  return {
    address,
    repositories: () => list("_catalog?n=1000", "repositories"),
    tags: (repository) => list(`${repository}/tags/list`, "tags"),
    async manifest(repository, reference) {
      const response = await get(`${repository}/manifests/${reference}`, manifestTypes);
      if (response === undefined) return undefined;
      return {
        digest: response.headers.get("docker-content-digest") ?? "",
        mediaType: response.headers.get("content-type") ?? "",
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
    async blob(repository, digest) {
      const response = await get(`${repository}/blobs/${digest}`, "*/*");
      return response && new Uint8Array(await response.arrayBuffer());
    },
    log: program.log,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
