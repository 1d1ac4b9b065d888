import type { GrantRequest } from "../../grant/request.ts";
import type { Asked, Migrated } from "../../migrate/migrate-dockerfile.ts";

/** What is known of all Dockerfiles of a run: their CI files come after them. */
export type MigrationRun = {
  /** Takes in a Dockerfile as it is, and gives what takes in what became of it. */
  readonly see: (asks: Asked) => (migrated: Migrated) => void;
  /** Ids that are asked for no more. */
  readonly goneIds: () => ReadonlySet<string>;
  readonly askedIds: () => ReadonlySet<string>;
  readonly keptArgs: () => ReadonlySet<string>;
  /** What the Dockerfiles have, else what the configuration grants: together, for a build may be of any of them. */
  readonly recipe: (requests: readonly GrantRequest[]) => string | undefined;
};

export function createMigrationRun(): MigrationRun {
  const asked = new Set<Asked>();
  const gone = new Set<string>();
  const granted = new Set<string>();
  const all = (pick: (one: Asked) => readonly string[]) => new Set([...asked].flatMap(pick));
  const askedIds = () => all(({ ids }) => ids);
  return {
    see: (before) => {
      asked.add(before);
      return ({ asks, goneIds, granted: steps }) => {
        asked.delete(before);
        asked.add(asks);
        for (const id of goneIds) gone.add(id);
        const now = steps.flatMap(({ grants }) => grants.map(({ what }) => what.replace(/^recipe /, "")));
        const known = now.filter((name) => forAws.has(name));
        for (const name of known.length > 0 ? known : recipesBy(asks.ids)) granted.add(name);
      };
    },
    goneIds: () => {
      const still = askedIds();
      return new Set([...gone].filter((id) => !still.has(id)));
    },
    askedIds,
    keptArgs: () => all(({ args }) => args),
    recipe: (requests) => {
      const names = requests.flatMap((request) => (request.kind === "recipe" ? [request.recipe.name] : []));
      const known = granted.size > 0 ? granted : new Set(names.filter((name) => forAws.has(name)));
      return known.size === 0 ? undefined : [...known].sort().join(",");
    },
  };
}

const forAws: ReadonlySet<string> = new Set(["aws", "sccache"]);

/** Of a Dockerfile that was migrated before: by the ids that the recipes make where nothing else is asked of them. */
function recipesBy(ids: readonly string[]): string[] {
  if (ids.some((id) => id === "aws-identity-token-file" || id.startsWith("sccache-"))) return ["sccache"];
  return ids.includes("aws-identity-profile") ? ["aws"] : [];
}
