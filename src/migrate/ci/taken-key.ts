import type { CiEntry } from "../../workflow/document.ts";
import { expressionsIn } from "../../workflow/github/expression.ts";
import type { SourcedText } from "../../workflow/sourced-text.ts";
import { variablesIn } from "./carried-secret.ts";
import { type KeyPart, keyPartOf } from "./key-part.ts";

/** The static key's name in a value: of `${{ secrets.X }}`, `${{ inputs.x }}`, `${{ env.X }}` or `$X`. */
export function takenKey(value: SourcedText): string | undefined {
  for (const { origins } of expressionsIn(value.text)) {
    for (const { context, path } of origins) {
      const name = path.at(-1);
      if (/^(?:secrets|inputs|env|vars)$/.test(context) && name !== undefined && keyPartOf(name) !== undefined)
        return name;
    }
  }
  return variablesIn(value.text).find((name) => keyPartOf(name) !== undefined);
}

/** The part that an entry hands on: by its name, else by what its value takes. What a step before gave is a session's. */
export function partOfEntry({ name, value }: CiEntry): KeyPart | undefined {
  if (value === undefined) return keyPartOf(name.text);
  const origins = expressionsIn(value.text).flatMap((expression) => expression.origins);
  if (origins.length > 0 && !origins.some(({ context }) => /^(?:secrets|inputs|env|vars)$/.test(context))) {
    return undefined;
  }
  if (value.text.includes("\n")) return undefined;
  const from = takenKey(value);
  return keyPartOf(name.text) ?? (from === undefined ? undefined : keyPartOf(from));
}
