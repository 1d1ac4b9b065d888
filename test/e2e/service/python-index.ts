import { createHash } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { findFreePort } from "./free-port.ts";
import { htpasswdLine, serveInConsumers } from "./in-consumers.ts";
import { createStateFolder } from "./state-folder.ts";

export interface PythonIndex extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/simple/` */
  readonly url: string;
  readonly user: string;
  stop(): Promise<void>;
}

/** A pypiserver with one small wheel, made now, and nothing to see without a login. */
export async function startPythonIndex(engine: Engine, password: string, wheel: string): Promise<PythonIndex> {
  const state = createStateFolder("python");
  const user = "__token__";
  const info = `${wheel}-1.0.0.dist-info`;
  const files: Record<string, string> = {
    [`${wheel}.py`]: "VALUE = 1\n",
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${wheel}\nVersion: 1.0.0\n`,
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const lines = Object.entries(files).map(([name, text]) => {
    const digest = createHash("sha256").update(text).digest("base64url");
    return `${name},sha256=${digest},${Buffer.byteLength(text)}`;
  });
  files[`${info}/RECORD`] = `${lines.join("\n")}\n${info}/RECORD,,\n`;
  await mkdir(join(state.path, "wheel", info), { recursive: true });
  await mkdir(join(state.path, "packages"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(state.path, "wheel", name), text);
  await writeFile(join(state.path, "htpasswd"), htpasswdLine(user, password));
  await chmod(state.path, 0o755);
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/simple/`;
  const script = [
    `cd /srv/wheel && python3 -m zipfile -c ../packages/${wheel}-1.0.0-py3-none-any.whl ${wheel}.py ${info}`,
    `exec pypi-server run --interface 127.0.0.1 --port ${port} --passwords /srv/htpasswd --authenticate list,download,update --disable-fallback /srv/packages`,
  ].join("\n");
  await writeFile(join(state.path, "start"), script);
  const served = await serveInConsumers(engine, "sh /srv/start", {
    folder: state.path,
    ready: async () => (await fetch(url)).status === 401,
  });
  const stop = async (): Promise<void> => {
    await served.stop();
    state.remove();
  };
  return { url, user, stop, [Symbol.asyncDispose]: stop };
}
