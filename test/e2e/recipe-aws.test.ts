import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDocker } from "./docker.ts";
import { searchImage } from "./image-content.ts";
import { unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld } from "./sccache-world.ts";

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
  test("takes a session from its own files, with nothing in the environment, and leaves nothing behind", async () => {
    const before = world.sts.count();
    const { outcome, image } = await build(`RUN ${fetching()} && ${told}`);
    expect(outcome.status, outcome.output).toBe(0);
    expect(world.sts.count()).toBe(before + 1);
    expect(has(outcome.output)).toEqual([]);
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
    expect(has(outcome.output)).toEqual(["AWS_REGION", "AWS_SHARED_CREDENTIALS_FILE"]);
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
