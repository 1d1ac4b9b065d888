import type { Edit } from "../../dockerfile/insertion.ts";
import { buildsIn } from "../../workflow/build.ts";
import type { CiDocument } from "../../workflow/document.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { planActionInputs } from "./action-input.ts";
import { secretIn } from "./carried-secret.ts";
import type { PlannedPlace } from "./migration.ts";
import { type Scope, scopeOf } from "./scope.ts";
import type { SecretArgument } from "./secret-argument.ts";
import { secretIdFor } from "./secret-id.ts";

/** Build arguments that carry secrets → secrets. `asked` tells which, by the argument's name. */
export function planArgSecrets(document: CiDocument, asked: (name: string) => boolean): PlannedPlace[] {
  return buildsIn(document).flatMap((build) => {
    const scope = scopeOf(document, build);
    const found = build.args.flatMap((arg): SecretArgument[] => {
      if (!asked(arg.name)) return [];
      const secret = secretIn(arg.name, arg.value, scope);
      // one that is only likely is for people to judge: `lint` names it
      return secret?.grade === "certain" ? [{ build, arg, secret, id: secretIdFor(arg.name) }] : [];
    });
    if (found.length === 0) return [];
    if (build.how === "command") return found.map((one) => planOption(one, scope));
    if (build.how === "build-push-action") return planActionInputs(document, build, found);
    return found.map(planDeclared);
  });
}

/** `--build-arg X=$Y` → `--secret id=x,env=Y`, where Docker sees that Y. */
function planOption({ build, arg, id }: SecretArgument, scope: Scope): PlannedPlace {
  const { command } = build;
  const { option } = arg;
  const what = `${build.label}: the build argument ${arg.name}`;
  const written = arg.value?.text.replace(/^["']|["']$/g, "");
  const whole =
    written === undefined ? arg.name : /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})$/.exec(written);
  const variable = typeof whole === "string" ? whole : (whole?.[1] ?? whole?.[2]);
  const replacement = `--secret id=${id},env=${variable ?? arg.name}`;
  const { start, end } = arg;
  if (command === undefined || option === undefined || option.name !== "build-arg") {
    return { start, end, what, replacement, why: "it is not written as `--build-arg`", edits: [] };
  }
  const place = { ...placeOf(command.script.source, option.from, option.to), what, replacement };
  if (variable === undefined) {
    return { ...place, why: `its value is no variable: give the step \`env: { ${arg.name}: … }\` with it`, edits: [] };
  }
  const setting = scope.find(variable);
  if (setting !== undefined && setting !== "file" && setting.by === "assignment") {
    return { ...place, why: `the script sets ${variable} itself: Docker sees it only when it is exported`, edits: [] };
  }
  const edits: Edit[] = [{ start: place.start, end: place.end, text: replacement }];
  return { ...place, edits };
}

/** Of compose and bake files. */
function planDeclared({ build, arg, id }: SecretArgument): PlannedPlace {
  const { start, end, name } = arg;
  const what = `${build.label}: the build argument ${name}`;
  if (build.how === "compose") {
    return {
      start,
      end,
      what,
      replacement: "",
      why: `it becomes \`secrets: [${id}]\` beside \`args:\`, and \`${id}: { environment: ${name} }\` under the file's own \`secrets:\``,
      edits: [],
    };
  }
  const secret = `id=${id},env=${name}`;
  const why =
    build.how === "bake"
      ? `it becomes \`secret = ["${secret}"]\` in the target`
      : `it becomes \`*.secrets=${secret}\`, with ${name} in the step's \`env:\``;
  return { start, end, what, replacement: "", why, edits: [] };
}
