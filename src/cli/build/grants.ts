import type { BuildCommand } from "../../buildx/build-command.ts";
import { lastOfEachId } from "../../buildx/secret-flag.ts";
import {
  type BaseImage,
  type Dockerfile,
  frontendFrom,
  frontendOf,
  printDiff,
  readDockerfile,
  resolveStages,
  settingsOf,
  stagesReached,
  stepsOf,
} from "../../dockerfile/index.ts";
import { scriptsOf } from "../../dockerfile/shell/scripts.ts";
import { SealError } from "../../error.ts";
import { insertPlan } from "../../grant/insert-plan.ts";
import { type Plan, planGrants } from "../../grant/plan.ts";
import { type Base, refuseUngrantedReach } from "../../grant/reach.ts";
import type { GrantRequest } from "../../grant/request.ts";
import { refuseStrayComments } from "../../grant/stray-comment.ts";
import type { Machine } from "../machine.ts";
import type { Site } from "./site.ts";

/** What a base image brings into the build. */
export type InspectedBase = BaseImage & Base;

/** The grants of a build. */
export type Granted = {
  readonly dockerfile: Dockerfile;
  readonly plan: Plan;
  /** Base images of which it cannot be told whether they have ONBUILD steps: none of these may run in this build. */
  readonly unseenBases: readonly string[];
  /** The frontend to ask for, where the builder's own or the file's does not take what is needed. */
  readonly frontend: string | undefined;
};

/** The newest frontend of version 1: the one that Docker's documentation tells everybody to name. */
const newerFrontend = "docker/dockerfile:1";

/** Whether anything asks for a grant: if not, nothing of the builder or its images needs to be known. */
export function asksForGrants(site: Site, requests: readonly GrantRequest[]): boolean {
  if (requests.length > 0 || Object.keys(site.config?.secrets ?? {}).length > 0) return true;
  return /#\s*buildseal:/.test(site.dockerfile.text);
}

/** The base images of the stages that the target needs, as their names stand after FROM. */
export function basesOf(site: Site): readonly string[] {
  const reached = new Set(stagesReached(site.dockerfile, site.facts));
  const names = resolveStages(site.dockerfile, site.facts)
    .filter(({ index }) => reached.has(index))
    .flatMap(({ base }) => (base.kind === "image" ? [base.reference] : []));
  return [...new Set(names)];
}

/**
 * Plans the grants of a build. Nothing is asked of a source, and nothing is written.
 *
 * @param envMounts whether the builder's own frontend takes `env=` on a secret mount
 * @param bases what is known of the base images, by name
 * @throws SealError DOCKERFILE, GRANT, POLICY
 */
export async function planBuild(
  site: Site,
  command: BuildCommand,
  machine: Machine,
  requests: readonly GrantRequest[],
  envMounts: boolean,
  bases: ReadonlyMap<string, InspectedBase>,
): Promise<Granted> {
  const { recipes } = await import("../../recipe/recipes.ts");
  const { source, policy } = site;
  const dockerfile = readDockerfile(source.bytes, source.displayName);
  refuseStrayComments(dockerfile);
  const facts = { ...site.facts, baseImage: (reference: string) => bases.get(reference) };
  const steps = stepsOf(dockerfile);
  const reached = new Set(stagesReached(dockerfile, facts));
  const frontend = frontendOf(dockerfile, facts);
  const plan = planGrants({
    displayName: source.displayName,
    steps,
    settings: settingsOf(dockerfile, facts),
    script: scriptsOf(dockerfile),
    reached: (step) => reached.has(step.stage.index),
    requests,
    recipes,
    declared: new Set(Object.keys(site.config?.secrets ?? {})),
    sources: site.config?.secrets,
    userIds: new Set(command.secrets.map(({ id }) => id)),
    policy,
    host: (name) => machine.environment[name],
    envMounts: frontend.supportsEnvMounts ?? (frontend.image === undefined && envMounts),
  });
  const ids = new Set(plan.contents.keys());
  refuseClashes(command, ids);
  refuseUngrantedReach(ids, [...bases.values()], frontend);
  const newer = plan.needsEnvMounts === undefined ? undefined : frontendFor(machine, plan.needsEnvMounts);
  const unseenBases = ids.size === 0 ? [] : basesOf(site).filter((name) => bases.get(name)?.secretIds === undefined);
  return { dockerfile, plan, frontend: newer, unseenBases };
}

/**
 * Inserts the plan's mounts, reads the result again and compares.
 *
 * @returns no text where there is nothing to insert
 * @throws SealError DOCKERFILE
 */
export function rewrite(
  dockerfile: Dockerfile,
  plan: Plan,
): { readonly rewritten: Uint8Array | undefined; readonly diff: string } {
  const { text, edits } = insertPlan(dockerfile, plan);
  return { rewritten: text, diff: printDiff(dockerfile.name, dockerfile.text, edits) };
}

function refuseClashes(command: BuildCommand, ids: ReadonlySet<string>): void {
  const clash = lastOfEachId(command.secrets).find(({ id }) => ids.has(id));
  if (clash === undefined) return;
  throw new SealError(
    "GRANT",
    `--secret id=${clash.id} and a secret of buildseal's have one id`,
    "Give yours another id, or leave the grant out",
  );
}

function frontendFor(machine: Machine, why: string): string {
  const named = machine.environment["BUILDSEAL_FRONTEND"];
  if (named !== undefined && named !== "") return named;
  if (!frontendFrom(newerFrontend).supportsEnvMounts) throw new Error(`${newerFrontend} is too old for: ${why}`);
  return newerFrontend;
}
