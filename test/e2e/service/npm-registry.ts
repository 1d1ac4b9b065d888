import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Engine } from "./engine.ts";
import { findFreePort } from "./free-port.ts";
import { htpasswdLine, serveInConsumers } from "./in-consumers.ts";
import { createStateFolder } from "./state-folder.ts";

export interface NpmRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Made by the registry for that user, in exchange for the password. */
  readonly token: string;
  publish(name: string): Promise<void>;
  stop(): Promise<void>;
}

const config = `storage: /srv/storage
auth: { htpasswd: { file: /srv/htpasswd, max_users: -1 } }
security: { api: { jwt: { sign: { expiresIn: 1h } } } }
packages: { '**': { access: $authenticated, publish: $authenticated } }
log: { type: stdout, format: json, level: warn }
`;

/** A verdaccio that shows nothing to whoever has not logged in. */
export async function startNpmRegistry(engine: Engine, password: string): Promise<NpmRegistry> {
  const state = createStateFolder("npm");
  const user = "ci";
  await writeFile(join(state.path, "config.yaml"), config);
  await writeFile(join(state.path, "htpasswd"), htpasswdLine(user, password));
  await chmod(state.path, 0o755);
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const served = await serveInConsumers(engine, `verdaccio --config /srv/config.yaml --listen 127.0.0.1:${port}`, {
    folder: state.path,
    ready: async () => (await fetch(`${url}/anything`)).status === 401,
  });
  const put = async (path: string, authorization: string, body: unknown): Promise<Response> => {
    const response = await fetch(`${url}/${path}`, {
      method: "PUT",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the registry answers ${response.status} for ${path}`);
    return response;
  };
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const login = await put(`-/user/org.couchdb.user:${user}`, basic, { name: user, password });
  const { token } = (await login.json()) as { token: string };
  const stop = async (): Promise<void> => {
    await served.stop();
    state.remove();
  };
  return {
    url,
    user,
    password,
    token,
    async publish(name) {
      const version = { name, version: "1.0.0", main: "index.js" };
      const tar = pack();
      tar.entry({ name: "package/package.json" }, JSON.stringify(version));
      tar.entry({ name: "package/index.js" }, "module.exports = 1;\n");
      tar.finalize();
      const bytes = gzipSync(await buffer(tar));
      const file = `${name}-1.0.0.tgz`;
      const dist = {
        shasum: createHash("sha1").update(bytes).digest("hex"),
        integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
        tarball: `${url}/${name}/-/${file}`,
      };
      await put(encodeURIComponent(name), `Bearer ${token}`, {
        _id: name,
        name,
        "dist-tags": { latest: "1.0.0" },
        versions: { "1.0.0": { ...version, _id: `${name}@1.0.0`, dist } },
        _attachments: {
          [file]: { content_type: "application/octet-stream", data: bytes.toString("base64"), length: bytes.length },
        },
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
