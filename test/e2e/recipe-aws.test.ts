import { chmodSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { searchImage } from "./image-content.ts";
import { unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld } from "./sccache-world.ts";
import { startStsRecorder } from "./sts-recorder.ts";

let world: SccacheWorld;
const object = `assets/${unique()}`;
const content = unique();
beforeAll(async () => {
  world = await startSccacheWorld(0);
  await world.engine.loadImage("consumers");
  const { ok } = await world.minio.request("PUT", `/${bucket}/${object}`, { body: new TextEncoder().encode(content) });
  if (!ok) throw new Error("the object could not be stored");
});
afterAll(() => world.stop());

const fetching = () => `aws --endpoint-url ${world.minio.endpoint} s3 cp s3://${bucket}/${object} /tmp/fetched`;

/** The steps on an image with the AWS CLI: of that the result has what they may have left, not the tools. */
async function build(steps: string, options = "{}", args: readonly string[] = ["--seal-config", "aws.yaml"]) {
  const project = await world.createConfigured({
    "aws.yaml": `version: 1\ngrants: [{ with: aws, options: ${options} }]\n`,
    Dockerfile: `FROM buildseal/consumers AS tried
COPY ca.pem /ca.pem
${steps}
FROM buildseal/busybox
${["/root", "/home", "/tmp", "/run", "/var/tmp"].map((folder) => `COPY --from=tried ${folder} ${folder}`).join("\n")}
`,
  });
  const image = `aws:${unique()}`;
  const config = args.map((arg) => (arg === "aws.yaml" ? project.path(arg) : arg));
  const outcome = await world.build(project, [...config, "-t", image], {
    variables: { ...world.variables, AWS_ENDPOINT_URL_STS: world.sts.url },
  });
  return { outcome, image };
}

const inImage = async (image: string, command: string): Promise<string> =>
  (await runDocker(["run", "--rm", "--network=none", image, "sh", "-c", command], world.engine)).stdout.toString();
const told = `: ${unique()} && env | sed -n 's/^\\(AWS_[A-Z_]*\\)=.*/has \\1/p'`;
const has = (output: string) => [...output.matchAll(/\bhas (AWS_\w+)/g)].map((match) => match[1]).sort();

describe("the AWS CLI in a step", () => {
  test("takes a session from its own file, with nothing but the region in the environment, and leaves nothing behind", async () => {
    const before = world.sts.count();
    const { outcome, image } = await build(`RUN ${fetching()} && ${told}`);
    expect(outcome.status, outcome.output).toBe(0);
    expect(world.sts.count()).toBe(before + 1);
    expect(has(outcome.output)).toEqual(["AWS_DEFAULT_REGION", "AWS_REGION"]);
    expect(await inImage(image, "cat /tmp/fetched; ls -A /root /run/secrets 2>&1")).toMatch(new RegExp(`^${content}`));
    expect(await inImage(image, "ls -d /root/.aws 2>&1 || true")).toContain("No such file");
    expect(await searchImage(world.engine, image)).toEqual([]);
  });

  test("finds no credentials without", async () => {
    const { outcome } = await build(`RUN ${fetching()}`, "{}", []);
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.output).toMatch(/Unable to locate credentials/);
  });

  test("takes it by its path where the step is not root's", async () => {
    const { outcome, image } = await build(`USER app\nRUN ${fetching()} && ${told}`);
    expect(outcome.status, outcome.output).toBe(0);
    expect(has(outcome.output)).toEqual(["AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE"]);
    expect(await searchImage(world.engine, image)).toEqual([]);
  });

  test("makes sessions of a web identity by itself where that is asked for, and keeps them in no layer", async () => {
    await world.setToken(world.issuer.issue(jobClaims));
    const cached = 'echo "cached $(ls /root/.aws/cli/cache | wc -l)"';
    const { outcome, image } = await build(
      `ENV AWS_CA_BUNDLE=/ca.pem AWS_ENDPOINT_URL_STS=https://${world.front.name}:${world.front.port}\nRUN ${fetching()} && ${cached} && ${told}`,
      "{ credentials: web-identity }",
    );
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.output).toMatch(/\bcached 1\b/);
    expect(has(outcome.output)).toEqual(["AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_STS"]);
    expect(await inImage(image, "ls -d /root/.aws 2>&1 || true")).toContain("No such file");
    expect(await searchImage(world.engine, image)).toEqual([]);
  });
});

/** A program that goes on, and uses the credentials that its SDK holds to be good, until these were three. */
const program = `import awscli.botocore.session as sessions, hashlib, time
credentials = sessions.get_session().get_credentials()
seen = set()
while len(seen) < 3:
    seen.add(hashlib.sha256(credentials.get_frozen_credentials().access_key.encode()).hexdigest())
    time.sleep(0.2)
print("had", len(seen), credentials.method)
`;

describe("a container", () => {
  const run = async (sts: string, words: readonly string[]) => {
    const project = await world.createConfigured({ "fetch.py": program });
    chmodSync(project.folder, 0o755);
    chmodSync(project.path("fetch.py"), 0o644);
    return runBuildseal(
      ["run", "--seal-with", "aws", "--rm", "--network=host", "-v", `${project.folder}:/src`, "-u", "app", ...words],
      {
        env: world.engine.env,
        cwd: project.folder,
        variables: { ...world.variables, AWS_ENDPOINT_URL_STS: sts },
      },
    );
  };

  test("has a session that the CLI takes, as a user who is not root", async () => {
    const outcome = await run(world.sts.url, ["buildseal/consumers", "sh", "-c", `${fetching()} && cat /tmp/fetched`]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).toContain(content);
  });

  test("that outlives its session goes on with the next one, without being started again", async () => {
    await using sts = await startStsRecorder(world.minio.endpoint, 20);
    const outcome = await run(sts.url, [
      ...["-e", "PYTHONPATH=/usr/local/aws", "-e", "PYTHONDONTWRITEBYTECODE=1"],
      ...["buildseal/consumers", "timeout", "120", "/usr/local/python/bin/python", "/src/fetch.py"],
    ]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).toContain("had 3 custom-process");
    expect(sts.count()).toBeGreaterThanOrEqual(3);
    expect(outcome.stderr).toMatch(/renewed +aws-session \d times/);
  });
});
