import { webIdentitySecret } from "../recipe/web-identity.ts";

/**
 * What to do where two grants would have one place.
 *
 * @param grants each as the plan names it: `recipe npm`, `secret token`
 */
export function remedyForClash(grants: readonly [string, string], where: "step" | "container"): string {
  const narrow = where === "step" ? ", or narrow one of the two by `steps`" : "";
  const recipes = grants.filter((grant) => grant.startsWith("recipe "));
  if (recipes.length === 2 && recipes[0] === recipes[1]) {
    return `Let one grant of the recipe name all hosts, and variables of the ${where} a place for each file${narrow}`;
  }
  if (recipes.length === 2 && recipes.includes("recipe yarn")) {
    return `Use \`with: yarn\` alone there, whose file npm and pnpm read too${narrow}`;
  }
  if (recipes.includes("recipe aws") && recipes.includes("recipe sccache")) {
    const apart = where === "step" ? `Split the step${narrow}` : "Leave one of the two out";
    return `${apart}; where AWS_WEB_IDENTITY_TOKEN_FILE is set, both can have one region and \`options: { credentials: web-identity }\``;
  }
  if (recipes.length === 2) {
    return `Name all hosts in one of the two grants, and in the other one the same with the same users and secrets${narrow}`;
  }
  const which = recipes.length === 0 ? "one of the two grants" : "the secret's grant";
  return `Give ${which} another place (\`as:\`)${narrow}`;
}

type Given = { readonly what: string; readonly mounts: readonly { readonly secrets: readonly string[] }[] };

/** What is to be said of a grant for another one of its step: sccache takes keys of a file before a web identity. */
export function besideNotices(grant: Given, all: readonly Given[]): string[] {
  const secretsOf = ({ mounts }: Given) => mounts.flatMap(({ secrets }) => secrets);
  if (grant.what !== "recipe sccache" || !secretsOf(grant).includes(webIdentitySecret)) return [];
  const bringsKeys = (other: Given) =>
    other.what === "recipe aws" && secretsOf(other).some((secret) => secret !== webIdentitySecret);
  return all.some(bringsKeys)
    ? [
        "it takes the keys of the session that recipe aws brings to the step before its web identity: give `aws` `options: { credentials: web-identity }`, or split the step",
      ]
    : [];
}
