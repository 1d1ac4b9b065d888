import { execFile, spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { basic, type GuardedServer, startGuardedServer } from "./guarded-server.ts";
import { createStateFolder } from "./state-folder.ts";

const run = promisify(execFile);

/**
 * Git's own server (`git http-backend`, by CGI) with one repository at `/NAME.git` that holds these files, for who
 * brings this user and password.
 */
export async function startGitServer(options: {
  readonly user: string;
  readonly password: string;
  readonly repositories: Readonly<Record<string, Readonly<Record<string, string>>>>;
}): Promise<GuardedServer> {
  const state = createStateFolder("git");
  for (const [name, files] of Object.entries(options.repositories)) {
    await makeRepository(join(state.path, `${name}.git`), files);
  }
  const server = await startGuardedServer({
    authorization: basic(options.user, options.password),
    challenge: 'Basic realm="git"',
    answer: (request, response) => answerByBackend(state.path, options.user, request, response),
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    state.remove();
  };
  return { ...server, stop, [Symbol.asyncDispose]: stop };
}

const env = {
  ...process.env,
  ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  ...{ GIT_AUTHOR_NAME: "test", GIT_AUTHOR_EMAIL: "test@example.com" },
  ...{ GIT_COMMITTER_NAME: "test", GIT_COMMITTER_EMAIL: "test@example.com" },
};

/** By `fast-import`: one commit on `main`, without a work tree. A file of mode 160000 is not needed: submodules are told by name. */
async function makeRepository(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder], { env });
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const lines = Object.entries(files).map(([path, text]) => {
    const commit = /^submodule ([0-9a-f]{40})$/.exec(text)?.[1];
    return commit === undefined ? `M 100644 inline ${path}\n${data(text)}` : `M 160000 ${commit} ${path}\n`;
  });
  const stream = `commit refs/heads/main\ncommitter test <test@example.com> 1700000000 +0000\n${data("first")}${lines.join("")}\ntag v1.0.0\nfrom refs/heads/main\ntagger test <test@example.com> 1700000000 +0000\n${data("v1.0.0")}`;
  const child = spawn("git", ["-C", folder, "fast-import", "--quiet"], { env, stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.end(stream);
  const status = await new Promise((done) => child.once("close", done));
  if (status !== 0) throw new Error(`git fast-import ended with ${status}`);
}

/** RFC 3875, as far as `git http-backend` wants it. */
function answerByBackend(
  root: string,
  user: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  return new Promise((done, fail) => {
    const child = spawn("git", ["http-backend"], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: user,
        REQUEST_METHOD: request.method ?? "GET",
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        ...(request.headers["content-encoding"] && { HTTP_CONTENT_ENCODING: request.headers["content-encoding"] }),
        ...(request.headers["git-protocol"] && { GIT_PROTOCOL: String(request.headers["git-protocol"]) }),
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.on("error", () => undefined);
    request.pipe(child.stdin);
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.once("error", fail);
    child.once("close", () => {
      const whole = Buffer.concat(parts);
      const end = whole.indexOf("\r\n\r\n");
      const headers = whole.subarray(0, end).toString().split("\r\n");
      let status = 200;
      for (const header of headers) {
        const [name = "", value = ""] = header.split(/:\s*/, 2);
        if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.writeHead(status);
      response.end(whole.subarray(end + 4));
      done();
    });
  });
}
