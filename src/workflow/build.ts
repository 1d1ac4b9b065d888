import { actionBuild } from "./action-build.ts";
import { inputOf, overridesIn, pairOf, secretId } from "./build-input.ts";
import { type ContainerCommand, containerCommandsOf } from "./command/container-command.ts";
import { plainText } from "./command/plain-text.ts";
import type { BuildInput, ContainerBuild, PlacedStep } from "./container-build.ts";
import type { CiDocument, CiEntry } from "./document.ts";
import { type Span, sliceText } from "./sourced-text.ts";

export { secretId } from "./build-input.ts";
export type { BuildInput, ContainerBuild, PlacedStep } from "./container-build.ts";

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
  const byCommand = commandsIn(document).flatMap((placed) => {
    if (placed.command.verb === "run") return [];
    return placed.command.verb === "bake" ? bakeBuild(placed) : commandBuild(placed);
  });
  return [...byCommand, ...stepsIn(document).flatMap(actionBuild)].sort((a, b) => a.start - b.start);
}

function declared(how: "compose" | "bake", label: string, { start, end }: Span, args: readonly CiEntry[]) {
  const inputs = args.map((entry) => inputOf(entry, entry.name.text, entry.value, "args"));
  return { how, label, start, end, args: inputs, job: undefined, step: undefined, scripts: [], command: undefined };
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

/** `docker buildx bake --set TARGET.args.NAME=value`. */
function bakeBuild({ command, job, step, scripts }: PlacedCommand): ContainerBuild {
  const set = command.options
    .filter(({ name }) => name === "set")
    .map(({ name, value }) => ({ line: value, by: name }));
  const { label } = command;
  return { how: "bake-command", label, ...command.span, ...overridesIn(set), job, step, scripts, command };
}
