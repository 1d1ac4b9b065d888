import { closeSync, constants, openSync } from "node:fs";
import { rename } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { errorCode } from "./error-code.ts";

/**
 * How others see that a directory is in use: a socket in it that its process listens to. The kernel closes it however
 * the process ends, and it works from other PID namespaces that share the directory, where a process number would not.
 */
const socketName = "alive";

/** sun_path holds 108 bytes with its end on Linux, 104 elsewhere (unix(7)). */
const longestPath = process.platform === "linux" ? 107 : 103;

export type Liveness = "alive" | "dead" | "new";

/** Begins to listen. The socket gets its name only then: where it stands and nobody listens, nobody is alive. */
export async function showAlive(directory: string): Promise<{ readonly close: () => void }> {
  const server = createServer((visitor) => visitor.destroy());
  server.on("error", () => {});
  await withShortPath(directory, (short) => listen(server, `${short}/${socketName}.new`));
  server.unref();
  try {
    await rename(`${directory}/${socketName}.new`, `${directory}/${socketName}`);
  } catch (error) {
    server.close();
    throw error;
  }
  return { close: () => server.close() };
}

/** `new`: there is no socket (yet). In doubt it is alive. */
export async function livenessOf(directory: string): Promise<Liveness> {
  return withShortPath(directory, (short) => visit(`${short}/${socketName}`));
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(path, () => done());
  });
}

function visit(path: string): Promise<Liveness> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      done("alive");
    });
    socket.once("error", (error) => done(meaning[errorCode(error)] ?? "alive"));
  });
}

const meaning: Readonly<Record<string, Liveness>> = { ECONNREFUSED: "dead", ENOENT: "new" };

/** On Linux a directory that is held open has a short name too, which also stays the same directory whatever is renamed. */
async function withShortPath<Result>(directory: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const isShort = Buffer.byteLength(`${directory}/${socketName}.new`) <= longestPath;
  if (isShort || process.platform !== "linux") return use(directory);
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return await use(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}
