import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Outcome, type RunOptions, runBuildseal } from "./buildseal.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, type Project, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type Minio, startMinio } from "./service/minio.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { type ProjectedToken, startProjectedToken } from "./service/projected-token.ts";
import { type StsFront, startStsFront } from "./service/sts-front.ts";
import { type StsRecorder, startStsRecorder } from "./sts-recorder.ts";
import { watchValue } from "./value.ts";

const configured = fileURLToPath(new URL("../../fixtures/e2e/configured", import.meta.url));

export const bucket = "compiled";
export const jobClaims = { audience: "sts.amazonaws.com", subject: "system:serviceaccount:ci:runner" };

/** Everything that a job with IRSA and a bucket has, of real parts. */
export interface SccacheWorld {
  readonly engine: Engine;
  readonly issuer: OidcIssuer;
  readonly minio: Minio;
  readonly sts: StsRecorder;
  readonly front: StsFront;
  readonly token: ProjectedToken;
  /** Makes the runner's token file hold this token. */
  setToken(token: string): Promise<void>;
  /** The variables of the job: identity, and where the cache is. */
  readonly variables: Readonly<Record<string, string>>;
  /** A project whose one step configures and compiles through sccache. */
  createConfigured(files?: Readonly<Record<string, string>>): Promise<Project>;
  build(project: Project, args: readonly string[], options?: Partial<RunOptions>): Promise<Outcome>;
  stop(): Promise<void>;
}

/** @param frontPort where STS's name answers: sccache asks 443 alone, which one test file at a time can have; 0: any free one */
export async function startSccacheWorld(frontPort = 443): Promise<SccacheWorld> {
  const open: { stop(): Promise<void> }[] = [];
  const opened = <Service extends { stop(): Promise<void> }>(service: Service): Service => {
    open.push(service);
    return service;
  };
  const stop = async (): Promise<void> => {
    for (const service of open.reverse()) await service.stop();
  };
  try {
    const engine = opened(await openEngine("new"));
    await engine.loadImage("toolchain");
    const issuer = opened(await startOidcIssuer());
    const minio = opened(await startMinio({ issuerUrl: issuer.url, buckets: [bucket] }));
    const sts = opened(await startStsRecorder(minio.endpoint));
    const front = opened(await startStsFront({ stsEndpoint: sts.url, port: frontPort }));
    const token = opened(await startProjectedToken(watchValue(issuer.issue(jobClaims))));
    const variables = {
      AWS_WEB_IDENTITY_TOKEN_FILE: token.file,
      AWS_ROLE_ARN: minio.roleArn,
      AWS_REGION: minio.region,
      SCCACHE_BUCKET: bucket,
      SCCACHE_REGION: minio.region,
      SCCACHE_ENDPOINT: minio.endpoint,
      SCCACHE_S3_USE_SSL: "false",
    };
    return {
      engine,
      issuer,
      minio,
      sts,
      front,
      token,
      setToken: (value) => token.rotate(watchValue(value)),
      variables,
      async createConfigured(files = {}) {
        const project = await createProject({});
        await cp(configured, project.folder, { recursive: true });
        await cp(front.caFile, project.path("ca.pem"));
        // A source of its own: nobody has compiled it before.
        await project.write("main.c", `int ${unique()}(void) { return 1; }\n`);
        for (const [name, content] of Object.entries(files)) await project.write(name, content);
        return project;
      },
      build: (project, args, options = {}) =>
        runBuildseal(["build", "--network=host", "--add-host", `${front.name}:127.0.0.1`, ...args, project.folder], {
          env: engine.env,
          ...options,
          variables: options.variables ?? variables,
        }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What sccache's own statistics say in a build's log; undefined where it printed none. */
export function statisticsIn({ output }: Outcome): { hits: number; misses: number; location: string } | undefined {
  const number = (name: string): number => Number(new RegExp(`${name}\\s+(\\d+)`).exec(output)?.[1]);
  const location = /Cache location\s+(.*)/.exec(output)?.[1]?.trim();
  return location === undefined ? undefined : { hits: number("Cache hits"), misses: number("Cache misses"), location };
}

/** The names of the variables that the step had, as it printed them. */
export const variablesIn = ({ output }: Outcome): string[] =>
  [...output.matchAll(/^.*\bvariable ([A-Za-z_]\w*)\s*$/gm)].map((match) => match[1]!);
