import { tokenFile, webIdentitySecret } from "../../recipe/web-identity.ts";
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
  { part, build }: Extract<StaticKeyPlace, { kind: "build-secret" }>,
  { builder, recipe = "sccache" }: WantedCiMigration,
): Pick<Advice, "replacement" | "why"> {
  if (builder === "buildseal") {
    return {
      replacement: "",
      why:
        build.how === "build-push-action" || build.how === "bake-action"
          ? `an action cannot call buildseal: write \`run: buildseal build --seal-with ${recipe} …\` in its place`
          : `buildseal brings the secrets itself: build with \`buildseal ${build.how === "bake" ? "bake" : "build"} --seal-with ${recipe}\``,
    };
  }
  const role = `${webIdentitySecret}-role-arn`;
  if (build.how === "build-push-action" || build.how === "bake-action") {
    const token = `secret-files: ${tokenFile.id}=\${{ env.AWS_WEB_IDENTITY_TOKEN_FILE }}`;
    return {
      replacement: part === "id" ? token : part === "secret" ? `secret-envs: ${role}=AWS_ROLE_ARN` : "",
      why: 'an expression sees no variable of the runner: a step before must run `echo "AWS_WEB_IDENTITY_TOKEN_FILE=$AWS_WEB_IDENTITY_TOKEN_FILE" >> "$GITHUB_ENV"`',
    };
  }
  if (build.how === "compose") {
    return {
      replacement: part === "id" ? tokenFile.id : part === "secret" ? role : "",
      why: `the file's own \`secrets:\` must declare it: \`${tokenFile.id}: { file: $AWS_WEB_IDENTITY_TOKEN_FILE }\`, \`${role}: { environment: AWS_ROLE_ARN }\``,
    };
  }
  return {
    replacement:
      part === "id"
        ? `id=${tokenFile.id},src=\${AWS_WEB_IDENTITY_TOKEN_FILE}`
        : part === "secret"
          ? `id=${role},env=AWS_ROLE_ARN`
          : "",
    why: 'the bake file must declare the variable: `variable "AWS_WEB_IDENTITY_TOKEN_FILE" {}`',
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
