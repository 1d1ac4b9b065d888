import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { searchImage } from "./image-content.ts";
import { createProject, unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld, statisticsIn, variablesIn } from "./sccache-world.ts";
import type { AwsKeys } from "./service/aws-signature.ts";
import { startStsRecorder } from "./sts-recorder.ts";
import { watchValue } from "./value.ts";

let world: SccacheWorld;
beforeAll(async () => {
  world = await startSccacheWorld(0);
  await world.engine.loadImage("consumers");
});
afterAll(() => world.stop());
beforeEach(() => world.setToken(world.issuer.issue(jobClaims)));

/** STS is MinIO's own, behind the recorder that watches for the keys it gives. */
const variables = () => ({ ...world.variables, AWS_ENDPOINT_URL_STS: world.sts.url });

/** A build whose one step copies its credentials file into the image: what only a test may do, to use them from here. */
async function sessionOf(source: string): Promise<{ keys: AwsKeys; output: string }> {
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox
RUN : ${unique()} && base64 /run/secrets/session | tr 'A-Za-z' 'N-ZA-Mn-za-m' > /turned
`,
    "buildseal.yaml": `version: 1
secrets:
  session: ${source}
grants: [{ secret: session, steps: { run: base64 } }]
`,
  });
  const outcome = await world.build(project, ["--seal-scan=warn", "-o", `type=local,dest=${project.path("../out")}`], {
    variables: variables(),
  });
  expect(outcome.status, outcome.output).toBe(0);
  const turned = await readFile(project.path("../out/turned"), "utf8");
  const back = turned.replaceAll(/[A-Za-z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
  const file = Buffer.from(back, "base64").toString();
  const of = (key: string) => watchValue(new RegExp(`^${key} = (.*)$`, "m").exec(file)?.[1] ?? "");
  return {
    keys: {
      accessKeyId: of("aws_access_key_id"),
      secretAccessKey: of("aws_secret_access_key"),
      sessionToken: of("aws_session_token"),
    },
    output: outcome.output,
  };
}

const body = () => new Uint8Array(randomBytes(20));

describe("a session that is narrowed to a prefix", () => {
  test("reads, writes and lists there, and nowhere else", async () => {
    const inside = `/${bucket}/team/one/${unique()}`;
    const outside = `/${bucket}/team/other-${unique()}`;
    expect((await world.minio.request("PUT", outside, { body: body() })).status).toBe(200);
    await world.minio.createBucket("elsewhere");

    const { keys } = await sessionOf(`{ from: aws-session, policy: { bucket: ${bucket}, prefix: team/one } }`);
    const ask = async (method: string, path: string) =>
      (await world.minio.request(method, path, { keys, ...(method === "PUT" && { body: body() }) })).status;
    expect(await ask("PUT", inside)).toBe(200);
    expect(await ask("GET", inside)).toBe(200);
    expect(await ask("GET", `/${bucket}?list-type=2&prefix=team%2Fone%2F`)).toBe(200);

    expect(await ask("GET", outside)).toBe(403);
    expect(await ask("PUT", outside)).toBe(403);
    expect(await ask("PUT", `/${bucket}/team/one-more`)).toBe(403);
    expect(await ask("DELETE", inside)).toBe(403);
    expect(await ask("GET", `/${bucket}?list-type=2&prefix=team`)).toBe(403);
    expect(await ask("GET", `/${bucket}?list-type=2`)).toBe(403);
    expect(await ask("PUT", `/elsewhere/${unique()}`)).toBe(403);
    expect(await ask("GET", "/elsewhere?list-type=2")).toBe(403);
  });

  test("only reads where that is asked for", async () => {
    const inside = `/${bucket}/team/two/${unique()}`;
    expect((await world.minio.request("PUT", inside, { body: body() })).status).toBe(200);
    const { keys } = await sessionOf(
      `{ from: aws-session, policy: { bucket: ${bucket}, prefix: team/two, access: read } }`,
    );
    expect((await world.minio.request("GET", inside, { keys })).status).toBe(200);
    expect((await world.minio.request("PUT", inside, { keys, body: body() })).status).toBe(403);
  });
});

describe("a build that outlives its session several times over", () => {
  test("has another one in each step, which the store takes", async () => {
    await using sts = await startStsRecorder(world.minio.endpoint, 12);
    const object = `/${bucket}/long/${unique()}`;
    expect((await world.minio.request("PUT", object, { body: body() })).status).toBe(200);
    const step = () =>
      `RUN : ${unique()} && aws --endpoint-url ${world.minio.endpoint} s3 cp s3:/${object} /tmp/fetched && echo "took $(sha256sum </root/.aws/credentials)" && sleep 5`;
    const project = await createProject({
      Dockerfile: `FROM buildseal/consumers\n${[1, 2, 3, 4].map(step).join("\n")}\n`,
      "buildseal.yaml": "version: 1\ngrants: [{ with: aws }]\n",
    });
    const outcome = await world.build(project, ["--seal-scan=off", "-o", "type=cacheonly"], {
      variables: { ...variables(), AWS_ENDPOINT_URL_STS: sts.url },
      report: true,
    });
    expect(outcome.status, outcome.output).toBe(0);
    const taken = [...outcome.output.matchAll(/\btook ([0-9a-f]{64})/g)].map(([, hash]) => hash);
    expect(taken).toHaveLength(4);
    expect(new Set(taken).size).toBeGreaterThanOrEqual(3);
    expect(sts.count()).toBeGreaterThanOrEqual(3);
  });
});

describe("a build --seal-with sccache by a session", () => {
  const config = (more = "") => `version: 1
grants:
  - with: sccache
    options: { credentials: session, useSsl: false, endpoint: "${world.minio.endpoint}", keyPrefix: by/session${more} }
`;

  test("fills its prefix of the bucket and takes from it, with nothing in the step's environment", async () => {
    const project = await world.createConfigured({ "buildseal.yaml": config() });
    const image = `by-session:${unique()}`;
    const build = (round: number) =>
      world.build(project, ["--build-arg", `RUN_NUMBER=${round}`, "-t", image], { variables: variables() });
    const first = await build(1);
    expect(first.status, first.output).toBe(0);
    expect(statisticsIn(first), first.output).toMatchObject({
      hits: 0,
      misses: 1,
      location: expect.stringContaining(bucket),
    });
    expect((await world.minio.listObjects(bucket, "by/session/")).length).toBeGreaterThanOrEqual(2);
    expect(variablesIn(first).filter((name) => /AWS|SCCACHE/.test(name))).toEqual([]);
    const second = await build(2);
    expect(statisticsIn(second), second.output).toMatchObject({ hits: 1, misses: 0 });
    expect(await searchImage(world.engine, image)).toEqual([]);
  });

  test("of a pull request takes from the cache and leaves nothing in it", async () => {
    const project = await world.createConfigured({ "buildseal.yaml": config() });
    const inPullRequest = {
      ...variables(),
      GITLAB_CI: "true",
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_PROJECT_PATH: "us/it",
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "us/it",
    };
    const before = await world.minio.listObjects(bucket, "by/session/");
    const outcome = await world.build(project, ["--build-arg", "RUN_NUMBER=3"], { variables: inPullRequest });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toContain("for a pull request the session only reads");
    expect(await world.minio.listObjects(bucket, "by/session/")).toEqual(before);
  });

  test("of a fork gets nothing, and only reads where a policy says so", async () => {
    const project = await world.createConfigured({ "buildseal.yaml": config() });
    const outside = await createProject({ "policy.yaml": "version: 1\nforks: read-only\n" });
    const inFork = {
      ...variables(),
      GITLAB_CI: "true",
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_PROJECT_PATH: "us/it",
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "them/it",
    };
    const minted = world.sts.count();
    const without = await world.build(project, ["--build-arg", "RUN_NUMBER=4"], { variables: inFork });
    expect(without.status, without.output).toBe(0);
    expect(without.stderr).toMatch(/recipe sccache is left out/);
    expect(world.sts.count()).toBe(minted);

    const before = await world.minio.listObjects(bucket, "by/session/");
    const reading = await world.build(project, ["--build-arg", "RUN_NUMBER=5"], {
      variables: { ...inFork, BUILDSEAL_POLICY: outside.path("policy.yaml") },
    });
    expect(reading.status, reading.output).toBe(0);
    expect(world.sts.count()).toBe(minted + 1);
    expect(statisticsIn(reading), reading.output).toMatchObject({ location: expect.stringContaining(bucket) });
    expect(await world.minio.listObjects(bucket, "by/session/")).toEqual(before);
  });

  test("ends before it begins where STS refuses the token, with the sentence for it", async () => {
    await world.setToken(world.issuer.issueWronglySigned(jobClaims));
    const project = await world.createConfigured({ "buildseal.yaml": config() });
    const outcome = await world.build(project, [], { variables: variables() });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(
      /gives no session of .*(?:verification error|InvalidParameterValue|InvalidIdentityToken)/,
    );
    expect(outcome.output).not.toContain("autoconf");
  });
});
