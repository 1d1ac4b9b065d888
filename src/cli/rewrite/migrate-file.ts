import { isDockerfileName } from "../../dockerfile/file-name.ts";
import { settingsOf, stepsOf } from "../../dockerfile/index.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import { secretIdFor } from "../../migrate/ci/secret-id.ts";
import { migrateDockerfile } from "../../migrate/migrate-dockerfile.ts";
import type { MigrationSubject } from "../../migrate/migration.ts";
import { migrations } from "../../migrate/migrations.ts";
import { recipes } from "../../recipe/recipes.ts";
import { printGroupedGrants } from "../../report/grouped-grants.ts";
import { formatOf, isCiFile } from "../../workflow/kind.ts";
import type { Subject } from "./find-subjects.ts";
import type { Source } from "./grant-file.ts";
import { type Granting, takesEnvMounts } from "./insert-grants.ts";
import type { MigrationAsk } from "./migration-ask.ts";
import type { Outcome } from "./outcome.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";
import type { Rules } from "./rules.ts";

/** Gives what migrates one file, a Dockerfile, a template or a CI file. It throws SealError where one cannot be done. */
export function openMigration(
  ask: MigrationAsk,
): (subject: Subject, source: Source, granting: Granting) => Promise<Outcome> {
  const granted = new Set<string>();
  return async (subject, source, granting) => {
    if (!isCi(subject, source)) return migrateDocker(source, granting, ask, granted);
    // reading YAML takes as long to load as all the rest
    const { migrateCi } = await import("./migrate-ci-file.ts");
    return migrateCi(subject.identity, source, ask, recipeForCi(granted, granting.rules));
  };
}

/** What the Dockerfiles of this run got, else what the configuration grants: together, for a build may be of any of them. */
function recipeForCi(granted: ReadonlySet<string>, { requests }: Rules): string | undefined {
  const names = requests.flatMap((request) => (request.kind === "recipe" ? [request.recipe.name] : []));
  const known = granted.size > 0 ? granted : new Set(names.filter((name) => forAws.has(name)));
  return known.size === 0 ? undefined : [...known].sort().join(",");
}

const forAws: ReadonlySet<string> = new Set(["aws", "sccache"]);

/** By the path; for a file that was named also by what it holds. */
function isCi({ identity, named, path }: Subject, { bytes }: Source): boolean {
  if (path === undefined || isDockerfileName(identity)) return false;
  return isCiFile(identity) || (named && formatOf(identity, Buffer.from(bytes).toString("latin1")) !== undefined);
}

function migrateDocker(
  source: Source,
  { rules, policy, host }: Granting,
  { migrate, also }: MigrationAsk,
  recipesGranted: Set<string>,
): Outcome {
  const { name, path, bytes, engine } = source;
  const dockerfile = readTemplate(bytes, name, engine);
  refuseUnreadable(dockerfile);
  const subject: MigrationSubject = {
    dockerfile,
    steps: stepsOf(dockerfile),
    settings: lazily(() => settingsOf(dockerfile)),
    requests: rules.requests,
    recipes,
    declared: rules.declared,
    policy,
    host,
    envMounts: takesEnvMounts(dockerfile),
    idFor: (variable) => secretOf(variable, rules) ?? secretIdFor(variable),
    also: new Set(also),
  };
  const read = (text: Uint8Array) => readTemplate(text, name, dockerfile.template?.engine ?? "none");
  const { edits, text, remarks, steps, goneIds, granted, notices } = migrateDockerfile(
    subject,
    migrations.get(migrate)!,
    read,
  );
  for (const { what } of granted.flatMap(({ grants }) => grants)) {
    const recipe = what.replace(/^recipe /, "");
    if (forAws.has(recipe)) recipesGranted.add(recipe);
  }
  const unseen = dockerfile.template?.unseen ?? [];
  return {
    name,
    path,
    before: bytes,
    text: dockerfile.text,
    edits,
    after: text,
    summary: `${steps[0]} of ${steps[1]} steps changed`,
    details: () => printGroupedGrants(granted, name),
    notices: [
      ...notices,
      ...(goneIds.length === 0
        ? []
        : [`${name}: mounts of ${goneIds.join(", ")} went: a build no longer needs these secrets there`]),
      ...(text === undefined
        ? []
        : unseen.map(({ line, what }) => `${name}, line ${line}: not seen: ${what}; what is in there stays as it is`)),
    ],
    remarks,
    hit: [],
  };
}

/** Most files have nothing to migrate, and ask for nothing. */
function lazily<Key, Value>(make: () => (key: Key) => Value): (key: Key) => Value {
  let made: ((key: Key) => Value) | undefined;
  return (key) => {
    made ??= make();
    return made(key);
  };
}

/** The secret of buildseal.yaml that comes from a variable of this name. */
function secretOf(variable: string, { config }: Rules): string | undefined {
  return Object.entries(config?.secrets ?? {}).find(
    ([, source]) => source.from === "env" && "name" in source && source.name === variable,
  )?.[0];
}
