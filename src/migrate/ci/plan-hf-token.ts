import { type BuildInput, buildsIn, type ContainerBuild } from "../../workflow/build.ts";
import type { CiDocument } from "../../workflow/document.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { isBlockOfLines } from "./action-input.ts";
import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import { lineEndAt } from "./own-line.ts";
import { planArgSecrets } from "./plan-arg-secrets.ts";
import { type SecretBeside, setBefore } from "./secret-argument.ts";

const names = /^(?:HF_TOKEN|HUGGING_?FACE_(?:HUB_)?TOKEN|HF_API_TOKEN|HF_HUB_TOKEN)$/i;

/** The names under which Hugging Face's token goes. */
export function isHfTokenName(name: string): boolean {
  return names.test(name.replaceAll("-", "_"));
}

/** A step that has the token as a file has the file's path in a variable. */
function pathBeside(id: string): SecretBeside {
  return { id: `${id}-path`, variable: "HF_TOKEN_PATH", value: `/run/secrets/${id}` };
}

/**
 * Hugging Face's token: build arguments become secrets, and its path goes with it. With buildseal it can go, which needs a
 * resource that only people know.
 */
export function planHfToken(document: CiDocument, wanted: WantedCiMigration): PlannedPlace[] {
  const given = buildsIn(document).flatMap((build) =>
    build.secrets.flatMap((input) => {
      const source = /(?:^|,)env=(\w+)|\b(?:secrets|env|vars|inputs)\.([\w-]+)/.exec(input.value?.text ?? "");
      if (![input.name, source?.[1] ?? source?.[2] ?? ""].some(isHfTokenName)) return [];
      return planGiven(document, build, input, wanted);
    }),
  );
  return [...planArgSecrets(document, wanted, isHfTokenName, pathBeside), ...given];
}

/** A token that is a secret already: where the Dockerfile mounts the path too, that has to be handed over. */
function planGiven(
  document: CiDocument,
  build: ContainerBuild,
  input: BuildInput,
  { askedIds }: WantedCiMigration,
): PlannedPlace[] {
  const beside = pathBeside(input.name);
  const isThere = build.secrets.some(({ name }) => name === beside.id) || build.command?.tool === "buildseal";
  if (isThere || (askedIds !== undefined && !askedIds.has(beside.id))) return [];
  const { start, end } = input;
  const { id, variable, value } = beside;
  const added = build.command === undefined ? `${id}=${value}` : `--secret id=${id},env=${variable}`;
  const place = { start, end, what: `${build.label}: the secret ${input.name}`, replacement: `and beside it ${added}` };
  const edits = askedIds === undefined ? undefined : editsFor(document, build, input, beside, added);
  if (edits !== undefined) return [{ ...place, edits }];
  const why = `${variable} is ${value} where the Dockerfile mounts it as a file. Or declare it in buildseal.yaml (\`secrets: { ${input.name}: { from: huggingface, resource: … } }\`) and build with \`buildseal build\``;
  return [{ ...place, why, edits: [] }];
}

function editsFor(
  { text }: CiDocument,
  build: ContainerBuild,
  { option, by, end }: BuildInput,
  beside: SecretBeside,
  added: string,
): PlannedPlace["edits"] | undefined {
  if (build.how === "command" && build.command !== undefined && option !== undefined) {
    const set = setBefore(build.command, beside);
    const { end: at } = placeOf(build.command.script.source, option.from, option.to);
    return set && [set, { start: at, end: at, text: ` ${added}` }];
  }
  const block = build.step?.with.find(({ name }) => name.text === by);
  if (build.how !== "build-push-action" || by !== "secrets" || !isBlockOfLines(block)) return undefined;
  const newline = text.indexOf("\n", end);
  const line = text.slice(text.lastIndexOf("\n", end - 1) + 1, newline < 0 ? text.length : newline);
  if (newline < 0 || line.includes('"')) return undefined;
  const indent = /^[ \t]*/.exec(line)![0];
  return [{ start: newline + 1, end: newline + 1, text: `${indent}${added}${lineEndAt(text, end)}` }];
}
