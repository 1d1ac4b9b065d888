import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { searchImage } from "./image-content.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, type Project, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type NpmRegistry, startNpmRegistry } from "./service/npm-registry.ts";
import { type PythonIndex, startPythonIndex } from "./service/python-index.ts";
import { createValue, watchValue } from "./value.ts";

let engine: Engine;
let registry: NpmRegistry;
let index: PythonIndex;
const password = createValue();
const pythonPassword = createValue();
const wheel = "sealed_wheel";

beforeAll(async () => {
  engine = await openEngine("new");
  await engine.loadImage("consumers");
  [registry, index] = await Promise.all([
    startNpmRegistry(engine, password),
    startPythonIndex(engine, pythonPassword, wheel),
  ]);
  watchValue(registry.token);
  watchValue(Buffer.from(`${registry.user}:${password}`).toString("base64"));
  watchValue(Buffer.from(`${index.user}:${pythonPassword}`).toString("base64"));
  for (const name of ["plain-pkg", "@acme/scoped"]) await registry.publish(name);
});
afterAll(async () => {
  await registry?.stop();
  await index?.stop();
  await engine?.stop();
});

async function build(project: Project, variables: Readonly<Record<string, string>>, name: string): Promise<Outcome> {
  const outcome = await runBuildseal(["build", "--network=host", "-t", name, project.folder], {
    env: engine.env,
    variables,
  });
  expect(outcome.status, outcome.output).toBe(0);
  expect(await searchImage(engine, name)).toEqual([]);
  return outcome;
}

/** All that the steps left is in the published image: what they installed, their home folders, caches and logs. */
const published = `FROM buildseal/busybox
COPY --from=installed /root /all/root
COPY --from=installed /home /all/home
COPY --from=installed /tmp /all/tmp
COPY --from=installed /usr/local/share /all/share
`;

describe("npm, pnpm and yarn", () => {
  const packageJson = JSON.stringify({
    name: "app",
    version: "1.0.0",
    dependencies: { "plain-pkg": "1.0.0", "@acme/scoped": "1.0.0" },
  });
  const berryProject = "unsafeHttpWhitelist: [127.0.0.1]\nnodeLinker: node-modules\nnpmMinimalAgeGate: 0\n";
  const programs = [
    { recipe: "npm", command: "npm install" },
    { recipe: "pnpm", command: "pnpm install" },
    { recipe: "pnpm", command: "pnpm-10 install" },
    { recipe: "yarn", command: "yarn install" },
    { recipe: "yarn", command: "touch yarn.lock && yarn-berry install" },
  ];

  /** One project folder for each run, from the files of the context. */
  const install = (command: string, from: string, who: string): string => {
    const folder = `/tmp/${who}-${unique()}`;
    return `cp -r /src/${from} ${folder} && cd ${folder} && ${command} && test -f node_modules/plain-pkg/index.js && test -f node_modules/@acme/scoped/index.js`;
  };
  const refused = (command: string, who: string): string => {
    const folder = `/tmp/${who}-${unique()}`;
    return `cp -r /src/known ${folder} && cd ${folder} && if (${command}) >/tmp/${who}.log 2>&1; then exit 1; fi; grep -qiE '401|authenti|authoriz|log ?in' /tmp/${who}.log`;
  };

  const createNpmProject = (steps: readonly string[], config: string): Promise<Project> =>
    createProject({
      Dockerfile: `FROM buildseal/consumers AS installed\nCOPY . /src\n${steps.join("\n")}\n${published}`,
      "bare/package.json": packageJson,
      "bare/.npmrc": "fund=false\nupdate-notifier=false\n",
      // a scope has an age gate of its own; the project's entry for it and the recipe's become one
      "bare/.yarnrc.yml": `${berryProject}npmScopes: { acme: { npmMinimalAgeGate: 0 } }\n`,
      // the project says where packages are, and nobody gives it a login
      "known/package.json": packageJson,
      "known/.npmrc": `registry=${registry.url}/\n@acme:registry=${registry.url}/\n`,
      "known/.yarnrc.yml": `${berryProject}npmRegistryServer: ${registry.url}\n`,
      "buildseal.yaml": config,
    });

  test("install from a registry that demands a login, as root and as another user, and fail without it", async () => {
    const steps = [
      // first, for later there are packages in caches
      ...programs.map(({ command }, at) => `RUN ${refused(command, `refused${at}`)}`),
      ...programs.map(({ command, recipe }) => `RUN : with ${recipe}; ${install(command, "bare", "root")}`),
      "USER app",
      ...programs.map(({ command, recipe }) => `RUN : with ${recipe}; ${install(command, "bare", "app")}`),
    ];
    const grants = ["npm", "pnpm", "yarn"].map(
      (name) =>
        `  - with: ${name}\n    options: { registries: [{ url: "${registry.url}", default: true, scopes: ["@acme"] }] }\n    steps: { run: "with ${name}" }\n`,
    );
    const project = await createNpmProject(steps, `version: 1\ngrants:\n${grants.join("")}`);
    await build(project, { NPM_TOKEN: registry.token }, `npm-token:${unique()}`);
  });

  test("log in by user and password, where the project itself says where the registry is", async () => {
    const steps = programs.map(({ command, recipe }) => `RUN : with ${recipe}; ${install(command, "known", "root")}`);
    const grants = ["npm", "pnpm", "yarn"].map(
      (name) =>
        `  - with: ${name}\n    options: { registries: [{ url: "${registry.url}/", user: ${registry.user}, secret: registry-password }] }\n    steps: { run: "with ${name}" }\n`,
    );
    const secrets = "secrets: { registry-password: { from: env, name: REGISTRY_PASSWORD } }\n";
    const project = await createNpmProject(steps, `version: 1\n${secrets}grants:\n${grants.join("")}`);
    await build(project, { REGISTRY_PASSWORD: password }, `npm-basic:${unique()}`);
  });

  test("are chosen by their signs, and the registry is the host's", async () => {
    const folder = `/tmp/${unique()}`;
    const steps = [
      `RUN cp -r /src/bare ${folder}`,
      `WORKDIR ${folder}`,
      "RUN npm install && test -f node_modules/@acme/scoped/index.js",
      "RUN ! test -e /root/.npmrc",
    ];
    const project = await createNpmProject(steps, "version: 1\ngrants:\n  - with: npm\n");
    const variables = { NODE_AUTH_TOKEN: registry.token, NPM_CONFIG_REGISTRY: registry.url };
    await build(project, variables, `npm-host:${unique()}`);
  });
});

describe("pip, uv and Poetry", () => {
  const pyproject = (): string => `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.9"
dependencies = ["${wheel}"]
[tool.poetry]
package-mode = false
[[tool.poetry.source]]
name = "acme-py"
url = "${index.url}"
priority = "primary"
`;
  const programs = (who: string) => [
    { name: "pip", command: `pip install --target /tmp/${who}-pip ${wheel} && test -f /tmp/${who}-pip/${wheel}.py` },
    { name: "uv", command: `uv pip install --target /tmp/${who}-uv ${wheel} && test -f /tmp/${who}-uv/${wheel}.py` },
    {
      name: "uv",
      command: `cp -r /src/python /tmp/${who}-sync && cd /tmp/${who}-sync && uv sync && uv run python -c 'import ${wheel}' && grep -q ${wheel.replace("_", "-")} uv.lock`,
    },
    {
      name: "poetry",
      command: `cp -r /src/python /tmp/${who}-poetry && cd /tmp/${who}-poetry && poetry install --no-interaction && poetry run python -c 'import ${wheel}' && cat poetry.lock`,
    },
  ];

  test("install from an index that demands a login, as root and as another user, and fail without it", async () => {
    const refused = programs("refused").map(
      ({ command }, at) =>
        `RUN --mount=type=tmpfs,target=/nothing cd / && export PIP_INDEX_URL=${index.url} UV_DEFAULT_INDEX=${index.url} PIP_NO_INPUT=1 && if (${command}) >/tmp/refused${at}.log 2>&1; then exit 1; fi; grep -qiE '401|authoriz|authenti|no matching distribution' /tmp/refused${at}.log`,
    );
    const steps = [
      `RUN : ${unique()}`,
      ...refused,
      ...programs("root").map(({ name, command }) => `RUN : with ${name}; ${command}`),
      "USER app",
      ...programs("app").map(({ name, command }) => `RUN : with ${name}; ${command}`),
    ];
    const project = await createProject({
      Dockerfile: `FROM buildseal/consumers AS installed\nCOPY . /src\n${steps.join("\n")}\n${published}`,
      "python/pyproject.toml": pyproject(),
      "buildseal.yaml": `version: 1
secrets: { python-password: { from: env, name: PYTHON_PASSWORD } }
grants:
  - with: pip
    options: { indexes: [{ url: "${index.url}", default: true, secret: python-password }] }
    steps: { run: "with pip" }
  - with: uv
    options: { indexes: [{ url: "${index.url}", default: true, secret: python-password }] }
    steps: { run: "with uv" }
  - with: poetry
    options: { sources: [{ name: acme-py, secret: python-password }] }
    steps: { run: "with poetry" }
`,
    });
    const outcome = await build(project, { PYTHON_PASSWORD: pythonPassword }, `python:${unique()}`);
    expect(outcome.output).toContain(`Looking in indexes: ${index.url}`);
  });
});
