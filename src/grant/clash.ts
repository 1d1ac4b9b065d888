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
    return `Give \`aws\` the same identity and region: \`options: { credentials: web-identity }\`${narrow}`;
  }
  if (recipes.length === 2) {
    return `Name all hosts in one of the two grants, and in the other one the same with the same users and secrets${narrow}`;
  }
  const which = recipes.length === 0 ? "one of the two grants" : "the secret's grant";
  return `Give ${which} another place (\`as:\`)${narrow}`;
}
