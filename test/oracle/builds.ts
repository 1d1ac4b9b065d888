import type { BuildFacts } from "../../src/dockerfile/build-facts.ts";
import type { Dockerfile } from "../../src/dockerfile/dockerfile.ts";
import { flowFrom } from "../../src/dockerfile/flow.ts";
import { stagesReached } from "../../src/dockerfile/reach.ts";
import { scanDockerfile } from "../../src/dockerfile/read.ts";
import { followStages, type Settings } from "../../src/dockerfile/settings.ts";
import { decode, toBytes } from "../../src/dockerfile/text.ts";
import { pick, type Random } from "./mutation.ts";
import type { Oracle } from "./oracle.ts";

type BuildRequest = {
  readonly dockerfile: string;
  readonly target: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly base: { readonly User: string; readonly Env: readonly string[]; readonly WorkingDir: string };
};

type Conversion = {
  readonly error: string;
  readonly layers: readonly boolean[];
  readonly createdBy: readonly string[];
  readonly runs: readonly {
    readonly line: number;
    readonly user: string;
    readonly env: readonly string[];
    readonly directory: string;
  }[];
};

const BATCH = 200;

/**
 * Compares the stages reached, the settings at each step and the layers with what BuildKit converts, on Dockerfiles
 * made at random; gives the differences and how many builds were converted.
 */
export async function compareBuilds(
  oracle: Oracle,
  random: Random,
  count: number,
): Promise<{ readonly converted: number; readonly differences: readonly string[] }> {
  const differences: string[] = [];
  let converted = 0;
  for (let made = 0; made < count; made += BATCH) {
    const requests = Array.from({ length: Math.min(BATCH, count - made) }, () => makeBuild(random));
    const payloads = requests.map((request) => new TextEncoder().encode(JSON.stringify(request)));
    const answers = (await oracle.ask("b", payloads)) as Conversion[];
    for (const [index, request] of requests.entries()) {
      const theirs = answers[index]!;
      if (theirs.error !== "") continue;
      converted++;
      const difference = compareBuild(request, theirs);
      if (difference !== undefined) differences.push(`${difference}\n${JSON.stringify(request)}`);
    }
  }
  return { converted, differences };
}

function compareBuild(request: BuildRequest, theirs: Conversion): string | undefined {
  const dockerfile = scanDockerfile(toBytes(request.dockerfile));
  const facts: BuildFacts = {
    buildArgs: new Map(Object.entries(request.buildArgs)),
    target: request.target,
    platform: request.platform,
  };
  const { User: user, Env: env, WorkingDir: workingDirectory } = request.base;
  const seen: BuildFacts = { ...facts, baseImage: () => ({ user, env, workingDirectory }) };
  return (
    compareRuns(dockerfile, seen, theirs, true) ??
    compareRuns(dockerfile, facts, theirs, false) ??
    compareLayers(dockerfile, seen, theirs)
  );
}

/** `complete`: the base images are seen, so that all is known but what hangs on the builder's platform. */
function compareRuns(
  dockerfile: Dockerfile,
  facts: BuildFacts,
  theirs: Conversion,
  complete: boolean,
): string | undefined {
  const followed = followStages(dockerfile, facts);
  const settings = new Map<number, Settings[]>();
  for (const index of stagesReached(dockerfile, facts)) {
    const stage = followed.stages[index]!;
    for (const [position, { command, instruction, trigger }] of stage.commands.entries()) {
      if (command.known !== "RUN") continue;
      // BuildKit gives a trigger the place of the FROM
      const line = trigger ? stage.from!.line : instruction.line;
      settings.set(line, [...(settings.get(line) ?? []), followed.before(index, position)]);
    }
  }
  for (const run of theirs.runs) {
    const candidates = settings.get(run.line);
    if (candidates === undefined) return `the RUN of line ${run.line} is reached by BuildKit`;
    const problems = candidates.map((candidate) => compareSettings(run, candidate, complete));
    if (!problems.includes(undefined)) return `line ${run.line}: ${problems[0]}`;
  }
  if (!complete) return undefined;
  const lines = new Set(theirs.runs.map(({ line }) => line));
  const tooMany = [...settings.keys()].find((line) => !lines.has(line));
  return tooMany === undefined ? undefined : `the RUN of line ${tooMany} is not reached by BuildKit`;
}

function compareSettings(run: Conversion["runs"][number], ours: Settings, complete: boolean): string | undefined {
  if (complete || ours.user.known) {
    const text = ours.user.known ? ours.user.value.text : "unknown";
    if (text !== decode(run.user)) return `user ${run.user}, ours ${text}`;
  }
  if (complete || ours.directory.known) {
    const path = ours.directory.known ? ours.directory.value : "unknown";
    if (path !== decode(run.directory)) return `directory ${run.directory}, ours ${path}`;
  }
  const theirs = new Map(run.env.map((entry) => splitEntry(decode(entry))));
  for (const [name, value] of theirs) {
    const known = ours.variable(name);
    if (known.known && known.value !== value) return `variable ${name}=${value}, ours ${known.value}`;
    if (complete && !known.known && !known.why.includes("builder's platform")) return `variable ${name}: ${known.why}`;
  }
  for (const [name, value] of ours.variables()) {
    if (!theirs.has(name) && (value.known || complete)) return `variable ${name} is not set`;
  }
  return undefined;
}

function splitEntry(entry: string): [string, string] {
  const equals = entry.indexOf("=");
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

function compareLayers(dockerfile: Dockerfile, facts: BuildFacts, theirs: Conversion): string | undefined {
  const expected = theirs.createdBy.filter((_, index) => theirs.layers[index]).map((text) => text.split(" ", 1)[0]);
  const ours = flowFrom(dockerfile, [], facts).layers.map(({ command }) => command.keyword);
  if (expected.join(" ") === ours.join(" ")) return undefined;
  return `layers ${expected.join(" ")}, ours ${ours.join(" ")}`;
}

const BRACE = "$" + "{";
const WORDS = [
  "a",
  "b",
  "/x",
  "1000",
  "root",
  "$A",
  "$B",
  "$C",
  "$D",
  `${BRACE}A:-d}`,
  `${BRACE}B:+s}`,
  '"q r"',
  "'$A'",
  "x\\$A",
  "$TARGETARCH",
  "$HOME",
  "$PATH:/o",
];
const NAMES = ["A", "B", "C", "D", "HOME", "USER"];

function makeBuild(random: Random): BuildRequest {
  const stages: string[] = [];
  const lines: string[] = [];
  if (random() < 0.3) lines.push("# escape=`");
  for (let count = Math.floor(random() * 3); count > 0; count--) lines.push(makeArg(random));
  const count = 1 + Math.floor(random() * 4);
  for (let index = 0; index < count; index++) {
    const base = pick(random, ["img", "img:1", "scratch", ...stages, ...stages, `${BRACE}A:-img}`, `${BRACE}B:-img}`]);
    const name = pick(random, ["", "one", "Two", "three", "scratch"]);
    lines.push(`FROM ${base}${name === "" ? "" : ` AS ${name}`}`);
    for (let more = Math.floor(random() * 6); more > 0; more--)
      lines.push(makeInstruction(random, stages, index, lines.length));
    if (name !== "") stages.push(name.toLowerCase());
  }
  return {
    dockerfile: `${lines.join("\n")}\n`,
    target: random() < 0.5 ? "" : pick(random, [...stages, "one"]),
    buildArgs: Object.fromEntries(
      NAMES.filter(() => random() < 0.2).map((name) => [name, pick(random, ["img", "one", "v w", ""])]),
    ),
    platform: random() < 0.5 ? "linux/amd64" : "linux/arm/v7",
    base: {
      User: pick(random, ["", "nobody", "0"]),
      Env: pick(random, [[], ["PATH=/p"], ["A=base", "HOME=/h"]]),
      WorkingDir: pick(random, ["", "/w"]),
    },
  };
}

function makeArg(random: Random): string {
  const name = pick(random, [...NAMES, "TARGETARCH", "TARGETPLATFORM", "BUILDARCH"]);
  return random() < 0.5 ? `ARG ${name}` : `ARG ${name}=${pick(random, [...WORDS, "img", "one"])}`;
}

function makeInstruction(random: Random, stages: readonly string[], index: number, line: number): string {
  const word = () => pick(random, WORDS);
  const from = pick(random, [...stages, "img", "scratch", String(Math.floor(random() * (index + 1)))]);
  const name = pick(random, NAMES);
  const plain = pick(random, [
    () => makeArg(random),
    () => `ENV ${name}=${word()} ${pick(random, NAMES)}=${word()}${word()}`,
    () => `ENV ${name} ${word()} ${word()}`,
    () => `USER ${word()}`,
    () => `WORKDIR ${pick(random, ["/", "/a/b/..", "c", ".", word()])}`,
    () => `RUN echo ${line}`,
    () => `RUN --mount=type=bind,from=${from},target=/m echo ${line}`,
    () => `RUN --mount=type=cache,target=/c,id=${word()} echo ${line}`,
    () => `RUN --mount=type=secret,id=s,env=A echo ${line}`,
    () => `COPY --from=${from} /${line} /b`,
    () => `COPY /${line} ./b`,
    () => `ADD /${line} /b`,
    () => `LABEL a=${word()}`,
  ])();
  return random() < 0.15 ? `ONBUILD ${plain}` : plain;
}
