import type { CommandOption, ContainerCommand } from "./command/container-command.ts";
import { containerCommandsOf } from "./command/container-command.ts";
import { plainText } from "./command/plain-text.ts";
import type { CiDocument, CiEntry, CiJob, CiStep } from "./document.ts";
import type { CiScript } from "./script.ts";
import { linesOf, type SourcedText, type Span, sliceText } from "./sourced-text.ts";

/** One way in which a file builds an image: what it hands to the Dockerfile, wherever that is written. */
export type ContainerBuild = Span & {
  readonly how: "command" | "build-push-action" | "bake-action" | "compose" | "bake";
  /** For people: `docker buildx build`, `docker/build-push-action`, `service web`. */
  readonly label: string;
  readonly args: readonly BuildInput[];
  /** `id=…,env=…`, `id=NAME` or `id=value`, by how it is written: see `by`. */
  readonly secrets: readonly BuildInput[];
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
  /** Those that run in one shell with it. */
  readonly scripts: readonly CiScript[];
  readonly command: ContainerCommand | undefined;
};

/** A build argument or a secret. */
export type BuildInput = Span & {
  readonly name: string;
  /** undefined: the value of the variable of the same name. */
  readonly value: SourcedText | undefined;
  /** The option, action input or key that it is written with: `build-arg`, `secret-envs`, `args`. */
  readonly by: string;
  /** Of a command line. */
  readonly option?: CommandOption;
};

/** A step with the job it belongs to; an action and a shell file have none. */
export type PlacedStep = {
  readonly job: CiJob | undefined;
  readonly step: CiStep | undefined;
  readonly scripts: readonly CiScript[];
};

/** All steps of a file, in order. */
export function stepsIn(document: CiDocument): readonly PlacedStep[] {
  switch (document.kind) {
    case "github-workflow":
    case "gitlab":
      return document.jobs.flatMap((job) => job.steps.map((step) => ({ job, step, scripts: step.scripts })));
    case "github-action":
      return document.steps.map((step) => ({ job: undefined, step, scripts: step.scripts }));
    case "shell":
      return [{ job: undefined, step: undefined, scripts: [document.script] }];
    default:
      return [];
  }
}

export type PlacedCommand = PlacedStep & { readonly command: ContainerCommand };

const commands = new WeakMap<CiDocument, readonly PlacedCommand[]>();

/** All command lines of a file that build or run containers, in order; found once. */
export function commandsIn(document: CiDocument): readonly PlacedCommand[] {
  let found = commands.get(document);
  if (found === undefined) {
    found = stepsIn(document).flatMap((placed) =>
      placed.scripts.flatMap(containerCommandsOf).map((command) => ({ ...placed, command })),
    );
    commands.set(document, found);
  }
  return found;
}

const builds = new WeakMap<CiDocument, readonly ContainerBuild[]>();

/** All builds that a file tells of; found once. */
export function buildsIn(document: CiDocument): readonly ContainerBuild[] {
  let found = builds.get(document);
  if (found === undefined) {
    found = findBuilds(document);
    builds.set(document, found);
  }
  return found;
}

function findBuilds(document: CiDocument): ContainerBuild[] {
  if (document.kind === "compose") {
    return document.services.map((service) => ({
      ...declared("compose", `service ${service.name}`, service, service.args),
      secrets: service.buildSecrets.map((text) => inputOf(text, text.text, text, "secrets")),
    }));
  }
  if (document.kind === "bake") {
    return document.targets.map((target) => ({
      ...declared("bake", `target ${target.name}`, target, target.args),
      secrets: target.secrets.map((text) => inputOf(text, secretId(text.text), text, "secret")),
    }));
  }
  const byCommand = commandsIn(document)
    .filter(({ command }) => command.verb === "build")
    .map(commandBuild);
  return [...byCommand, ...stepsIn(document).flatMap(actionBuild)].sort((a, b) => a.start - b.start);
}

function declared(how: "compose" | "bake", label: string, { start, end }: Span, args: readonly CiEntry[]) {
  const inputs = args.map((entry) => inputOf(entry, entry.name.text, entry.value, "args"));
  return { how, label, start, end, args: inputs, job: undefined, step: undefined, scripts: [], command: undefined };
}

function inputOf({ start, end }: Span, name: string, value: SourcedText | undefined, by: string): BuildInput {
  return { name, value, start, end, by };
}

function commandBuild({ command, job, step, scripts }: PlacedCommand): ContainerBuild {
  const args: BuildInput[] = [];
  const secrets: BuildInput[] = [];
  for (const option of command.options) {
    const { start, end } = option.value;
    if (option.name === "build-arg") args.push(...pairOf(option.value, { start, end }, "build-arg", option));
    else if (option.name === "secret") {
      const name = secretId(plainText(option.value.text));
      secrets.push({ name, value: option.value, start, end, by: "secret", option });
    } else if (option.name === "opt" && plainText(option.value.text).startsWith("build-arg:")) {
      const at = option.value.text.indexOf("build-arg:") + "build-arg:".length;
      args.push(...pairOf(sliceText(option.value, at, option.value.text.length), { start, end }, "opt"));
    }
  }
  const { label } = command;
  return { how: "command", label, ...command.span, args, secrets, job, step, scripts, command };
}

/** The id of `id=…,src=…`. */
export function secretId(text: string): string {
  return /(?:^|,)id=([^,]*)/.exec(text)?.[1] ?? "";
}

/** `NAME=value` or `NAME`, with quotes around all or a part of it. */
function pairOf(text: SourcedText, { start, end }: Span, by: string, option?: CommandOption): BuildInput[] {
  const match = /^["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?(=?)/.exec(text.text);
  if (match === null) return [];
  const value = match[2] === "" ? undefined : sliceText(text, match[0].length, text.text.length);
  return [{ name: match[1]!, value, start, end, by, ...(option !== undefined && { option }) }];
}

const actions: Readonly<Record<string, ContainerBuild["how"]>> = {
  "docker/build-push-action": "build-push-action",
  "docker/bake-action": "bake-action",
};

function actionBuild({ job, step }: PlacedStep): ContainerBuild[] {
  const action = step?.uses?.text.split("@", 1)[0]?.toLowerCase() ?? "";
  const how = actions[action];
  if (step === undefined || how === undefined) return [];
  const linesFor = (...names: string[]) =>
    step.with
      .filter((entry) => names.includes(entry.name.text))
      .flatMap(({ name, value }) =>
        value === undefined ? [] : linesOf(value).map((line) => ({ line: unquoted(line), by: name.text })),
      );
  const args = linesFor("build-args").flatMap(({ line, by }) => pairOf(line, line, by));
  // bake-action: `*.args.NAME=value`, `target.secret=id=…`
  const set = how === "bake-action" ? linesFor("set") : [];
  const argsSet = set.flatMap(({ line, by }) => {
    const match = /^[^\s=]*?\.args?\.(?=[A-Za-z_])/.exec(line.text);
    return match === null ? [] : pairOf(sliceText(line, match[0].length, line.text.length), line, by);
  });
  const secrets = linesFor("secrets", "secret-envs", "secret-files").flatMap(({ line, by }) => {
    const equals = line.text.indexOf("=");
    if (equals < 0) return [];
    return [inputOf(line, line.text.slice(0, equals), sliceText(line, equals + 1, line.text.length), by)];
  });
  const secretsSet = set.flatMap(({ line, by }) => {
    const match = /^[^\s=]*?\.secrets?=/.exec(line.text);
    return match === null ? [] : [inputOf(line, secretId(line.text.slice(match[0].length)), line, by)];
  });
  const { start, end } = step;
  return [
    {
      how,
      label: action,
      start,
      end,
      args: [...args, ...argsSet],
      secrets: [...secrets, ...secretsSet],
      job,
      step,
      scripts: [],
      command: undefined,
    },
  ];
}

/** A line in quotes of its own, as CSV inputs may have it. */
function unquoted(line: SourcedText): SourcedText {
  const { text } = line;
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? sliceText(line, 1, text.length - 1) : line;
}
