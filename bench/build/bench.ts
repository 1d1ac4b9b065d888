import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../test/e2e/service/engine.ts";
import type { Run } from "../in-turn.ts";
import { program, withNode } from "../program.ts";

/** What the measurements share: an engine, both programs, and projects whose step gets one secret. */
export type Bench = {
  readonly engine: Engine;
  readonly docker: (...args: readonly string[]) => Run;
  readonly buildseal: (...args: readonly string[]) => Run;
  /** A project that buildseal grants its secret to: its folder. */
  readonly granted: (dockerfile: string) => string;
  /** The same with the mount written by hand, or with none. */
  readonly plain: (dockerfile: string) => string;
};

/** What `docker buildx build` needs for a mount by hand of what `granted` grants. */
export const handMount = "--mount=type=secret,id=tok,target=/run/secrets/tok,required=true";
export const handSecret = "--secret=id=tok,env=BENCH_TOKEN";

const configuration = `version: 1
secrets: { tok: { from: env, name: BENCH_TOKEN } }
grants: [{ secret: tok, steps: { run: "." }, as: { target: /run/secrets/tok } }]
`;

export function createBench(engine: Engine, folder: string): Bench {
  const environment = { ...engine.env, BENCH_TOKEN: randomBytes(30).toString("base64") };
  const plain = (dockerfile: string): string => {
    const path = mkdtempSync(join(folder, "project-"));
    writeFileSync(join(path, "Dockerfile"), dockerfile);
    return path;
  };
  return {
    engine,
    docker: (...args) => ({ command: ["docker", ...args], environment }),
    buildseal: (...args) => ({ command: [program, "build", ...args], environment: withNode(environment) }),
    plain,
    granted: (dockerfile) => {
      const path = plain(dockerfile);
      writeFileSync(join(path, "buildseal.yaml"), configuration);
      return path;
    },
  };
}
