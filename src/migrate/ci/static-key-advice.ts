import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import type { StaticKeyPlace } from "./static-key.ts";

/** What a place is, for people. */
export function whatIs(place: StaticKeyPlace): string {
  switch (place.kind) {
    case "argument":
      return `\`${place.command.label}\`: a --secret with ${place.name}`;
    case "later-argument":
      return `a --secret argument with ${place.name}, for a build`;
    case "build-arg":
      return `${place.build.label}: the build argument ${place.name}`;
    case "build-secret":
      return `${place.build.label}: the secret ${place.input.name} (${place.input.by})`;
    case "env":
      return `${{ step: "a step's", job: "a job's", file: "the file's" }[place.of]} variable ${place.name}`;
    case "assignment":
      return `a script's variable ${place.name}`;
    case "action-input":
      return `${place.action.split("@", 1)[0]}: the input ${place.name}`;
    case "passed":
      return `${place.name}, handed to a reusable workflow`;
    case "declared":
      return `the declared ${place.as} ${place.name}`;
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
        why: "the Dockerfile reads the argument: migrate it first, then take the argument out",
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
    case "assignment":
      return { ...common, replacement: "", why: "what follows in the script may use it" };
    case "action-input":
      return { ...common, ...inputAdvice(place.action) };
    case "passed":
      return { ...common, replacement: "", why: "the workflow that is called must stop to declare it first" };
    case "declared":
      return { ...common, replacement: "", why: "whoever uses this file hands it over: both change together" };
    default:
      return common;
  }
}

function secretAdvice(
  { build }: Extract<StaticKeyPlace, { kind: "build-secret" }>,
  { recipe = "sccache" }: WantedCiMigration,
): Pick<Advice, "replacement" | "why"> {
  const isAction = build.how === "build-push-action" || build.how === "bake-action";
  return {
    replacement: "",
    why: isAction
      ? `an action cannot call buildseal: write \`run: buildseal build --seal-with ${recipe} …\` in its place`
      : `buildseal brings the secrets itself: build with \`buildseal ${build.how === "bake" ? "bake" : "build"} --seal-with ${recipe}\``,
  };
}

function inputAdvice(action: string): Pick<Advice, "replacement" | "why"> {
  if (/^aws-actions\/configure-aws-credentials(?:@|$)/.test(action)) {
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
