import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { searchImage } from "./image-content.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type LoginServer, startLoginServer } from "./service/login-server.ts";
import { createValue, watchValue } from "./value.ts";

let engine: Engine;
let server: LoginServer;
const password = createValue();
const token = createValue();

beforeAll(async () => {
  engine = await openEngine("new");
  await engine.loadImage("consumers");
  server = await startLoginServer({ basic: `ci:${password}`, bearer: token });
  watchValue(Buffer.from(`ci:${password}`).toString("base64"));
});
afterAll(async () => {
  await server?.stop();
  await engine?.stop();
});

/** What the steps left is in the published image: home folders and what they fetched. */
async function build(
  steps: readonly string[],
  config: string,
  variables: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const project = await createProject({
    Dockerfile: `FROM buildseal/consumers AS fetched
RUN : ${unique()}
${steps.join("\n")}
FROM buildseal/busybox
COPY --from=fetched /root /all/root
COPY --from=fetched /home /all/home
COPY --from=fetched /tmp /all/tmp
`,
    "buildseal.yaml": config,
  });
  const name = `login:${unique()}`;
  const outcome = await runBuildseal(["build", "--network=host", "-t", name, project.folder], {
    env: engine.env,
    variables,
  });
  expect(outcome.status, outcome.output).toBe(0);
  expect(await searchImage(engine, name)).toEqual([]);
  return outcome;
}

test("curl logs in by a netrc file, as root and as a user whose home is named, and not without it", async () => {
  const fetch = (path: string, more = "") =>
    `curl --fail --silent --netrc ${more} --output /tmp/${path} ${server.url}/files/${path}`;
  await build(
    [
      `RUN ! ${fetch("refused").replace("--netrc ", "--netrc-optional ")}`,
      `RUN : as root; ${fetch("one")} && ! test -e /tmp/refused`,
      "USER app",
      `RUN : as app; ${fetch("two")}`,
      `RUN : by name; ${fetch("three", '--netrc-file "$NETRC"')}`,
      "RUN test -s /tmp/one && test -s /tmp/two && test -s /tmp/three && ! test -e ~/.netrc",
    ],
    `version: 1
secrets: { files: { from: env, name: FILES_PASSWORD } }
grants:
  - { with: netrc, steps: { run: "as root|by name" }, options: { hosts: [{ host: 127.0.0.1, user: ci, secret: files }] } }
  - { with: netrc, steps: { run: "as app" }, options: { hosts: [{ host: 127.0.0.1, user: ci, secret: files }], home: /home/app } }
`,
    { FILES_PASSWORD: password },
  );
  const asked = server.seen.filter(({ path }) => path.startsWith("/files/"));
  expect(asked.some(({ path, accepted }) => path.endsWith("refused") && !accepted)).toBe(true);
  expect(asked.filter(({ accepted }) => accepted).map(({ path }) => path)).toEqual([
    "/files/one",
    "/files/two",
    "/files/three",
  ]);
});

test("hf and the Python library read the token's file, as root and as another user, and not without it", async () => {
  const download = (where: string) =>
    `HF_HUB_DISABLE_XET=1 hf download acme/model config.json --local-dir /tmp/${where}`;
  const library = `HF_HUB_DISABLE_XET=1 /usr/local/python/bin/python -c 'from huggingface_hub import hf_hub_download; print(hf_hub_download("acme/model", "config.json"))'`;
  await build(
    [
      `ENV HF_ENDPOINT=${server.url}`,
      `RUN ! ${download("refused")}`,
      `RUN : granted; ${download("root")}`,
      `RUN : granted by default place; ${library}`,
      "USER app",
      `RUN : granted; ${download("app")}`,
      `RUN : granted; ${library}`,
      "RUN test -s /tmp/root/config.json && test -s /tmp/app/config.json && ! test -e /tmp/refused/config.json",
    ],
    `version: 1
grants:
  - { with: huggingface, steps: { run: "granted;" } }
  - { with: huggingface, steps: { run: "granted by" }, options: { form: files } }
`,
    { HF_TOKEN: token },
  );
  const asked = server.seen.filter(({ path }) => path.includes("config.json"));
  expect(asked.filter(({ accepted }) => accepted).length).toBeGreaterThanOrEqual(4);
  expect(asked.some(({ accepted }) => !accepted)).toBe(true);
});
