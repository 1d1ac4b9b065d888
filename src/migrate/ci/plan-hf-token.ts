import { buildsIn } from "../../workflow/build.ts";
import type { CiDocument } from "../../workflow/document.ts";
import type { PlannedPlace } from "./migration.ts";
import { planArgSecrets } from "./plan-arg-secrets.ts";

const names = /^(?:HF_TOKEN|HUGGING_?FACE_(?:HUB_)?TOKEN|HF_API_TOKEN|HF_HUB_TOKEN)$/i;

/** The names under which Hugging Face's token goes. */
export function isHfTokenName(name: string): boolean {
  return names.test(name.replaceAll("-", "_"));
}

/**
 * Hugging Face's token: build arguments become secrets; a `--secret` stays as it is, for a step takes the same id as a
 * file or as a variable. With buildseal it can go, which needs a resource that only people know.
 */
export function planHfToken(document: CiDocument): PlannedPlace[] {
  const given = buildsIn(document).flatMap((build) =>
    build.secrets.flatMap((input): PlannedPlace[] => {
      const source = /(?:^|,)env=([A-Za-z0-9_]+)/.exec(input.value?.text ?? "")?.[1];
      if (!isHfTokenName(input.name) && (source === undefined || !isHfTokenName(source))) return [];
      const { start, end } = input;
      const what = `${build.label}: the secret ${input.name}`;
      const why = `declare it in buildseal.yaml (\`secrets: { ${input.name}: { from: huggingface, resource: … } }\`) and build with \`buildseal build\``;
      return [{ start, end, what, replacement: "", why, edits: [] }];
    }),
  );
  return [...planArgSecrets(document, isHfTokenName), ...given];
}
