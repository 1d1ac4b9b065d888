import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { createProject } from "./project.ts";
import { findFreePort } from "./service/free-port.ts";
import { startProgram } from "./service/program.ts";
import { createStateFolder } from "./service/state-folder.ts";

export interface GitDaemon extends AsyncDisposable {
  /** `git://127.0.0.1:PORT/project.git`, its branch `main`. */
  readonly url: string;
  /** The commit of `main`. */
  readonly commit: string;
  /** Puts another commit on `main`, and gives it. */
  commitFiles(files: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

/** A git repository with these files in its one commit, served on loopback. */
export async function startGitDaemon(files: Readonly<Record<string, string>>): Promise<GitDaemon> {
  const project = await createProject(files);
  const state = createStateFolder("git");
  const bare = join(state.path, "project.git");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", project.folder, "-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const commitAll = (): string => {
    git("add", "--all");
    git("commit", "--quiet", "--message", "files");
    git("push", "--quiet", bare, "HEAD:refs/heads/main");
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  git("init", "--quiet", "--bare", "--initial-branch=main", bare);
  const commit = commitAll();
  const port = await findFreePort();
  const program = await startProgram("git", {
    args: [
      "daemon",
      "--reuseaddr",
      "--export-all",
      "--listen=127.0.0.1",
      `--port=${port}`,
      `--base-path=${state.path}`,
    ],
    logFile: join(state.path, "log"),
    ready: () => accepts(port),
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    state.remove();
  };
  return {
    url: `git://127.0.0.1:${port}/project.git`,
    commit,
    async commitFiles(more) {
      for (const [name, content] of Object.entries(more)) await project.write(name, content);
      return commitAll();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });
