import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type GuardedServer, startGuardedServer } from "./guarded-server.ts";
import { createStateFolder } from "./state-folder.ts";

const run = promisify(execFile);

/**
 * A sparse registry (Cargo, "Registry Index" and "Registry Web API") that demands its token for everything and has one
 * crate, `hello` 1.0.0, whose function `hello` gives 42.
 */
export async function startCargoRegistry(token: string): Promise<GuardedServer> {
  const state = createStateFolder("cargo-registry");
  const folder = join(state.path, "hello-1.0.0");
  await mkdir(join(folder, "src"), { recursive: true });
  await writeFile(join(folder, "Cargo.toml"), '[package]\nname = "hello"\nversion = "1.0.0"\nedition = "2021"\n');
  await writeFile(join(folder, "src/lib.rs"), "pub fn hello() -> u32 { 42 }\n");
  await run("tar", ["-czf", "hello.crate", "hello-1.0.0"], { cwd: state.path });
  const crate = await readFile(join(state.path, "hello.crate"));
  state.remove();
  const line = {
    ...{ name: "hello", vers: "1.0.0", deps: [], features: {}, yanked: false },
    cksum: createHash("sha256").update(crate).digest("hex"),
  };
  const server: GuardedServer = await startGuardedServer({
    // Cargo sends the token as it is
    authorization: token,
    challenge: 'Cargo login_url="https://example.com/me"',
    answer: (request, response) => {
      switch (request.url) {
        case "/config.json":
          response.end(JSON.stringify({ dl: `${server.url}/crates`, api: server.url, "auth-required": true }));
          return;
        case "/he/ll/hello":
          response.end(`${JSON.stringify(line)}\n`);
          return;
        case "/crates/hello/1.0.0/download":
          response.end(crate);
          return;
        default:
          response.writeHead(404).end();
      }
    },
  });
  return server;
}
