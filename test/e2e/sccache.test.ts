import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDocker } from "./docker.ts";
import { searchImage } from "./image-content.ts";
import { unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld, statisticsIn, variablesIn } from "./sccache-world.ts";

let world: SccacheWorld;
beforeAll(async () => {
  world = await startSccacheWorld();
});
afterAll(() => world.stop());

const isStaticKey = (name: string): boolean => /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/.test(name);

describe("a build --seal-with sccache", () => {
  test("fills the bucket, and a second one with another build argument takes from it", async () => {
    const project = await world.createConfigured();
    const [cold, warm] = [`cold:${unique()}`, `warm:${unique()}`];
    const whole = ["--target", "compiled"];
    const args = ["--seal-with", "sccache", "--build-arg"];
    const first = await world.build(project, [...whole, ...args, "RUN_NUMBER=1", "-t", cold]);
    expect(first.status, first.output).toBe(0);
    expect(statisticsIn(first)).toMatchObject({ hits: 0, misses: 1, location: expect.stringContaining(bucket) });
    expect((await world.minio.listObjects(bucket)).length).toBeGreaterThanOrEqual(2);

    const second = await world.build(project, [...args, "RUN_NUMBER=2", "-t", warm]);
    expect(second.status, second.output).toBe(0);
    expect(statisticsIn(second)).toMatchObject({ hits: 1, misses: 0 });

    for (const outcome of [first, second]) {
      expect(variablesIn(outcome)).toContain("AWS_ROLE_ARN");
      expect(variablesIn(outcome).filter(isStaticKey)).toEqual([]);
    }
    // The token, and the keys that the steps minted with it, which only STS and they know.
    expect(world.sts.count()).toBeGreaterThanOrEqual(2);
    for (const image of [cold, warm]) expect(await searchImage(world.engine, image)).toEqual([]);
  });

  test("in the form of files leaves the step's environment as it was, and configure nothing to write down", async () => {
    const project = await world.createConfigured({
      "buildseal.yaml": `version: 1
grants:
  - with: sccache
    options: { form: files, useSsl: false, endpoint: "${world.minio.endpoint}" }
`,
    });
    const byFiles = `by-files:${unique()}`;
    const outcome = await world.build(project, ["--build-arg", "RUN_NUMBER=1", "-t", byFiles]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(statisticsIn(outcome)).toMatchObject({ hits: 0, misses: 1, location: expect.stringContaining(bucket) });
    expect(variablesIn(outcome).length).toBeGreaterThan(0);
    expect(variablesIn(outcome).filter((name) => /AWS|SCCACHE/.test(name))).toEqual([]);

    // Neither a value nor the role, the token's path or the bucket: configure was told nothing.
    const written = "cat /src/config.log /src/config.status; ls -R /root /run/secrets";
    const { stdout } = await runDocker(["run", "--rm", "--network=none", byFiles, "sh", "-c", written], world.engine);
    for (const told of [world.minio.roleArn, "/run/secrets/aws-identity", "aws-identity-token"]) {
      expect(stdout.toString()).not.toContain(told);
    }
    expect(await searchImage(world.engine, byFiles, [world.minio.roleArn])).toEqual([]);
  });

  test("by a user that is not root reads what it was granted", async () => {
    const project = await world.createConfigured();
    await project.write(
      "Dockerfile",
      `FROM buildseal/toolchain AS compiled
ENV SSL_CERT_FILE=/src/ca.pem
COPY --chown=app . /src
WORKDIR /src
USER app
RUN cp main.c own.c && export SCCACHE_SERVER_UDS=/tmp/sccache && sccache gcc -c own.c -o own.o && sccache --show-stats && sccache --stop-server >/dev/null
FROM buildseal/busybox
COPY --from=compiled /src/own.o /
`,
    );
    const outcome = await world.build(project, ["--seal-with", "sccache"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(statisticsIn(outcome)).toMatchObject({ misses: 1, location: expect.stringContaining(bucket) });
  });

  test("keeps to a read-only cache and to a prefix where the options say so", async () => {
    const prefix = "team/one";
    const config = (mode: string): string => `version: 1
grants:
  - with: sccache
    options: { mode: ${mode}, keyPrefix: ${prefix}, useSsl: false }
`;
    const project = await world.createConfigured({ "buildseal.yaml": config("read-write") });
    const filling = await world.build(project, ["--build-arg", "RUN_NUMBER=1"]);
    expect(filling.status, filling.output).toBe(0);
    const filled = await world.minio.listObjects(bucket, prefix);
    expect(filled.length).toBeGreaterThan(0);

    await project.write("buildseal.yaml", config("read-only"));
    const hitting = await world.build(project, ["--build-arg", "RUN_NUMBER=2"]);
    expect(statisticsIn(hitting), hitting.output).toMatchObject({ hits: 1 });
    await project.write("main.c", "int another(void) { return 2; }\n");
    const missing = await world.build(project, ["--build-arg", "RUN_NUMBER=3"]);
    expect(statisticsIn(missing), missing.output).toMatchObject({ hits: 0 });
    expect(await world.minio.listObjects(bucket, prefix)).toEqual(filled);
  });
});

describe("a job without an identity", () => {
  const withoutIdentity = () =>
    Object.fromEntries(
      Object.entries(world.variables).filter(([name]) => !/^AWS_(?:ROLE_ARN|WEB_IDENTITY_TOKEN_FILE)$/.test(name)),
    );

  test("is built uncached, and that is said", async () => {
    const project = await world.createConfigured();
    const before = await world.minio.listObjects(bucket);
    const outcome = await world.build(project, ["--seal-with", "sccache"], { variables: withoutIdentity() });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/warning: recipe sccache is left out.*uncached.*AWS_WEB_IDENTITY_TOKEN_FILE/);
    expect(statisticsIn(outcome)?.location).not.toContain(bucket);
    expect(await world.minio.listObjects(bucket)).toEqual(before);
  });

  test("is an error with --seal-require-identity, before anything is built", async () => {
    const project = await world.createConfigured();
    const outcome = await world.build(project, ["--seal-with", "sccache", "--seal-require-identity"], {
      variables: withoutIdentity(),
    });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("no identity");
    expect(outcome.output).not.toContain("autoconf");
  });

  test("may name a role all the same, which nothing is there to assume", async () => {
    const project = await world.createConfigured();
    const role = { AWS_ROLE_ARN: world.variables["AWS_ROLE_ARN"]! };
    const outcome = await world.build(project, ["--seal-with", "sccache", "--seal-require-identity"], {
      variables: { ...withoutIdentity(), ...role },
    });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/no identity .*irsa: AWS_WEB_IDENTITY_TOKEN_FILE is not set \(AWS_ROLE_ARN is\)/);
  });

  test("gets none for a fork's pull request, though the runner has one", async () => {
    const project = await world.createConfigured();
    const event = await project.write(
      "../event.json",
      JSON.stringify({
        pull_request: { head: { repo: { full_name: "stranger/fork" } }, base: { repo: { full_name: "us/it" } } },
      }),
    );
    const before = world.sts.count();
    const outcome = await world.build(project, ["--seal-with", "sccache"], {
      variables: {
        ...world.variables,
        GITHUB_EVENT_NAME: "pull_request_target",
        GITHUB_EVENT_PATH: event,
        GITHUB_REPOSITORY: "us/it",
      },
    });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/warning: recipe sccache is left out.*stranger\/fork/);
    expect(world.sts.count()).toBe(before);
  });
});

describe("what is wrong before the build", () => {
  test.each([
    { what: "an expired token", token: () => world.issuer.issue({ ...jobClaims, lifeSeconds: -120 }), says: /expired/ },
    {
      what: "a token for another audience",
      token: () => world.issuer.issue({ ...jobClaims, audience: "vault" }),
      says: /audience "?vault/,
    },
    { what: "an empty token file", token: () => "", says: /is empty/ },
    { what: "a file that holds no token", token: () => "no token at all", says: /JWT/ },
  ])("$what has a sentence of its own and stops it there", async ({ token, says }) => {
    const project = await world.createConfigured();
    const text = token();
    await (text.startsWith("eyJ") ? world.setToken(text) : world.token.rotate(text));
    try {
      const outcome = await world.build(project, ["--seal-with", "sccache"]);
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toMatch(says);
      expect(outcome.output).not.toContain("autoconf");
    } finally {
      await world.setToken(world.issuer.issue(jobClaims));
    }
  });

  test("half an identity has a sentence of its own and stops it there", async () => {
    const project = await world.createConfigured();
    const { AWS_ROLE_ARN: _, AWS_WEB_IDENTITY_TOKEN_FILE, ...rest } = world.variables;
    const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{ ...rest, AWS_WEB_IDENTITY_TOKEN_FILE: AWS_WEB_IDENTITY_TOKEN_FILE! }, /no role/],
      [{ ...world.variables, AWS_ROLE_ARN: "" }, /no role/],
      [{ ...world.variables, AWS_ROLE_ARN: "admin" }, /not the ARN of a role/],
      [{ ...world.variables, AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token" }, /\/nowhere\/token/],
      [{ ...world.variables, AWS_WEB_IDENTITY_TOKEN_FILE: project.folder }, /director/],
    ];
    for (const [variables, says] of cases) {
      const outcome = await world.build(project, ["--seal-with", "sccache"], { variables });
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toMatch(says);
    }
  });
});

describe("what only the step can know", () => {
  /** Builds in a world that is broken, and gives what was said of it. */
  const failing = async (variables: Readonly<Record<string, string>> = world.variables): Promise<string> => {
    const project = await world.createConfigured();
    const never = `never:${unique()}`;
    const outcome = await world.build(project, ["--seal-with", "sccache", "-t", never], { variables });
    expect(outcome.status, outcome.output).toBe(1);
    expect((await runDocker(["image", "inspect", never], world.engine)).status).not.toBe(0);
    return outcome.stderr;
  };

  test("a wrong signature is told in STS's words", async () => {
    await world.setToken(world.issuer.issueWronglySigned(jobClaims));
    try {
      expect(await failing()).toMatch(/verification error|InvalidParameterValue/);
    } finally {
      await world.setToken(world.issuer.issue(jobClaims));
    }
  });

  test("a role that is not there is told in STS's words", async () => {
    const wrong = world.minio.roleArn.replace(/role\/.*/, "role/nobody");
    expect(await failing({ ...world.variables, AWS_ROLE_ARN: wrong })).toMatch(/[Rr]ole/);
  });

  test("an STS that is down is told, and the token that sccache prints then is masked", async () => {
    world.front.answer = "503";
    try {
      expect(await failing()).toMatch(/503|Service Unavailable/);
      world.front.answer = "refuse";
      const said = await failing();
      expect(said).toContain("sts.us-west-2.amazonaws.com");
      expect(said).toContain("[secret aws-identity");
    } finally {
      world.front.answer = "pass";
    }
  });

  test("an S3 that is down is told with its address", async () => {
    const nobody = "http://127.0.0.1:9";
    expect(await failing({ ...world.variables, SCCACHE_ENDPOINT: nobody })).toContain("127.0.0.1:9");
  });

  test("a bucket that is missing is told", async () => {
    expect(await failing({ ...world.variables, SCCACHE_BUCKET: "not-there" })).toMatch(
      /NoSuchBucket|bucket does not exist/,
    );
  });
});
