import type { Edit } from "../../dockerfile/insertion.ts";
import { buildsIn, type ContainerBuild } from "../../workflow/build.ts";
import type { CiDocument } from "../../workflow/document.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { planActionInputs } from "./action-input.ts";
import { secretIn } from "./carried-secret.ts";
import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { type SecretArgument, type SecretBeside, setBefore } from "./secret-argument.ts";
import { secretIdFor } from "./secret-id.ts";

/** Build arguments that carry secrets → secrets. `asked` tells which, by the argument's name. */
export function planArgSecrets(
  document: CiDocument,
  wanted: WantedCiMigration,
  asked: (name: string) => boolean,
  besideOf: (id: string) => SecretBeside | undefined = () => undefined,
): PlannedPlace[] {
  const { idFor = secretIdFor } = wanted;
  return buildsIn(document).flatMap((build) => {
    const scope = scopeOf(document, build);
    const found = build.args.flatMap((arg): SecretArgument[] => {
      if (!asked(arg.name)) return [];
      const secret = secretIn(arg.name, arg.value, scope);
      // one that is only likely is for people to judge: `lint` names it
      if (secret?.grade !== "certain") return [];
      const id = idFor(arg.name);
      return [{ build, arg, secret, id, beside: besideOf(id) }];
    });
    if (found.length === 0) return [];
    const isTwice = found.length > 1 && found[0]!.beside !== undefined;
    const reasons = new Map(
      found.map((one) => [one, whyNot(one, wanted) ?? (isTwice ? "two arguments are for the one token" : undefined)]),
    );
    const ready = found.filter((one) => reasons.get(one) === undefined);
    const waiting = found.filter((one) => !ready.includes(one));
    return [
      ...planAll(document, build, ready, scope),
      ...waiting.flatMap((one) =>
        planAll(document, build, [one], scope).map((place) =>
          place.edits.length === 0 ? place : { ...place, why: reasons.get(one)!, edits: [] },
        ),
      ),
    ];
  });
}

/** Why the Dockerfiles do not take yet what the build would hand over. */
function whyNot({ arg, id }: SecretArgument, { keptArgs, askedIds }: WantedCiMigration): string | undefined {
  if (keptArgs?.has(arg.name)) return `a Dockerfile still has ARG ${arg.name}: change that first`;
  if (askedIds === undefined || askedIds.has(id)) return undefined;
  return `no Dockerfile of this run mounts ${id}: migrate the one that is built, or name it too`;
}

function planAll(
  document: CiDocument,
  build: ContainerBuild,
  found: readonly SecretArgument[],
  scope: Scope,
): PlannedPlace[] {
  if (found.length === 0) return [];
  if (build.how === "command") return found.map((one) => planOption(one, scope));
  return build.how === "build-push-action" ? planActionInputs(document, build, found) : found.map(planDeclared);
}

/** `--build-arg X=$Y` → `--secret id=x,env=Y`, where Docker sees that Y. */
function planOption({ build, arg, id, beside }: SecretArgument, scope: Scope): PlannedPlace {
  const { command } = build;
  const { option } = arg;
  const what = `${build.label}: the build argument ${arg.name}`;
  const written = arg.value?.text.replace(/^["']|["']$/g, "");
  const whole =
    written === undefined ? arg.name : /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})$/.exec(written);
  const variable = typeof whole === "string" ? whole : (whole?.[1] ?? whole?.[2]);
  const also = beside === undefined ? "" : ` --secret id=${beside.id},env=${beside.variable}`;
  const replacement = `--secret id=${id},env=${variable ?? arg.name}${also}`;
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
  if (beside === undefined) return { ...place, edits };
  const set = setBefore(command, beside);
  if (set !== undefined) return { ...place, edits: [set, ...edits] };
  return {
    ...place,
    why: `another program starts it, which must hand ${beside.variable}=${beside.value} on`,
    edits: [],
  };
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
