import { invocationOf } from "../../dockerfile/shell/program.ts";
import { buildsIn } from "../build.ts";
import type { ContainerCommand } from "../command/container-command.ts";
import type { CiJob, CiStep, GithubWorkflow } from "../document.ts";
import { namesImageBuild } from "../image-name.ts";
import {
  type Environment,
  environmentOf,
  type ForeignEvent,
  headFolderOf,
  keepsStrangersOut,
  namesHead,
} from "./pull-request.ts";

/** A build of what a pull request holds. */
export type HeadBuild = {
  /** The step that brings the pull request's own files, or names them to the build. */
  readonly from: CiStep;
  /** The steps of the job that run for a stranger's pull request. */
  readonly steps: readonly CiStep[];
  /** A program of the pull request's that is likely to build: `make image`. */
  readonly program: string | undefined;
};

/** The first build of a job that takes a stranger's own files. */
export function headBuildIn(document: GithubWorkflow, job: CiJob, event: ForeignEvent): HeadBuild | undefined {
  const steps = job.steps.filter(({ condition }) => !keepsStrangersOut(condition?.text, event));
  let head: { readonly step: CiStep; readonly folder: string } | undefined;
  for (const step of steps) {
    const environment = environmentOf(document, job, step);
    if (head === undefined) {
      const folder = headFolderOf(step, environment);
      if (folder !== undefined) head = { step, folder };
    }
    const how = contextOf(document, step, environment);
    if (how === "head") return { from: head?.step ?? step, steps, program: undefined };
    // what lies in a folder of its own is built where that is named
    if (head === undefined || !document.text.slice(step.start, step.end).includes(head.folder)) continue;
    if (how === "files") return { from: head.step, steps, program: undefined };
    const program = how === undefined ? (ownActionOf(step) ?? programIn(job, step)) : undefined;
    if (program !== undefined) return { from: head.step, steps, program };
  }
  return undefined;
}

/** What a step builds: the pull request's head by its name, the files that lie there, or others; undefined: nothing. */
function contextOf(
  document: GithubWorkflow,
  step: CiStep,
  environment: Environment,
): "head" | "files" | "other" | undefined {
  const commands = commandsByStep(document).get(step);
  if (commands === undefined) return undefined;
  const isHead = (context: string) => REMOTE.test(context) && namesHead(context, environment);
  if (commands.flatMap(contextsOf).some(isHead)) return "head";
  if (step.uses === undefined) return "files";
  const input = (name: string) => step.with.find((entry) => entry.name.text === name)?.value?.text;
  const [, action = "", version] =
    /^(?:docker|useblacksmith)\/(\w+)[^@]*(?:@v(\d+))?/.exec(step.uses.text.toLowerCase()) ?? [];
  const context = input(action === "bake" ? "source" : "context");
  // without a context these take the event's commit from git, which for such an event is the repository's own
  const isGit = action === "bake" ? Number(version ?? 0) >= 6 : action === "build" && version !== "1";
  if (context === undefined) return isGit ? "other" : "files";
  if (isHead(context)) return "head";
  return REMOTE.test(context) ? "other" : "files";
}

const REMOTE = /:\/\/|^["']?git@|github\.server_url|^\{\{/;

/** The words of a command that may be its context: no option, and no option's value. */
function contextsOf({ script, shell, options }: ContainerCommand): string[] {
  const values = new Set(options.map(({ word }) => word));
  return shell.words.filter((word) => !values.has(word)).map(({ start, end }) => script.source.text.slice(start, end));
}

const placed = new WeakMap<GithubWorkflow, Map<CiStep, ContainerCommand[]>>();

/** The steps that build, each with the commands by which it does. */
function commandsByStep(document: GithubWorkflow): Map<CiStep, ContainerCommand[]> {
  let found = placed.get(document);
  if (found === undefined) {
    found = new Map();
    for (const { step, command } of buildsIn(document)) {
      if (step === undefined) continue;
      const known = found.get(step) ?? [];
      if (command !== undefined) known.push(command);
      found.set(step, known);
    }
    placed.set(document, found);
  }
  return found;
}

/** An action that lies in the checkout, and is about images. */
function ownActionOf({ uses, name }: CiStep): string | undefined {
  const path = uses?.text ?? "";
  if (!path.startsWith("./")) return undefined;
  return namesImageBuild(path) || namesImageBuild(name?.text ?? "") ? path : undefined;
}

/** A program that lies in the checkout, in a step or a job that is about images. */
function programIn(job: CiJob, step: CiStep): string | undefined {
  for (const { shell } of step.scripts) {
    for (const command of shell?.commands ?? []) {
      const { program, words } = invocationOf(command) ?? {};
      if (program === undefined || words === undefined) continue;
      const texts = words.map(({ raw }) => raw);
      if (!isOwn(program, texts)) continue;
      const named = runners.has(program) ? texts.slice(1) : texts;
      if (namesImageBuild(named.join(" ")) || namesImageBuild(step.name?.text ?? "") || isAboutImages(job)) {
        return labelOf(texts);
      }
    }
  }
  return undefined;
}

const runners = new Set(["make", "gmake", "just", "task", "earthly"]);

function isOwn(program: string, [first = "", second = ""]: readonly string[]): boolean {
  if (runners.has(program) || /^\.{1,2}\//.test(first)) return true;
  if (/^(?:npm|pnpm|yarn|bun)$/.test(program)) return second === "run";
  return /^(?:ba|da|z)?sh$|^source$|^\.$/.test(program) && /^[\w./-]+\.(?:ba)?sh$/.test(second);
}

const abouts = new WeakMap<CiJob, boolean>();

function isAboutImages(job: CiJob): boolean {
  let about = abouts.get(job);
  if (about === undefined) {
    about =
      namesImageBuild(job.name.text) ||
      job.steps.some(({ uses }) => /^docker\/(?:login|setup-(?:buildx|qemu)|metadata)-action\b/.test(uses?.text ?? ""));
    abouts.set(job, about);
  }
  return about;
}

/** The program with what it is to make: words of plain characters only, as a value may stand in the others. */
function labelOf(words: readonly string[]): string {
  const [program = "", ...rest] = words.slice(0, 3);
  return [program, ...rest.filter((word) => /^[a-z][\w./:-]{0,40}$/i.test(word))].join(" ");
}
