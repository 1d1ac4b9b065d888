import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { startProgram } from "./program.ts";
import { createStateFolder } from "./state-folder.ts";

export interface Served extends AsyncDisposable {
  stop(): Promise<void>;
}

/**
 * Runs a server of the image of consumers on this machine's loopback, in a container that goes with the test.
 * `folder` is `/srv` there.
 */
export async function serveInConsumers(
  engine: Engine,
  script: string,
  { folder, ready }: { readonly folder: string; readonly ready: () => Promise<boolean> },
): Promise<Served> {
  const state = createStateFolder("served");
  const name = `served-${randomBytes(6).toString("hex")}`;
  const program = await startProgram("docker", {
    // the first process of a container takes no signal that it has no handler for
    args: [
      ...["run", "--rm", "--name", name, "--network=host", "--volume", `${folder}:/srv`, "buildseal/consumers"],
      ...["sh", "-c", `trap 'kill $!' TERM\n${script} &\nwait $!`],
    ],
    env: engine.env,
    logFile: join(state.path, "log"),
    ready,
    readyWithinMs: 60_000,
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    state.remove();
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

/** A line of an htpasswd file in a form that every server takes, by what `node:crypto` has. */
export function htpasswdLine(user: string, password: string): string {
  return `${user}:{SHA}${createHash("sha1").update(password).digest("base64")}\n`;
}
