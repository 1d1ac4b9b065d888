import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { checkDelivery } from "./delivery.ts";

/** What a `# buildseal:` comment right above a step asks for. */
export type CommentGrant =
  | { readonly kind: "recipe"; readonly recipe: string }
  | {
      readonly kind: "secret";
      readonly secret: string;
      readonly field?: string;
      readonly file?: string;
      readonly env?: string;
      readonly target?: string;
    };

const keys = ["with", "secret", "field", "file", "env", "target", "ignore", "reason"];

/** What stands behind `# buildseal:` in a comment line; undefined for a comment that is not ours. */
export function directiveBody(comment: string): string | undefined {
  return /^\s*#\s*buildseal:\s*(.*?)\s*$/s.exec(comment)?.[1];
}

/**
 * Reads one comment line (with its `#`). Gives nothing for a comment that is not ours, or that only suppresses
 * findings (`ignore=`).
 *
 * @throws SealError GRANT for a comment of ours that cannot be understood.
 */
export function parseComment(comment: string, where: string): readonly CommentGrant[] {
  const body = directiveBody(comment);
  if (body === undefined) return [];
  if (body.startsWith("ignore=")) return [];
  const pairs = new Map<string, string>();
  for (const word of body.split(/[\s,]+/).filter((word) => word !== "")) {
    const equals = word.indexOf("=");
    const key = equals < 0 ? word : word.slice(0, equals);
    if (equals < 0 || equals === word.length - 1 || !keys.includes(key)) {
      const meant = nearest(key, keys);
      throw wrong(
        where,
        `cannot read \`${word}\``,
        meant === undefined || meant === key ? "" : ` Did you mean \`${meant}=\`?`,
      );
    }
    if (pairs.has(key)) throw wrong(where, `\`${key}=\` stands twice`, "");
    pairs.set(key, word.slice(equals + 1));
  }
  const secret = pairs.get("secret");
  const recipe = pairs.get("with");
  if ((secret === undefined) === (recipe === undefined)) {
    throw wrong(where, "neither `with=` nor `secret=`, or both", "");
  }
  if (recipe !== undefined) {
    if (pairs.size > 1) throw wrong(where, "`with=` takes no other key here", "");
    return recipe.split("+").map((name) => ({ kind: "recipe", recipe: name }));
  }
  const [field, file, env, target] = ["field", "file", "env", "target"].map((key) => pairs.get(key));
  if (env !== undefined && (file !== undefined || target !== undefined)) {
    throw wrong(where, "`env=` gives the value itself, so it goes with neither `file=` nor `target=`", "");
  }
  checkDelivery({ file, env, target }, where);
  return [
    {
      kind: "secret",
      secret: secret!,
      ...(field === undefined ? {} : { field }),
      ...(file === undefined ? {} : { file }),
      ...(env === undefined ? {} : { env }),
      ...(target === undefined ? {} : { target }),
    },
  ];
}

function wrong(where: string, what: string, hint: string): SealError {
  return new SealError(
    "GRANT",
    `${where}: ${what} in a \`# buildseal:\` comment`,
    `Write \`# buildseal: with=sccache\` or \`# buildseal: secret=NAME,file=VARIABLE\`.${hint}`,
  );
}
