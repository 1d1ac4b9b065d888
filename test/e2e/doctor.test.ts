import { once } from "node:events";
import { createServer, request as requestHttp } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal, startBuildseal } from "./buildseal.ts";
import { createProject, unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld } from "./sccache-world.ts";
import { findFreePort } from "./service/free-port.ts";
import { watchValue } from "./value.ts";

let world: SccacheWorld;
/** The job's variables, with an STS that can be asked from here. */
let variables: Record<string, string>;
beforeAll(async () => {
  world = await startSccacheWorld();
  variables = { ...world.variables, AWS_ENDPOINT_URL_STS: world.sts.url };
});
afterAll(() => world.stop());

type Check = { readonly id: string; readonly state: string; readonly says: string; readonly remedy?: string };

type Doctor = { readonly outcome: Outcome; readonly checks: readonly Check[]; readonly errors: readonly string[] };

/** Runs the doctor in a folder of its own. */
async function doctor(
  more: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
  args: readonly string[] = ["--with", "sccache"],
): Promise<Doctor> {
  const project = await createProject(files);
  const options = { env: world.engine.env, variables: { ...variables, ...more }, cwd: project.folder };
  const outcome = await runBuildseal(["doctor", "--format", "json", ...args], options);
  const { version, checks } = JSON.parse(outcome.stdout) as { version: number; checks: Check[] };
  expect(version).toBe(1);
  for (const { state, remedy, says } of checks) {
    if (remedy !== undefined) expect(["error", "warning"], says).toContain(state);
  }
  return { outcome, checks, errors: checks.filter(({ state }) => state === "error").map(({ id }) => id) };
}

const said = ({ checks }: Doctor, id: string): string => checks.find((check) => check.id === id)?.says ?? "";
const probes = async (): Promise<string[]> =>
  (await world.minio.listObjects(bucket)).filter((name) => name.includes("buildseal-doctor"));

describe("buildseal doctor", () => {
  test("finds all well in a job that has everything, and leaves nothing in the bucket", async () => {
    const found = await doctor();
    expect(found.errors, found.outcome.output).toEqual([]);
    expect(found.outcome.status, found.outcome.output).toBe(0);
    const wellIds = found.checks.filter(({ state }) => state === "ok").map(({ id }) => id);
    for (const id of ["machine.memory", "machine.clock", "docker.programs", "docker.builder", "identity.irsa"]) {
      expect(wellIds).toContain(id);
    }
    for (const part of ["region", "read", "write", "delete"]) expect(wellIds).toContain(`bucket.${bucket}.${part}`);
    expect(said(found, "identity.irsa")).toContain(jobClaims.subject);
    expect(said(found, "identity.irsa")).toContain(jobClaims.audience);
    expect(await probes()).toEqual([]);
  });

  test("is one screen of at most 80 columns, coloured where that is asked for", async () => {
    const project = await createProject({});
    const options = { env: world.engine.env, cwd: project.folder };
    const plain = await runBuildseal(["doctor", "--with", "sccache"], { ...options, variables });
    expect(plain.status, plain.output).toBe(0);
    const lines = plain.stdout.trimEnd().split("\n");
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThan(50);
    expect(plain.stdout).toMatch(/^ {2}✓ /m);
    expect(plain.stdout).not.toMatch(/[✗\u001b]/);
    const coloured = await runBuildseal(["doctor"], { ...options, variables: { ...variables, FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[32m✓");
  });

  test("names a token for another audience", async () => {
    await world.setToken(world.issuer.issue({ ...jobClaims, audience: "other.example" }));
    const found = await doctor();
    await world.setToken(world.issuer.issue(jobClaims));
    expect(found.outcome.status).toBe(1);
    expect(found.errors).toEqual(["secret.aws-identity"]);
    expect(said(found, "secret.aws-identity")).toMatch(/other\.example.*sts\.amazonaws\.com/);
  });

  test("names a token that STS refuses, and a role that is none", async () => {
    await world.setToken(world.issuer.issueWronglySigned(jobClaims));
    const unsigned = await doctor();
    await world.setToken(world.issuer.issue(jobClaims));
    expect(unsigned.outcome.status).toBe(1);
    expect(unsigned.errors.some((id) => /^(?:secret\.aws|bucket\.)/.test(id))).toBe(true);
    const other = await doctor({ AWS_ROLE_ARN: "arn:minio:iam:us-west-2::role/revoked" });
    expect(other.outcome.status).toBe(1);
    expect(
      other.checks
        .filter(({ state }) => state === "error")
        .map(({ says }) => says)
        .join(),
    ).toContain("revoked");
  });

  test("names a bucket that is not there, one in another region, and one without a region", async () => {
    const missing = await doctor({ SCCACHE_BUCKET: "not-there" });
    expect(missing.outcome.status).toBe(1);
    expect(missing.errors).toEqual(["bucket.not-there.read"]);
    expect(said(missing, "bucket.not-there.read")).toContain("NoSuchBucket");

    const elsewhere = await doctor({ SCCACHE_REGION: "eu-west-1" });
    expect(elsewhere.errors).toEqual([`bucket.${bucket}.read`]);
    expect(said(elsewhere, `bucket.${bucket}.read`)).toContain(world.minio.region);

    const { SCCACHE_REGION: _, AWS_REGION: __, ...without } = variables;
    const project = await createProject({});
    const nowhere = await runBuildseal(["doctor", "--with", "sccache"], {
      env: world.engine.env,
      variables: without,
      cwd: project.folder,
    });
    expect(nowhere.status, nowhere.output).toBe(1);
    expect(nowhere.stdout).toContain("no region is known");
  });

  test("names what may only be read, where a build would write", async () => {
    const config = `version: 1
secrets:
  aws-identity: { from: aws-session, policy: { bucket: ${bucket}, access: read, list: bucket } }
grants: [{ with: sccache }]
`;
    const found = await doctor({}, { "buildseal.yaml": config }, []);
    expect(found.outcome.status, found.outcome.output).toBe(1);
    expect(said(found, `bucket.${bucket}.read`)).toContain("may be read");
    expect(found.errors, found.outcome.output).toEqual([`bucket.${bucket}.write`]);
    expect(said(found, `bucket.${bucket}.write`)).toContain("AccessDenied");
    expect(await probes()).toEqual([]);
    const reader = await doctor({ SCCACHE_S3_RW_MODE: "READ_ONLY" }, { "buildseal.yaml": config }, []);
    expect(reader.outcome.status, reader.outcome.output).toBe(0);
  });

  test("has the probe deleted by the whole role where its own session may not", async () => {
    const config = `version: 1
secrets:
  aws-identity: { from: aws-session, policy: { bucket: ${bucket}, list: bucket } }
grants: [{ with: sccache }]
`;
    const found = await doctor({}, { "buildseal.yaml": config }, []);
    expect(found.outcome.status, found.outcome.output).toBe(0);
    expect(found.checks.find(({ id }) => id === `bucket.${bucket}.delete`)?.state).toBe("ok");
    expect(await probes()).toEqual([]);
  });

  test("names an endpoint where nobody answers", async () => {
    const found = await doctor({ SCCACHE_ENDPOINT: `http://127.0.0.1:${await findFreePort()}` });
    expect(found.outcome.status).toBe(1);
    expect(found.errors).toEqual([`bucket.${bucket}.read`]);
    expect(said(found, `bucket.${bucket}.read`)).toContain("ECONNREFUSED");
  });

  test("names a clock that is off, by what time a server says it is", async () => {
    await using front = await startFront(world.minio.endpoint, { lateMs: 10 * 60_000 });
    const found = await doctor({ SCCACHE_ENDPOINT: front.url, AWS_ENDPOINT_URL_STS: front.url });
    expect(found.errors, found.outcome.output).toEqual(["machine.clock"]);
    expect(said(found, "machine.clock")).toMatch(/10 minutes ahead/);
    expect(found.outcome.status).toBe(1);
    const lenient = await doctor({ SCCACHE_ENDPOINT: front.url, AWS_ENDPOINT_URL_STS: front.url }, {}, [
      "--with",
      "sccache",
      "--fail-on",
      "never",
    ]);
    expect(lenient.outcome.status).toBe(0);
  });

  test("takes the probe away when it is ended in the midst of it", async () => {
    const put = Promise.withResolvers<void>();
    const mayGoOn = Promise.withResolvers<void>();
    // the object is there before anybody hears of it
    await using front = await startFront(world.minio.endpoint, {
      after: async (method) => {
        if (method !== "PUT") return;
        put.resolve();
        await mayGoOn.promise;
      },
    });
    const project = await createProject({});
    const running = startBuildseal(["doctor", "--with", "sccache"], {
      env: world.engine.env,
      variables: { ...variables, SCCACHE_ENDPOINT: front.url },
      cwd: project.folder,
    });
    await put.promise;
    expect(await probes()).toHaveLength(1);
    running.kill("SIGINT");
    const outcome = await running.ended;
    mayGoOn.resolve();
    expect(outcome.status, outcome.output).toBe(130);
    expect(await probes()).toEqual([]);
  });

  test("asks nobody for a secret in a dry run, and writes nothing", async () => {
    const before = world.sts.count();
    const found = await doctor({}, {}, ["--with", "sccache", "--dry-run"]);
    expect(found.outcome.status, found.outcome.output).toBe(0);
    expect(world.sts.count()).toBe(before);
    expect(found.checks.map(({ id }) => id)).not.toContain(`bucket.${bucket}.write`);
  });

  test("names Docker where there is none", async () => {
    const empty = await createProject({});
    const options = {
      env: { ...world.engine.env, PATH: empty.folder, DOCKER_CONFIG: empty.folder },
      variables,
      cwd: empty.folder,
    };
    const outcome = await runBuildseal(["doctor", "--format", "json"], options);
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.stdout).toContain('"docker.programs"');
    expect(outcome.stdout).toMatch(/no docker program on PATH|no buildx/);
  });

  test("cannot do its job without a configuration that can be read, or with words that it does not know", async () => {
    const project = await createProject({ "buildseal.yaml": "version: 1\nsecret: {}\n" });
    const options = { env: world.engine.env, variables, cwd: project.folder };
    expect((await runBuildseal(["doctor"], options)).status).toBe(2);
    expect((await runBuildseal(["doctor", "now"], options)).status).toBe(2);
    expect((await runBuildseal(["doctor", "--format", "xml"], options)).status).toBe(2);
  });
});

describe("the start of a build", () => {
  const build = async (more: Readonly<Record<string, string>>): Promise<Outcome> => {
    const project = await createProject({
      // long enough that an answer on loopback comes before the end
      Dockerfile: `FROM buildseal/busybox\n# buildseal: with=sccache\nRUN : ${unique()} && sleep 3\n`,
    });
    return world.build(project, [], { variables: { ...variables, ...more } });
  };

  test("warns of a bucket that the build could not use, and builds", async () => {
    const outcome = await build({ SCCACHE_BUCKET: "not-there" });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/warning: not-there .*NoSuchBucket\)\. Steps that use sccache run uncached/);
  });

  test("warns of an identity that STS refuses", async () => {
    await world.setToken(watchValue(world.issuer.issueWronglySigned(jobClaims)));
    const outcome = await build({});
    await world.setToken(world.issuer.issue(jobClaims));
    // where the recipe brings a session, the build says so itself
    expect(outcome.stderr).toMatch(/gives no session/);
  });

  test("says nothing, and writes nothing, where all is well", async () => {
    const outcome = await build({});
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).not.toContain("uncached");
    expect(await probes()).toEqual([]);
  });
});

type Faults = {
  /** Its answers say that it is so long ago. */
  readonly lateMs?: number;
  /** When a request was done, before its answer is handed back. */
  readonly after?: (method: string) => Promise<void>;
};

/** Hands on to a store. */
async function startFront(to: string, { lateMs = 0, after }: Faults): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const { method = "", headers, url } = request;
    const onward = requestHttp(new URL(url ?? "/", to), { method, headers }, async (answer) => {
      await after?.(method);
      const date = new Date(Date.now() - lateMs).toUTCString();
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
