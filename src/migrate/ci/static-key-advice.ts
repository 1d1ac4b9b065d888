import type { ContainerBuild } from "../../workflow/build.ts";
import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import type { PlaceOf, StaticKeyPlace } from "./static-key-place.ts";

/** What a place is, for people. */
export function whatIs(place: StaticKeyPlace): string {
  switch (place.kind) {
    case "argument":
      return `\`${place.command.label}\`: a --secret with ${place.name}`;
    case "later-argument":
      return `a --${place.option} argument with ${place.name}, for a build`;
    case "build-arg":
      return `${place.build.label}: the build argument ${place.name}`;
    case "build-secret":
      return `${place.build.label}: the secret ${place.input.name} (${place.input.by})`;
    case "mention":
      return `${place.name}, put into a script`;
    case "env":
      return `${{ step: "a step's", job: "a job's", file: "the file's" }[place.of]} variable ${place.name}`;
    case "assignment":
      return `a script's variable ${place.name}`;
    case "action-input":
      return `${place.action.split("@", 1)[0]}: the input ${place.name}`;
    case "passed":
      return `${place.name}, handed to a reusable workflow`;
    case "declared":
      return `the declared ${place.as === "compose-secret" ? "secret" : place.as} ${place.name}`;
  }
}

type Advice = Omit<PlannedPlace, "edits">;

/** What to do by hand at a place, and why it is not done. */
export function adviceFor(place: StaticKeyPlace, wanted: WantedCiMigration): Advice {
  const { start, end } = place;
  const common = { start, end, what: whatIs(place) };
  switch (place.kind) {
    case "build-secret":
      return { ...common, ...secretAdvice(place, wanted) };
    case "build-arg":
      return {
        ...common,
        replacement: "",
        why: `the Dockerfile reads the argument: migrate it first. ${insteadOf(wanted, place.build.how)}`,
      };
    case "env":
      return {
        ...common,
        replacement: "",
        why:
          place.of === "step"
            ? "other programs of the step, or an action, may use it"
            : "other steps may use it: take it out when no step does",
      };
    case "mention":
      return { ...common, replacement: "", why: "what the script does with it must take the job's identity instead" };
    case "assignment":
      return { ...common, replacement: "", why: "what follows in the script may use it" };
    case "action-input":
      return { ...common, ...inputAdvice(place) };
    case "passed":
      return { ...common, replacement: "", why: "the workflow that is called must stop to declare it first" };
    case "declared":
      return { ...common, replacement: "", why: declaredAdvice(place.as, wanted) };
    default:
      return common;
  }
}

function secretAdvice(
  { build }: PlaceOf<"build-secret">,
  wanted: WantedCiMigration,
): Pick<Advice, "replacement" | "why"> {
  return { replacement: "", why: insteadOf(wanted, build.how) };
}

/** What to write in the place of a build that hands a key over. */
export function insteadOf({ recipe = "sccache" }: WantedCiMigration, how: ContainerBuild["how"] = "command"): string {
  const build = `\`buildseal build --seal-with ${recipe}\``;
  switch (how) {
    case "command":
      return `Take it out, and build with ${build}`;
    case "build-push-action":
    case "bake-action":
      return `An action cannot call buildseal: write \`run: buildseal build --seal-with ${recipe} …\` in its place`;
    case "bake":
    case "bake-command":
    case "compose":
      return `there is no command of buildseal's for ${how === "compose" ? "compose" : "bake"}: build with ${build}, or hand over the ids that the Dockerfile mounts then`;
  }
}

function declaredAdvice(as: PlaceOf<"declared">["as"], wanted: WantedCiMigration): string {
  if (as === "compose-secret") return insteadOf(wanted, "compose");
  if (as === "variable") return insteadOf(wanted, "bake");
  return "whoever uses this file hands it over: both change together";
}

function inputAdvice({ action, step }: PlaceOf<"action-input">): Pick<Advice, "replacement" | "why"> {
  if (/^aws-actions\/configure-aws-credentials(?:@|$)/.test(action)) {
    if (step?.with.some(({ name }) => name.text === "role-to-assume")) {
      return {
        replacement: "",
        why: "without it the action assumes the role with the job's own token, if the role trusts it: the job needs `permissions: { id-token: write }`",
      };
    }
    return {
      replacement: "role-to-assume: arn:aws:iam::ACCOUNT:role/ROLE",
      why: "the role's name is not known here; the job needs `permissions: { id-token: write }`. On a runner that has a web identity of its own (IRSA) the step is not needed at all",
    };
  }
  if (/^docker:|^\.{1,2}\//.test(action)) {
    return { replacement: "", why: "the action must stop to declare it first: both change together" };
  }
  return { why: "what this action does with the key is not known here: it must take the job's identity instead" };
}
