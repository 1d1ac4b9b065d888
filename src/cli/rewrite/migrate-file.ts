import { isDockerfileName } from "../../dockerfile/file-name.ts";
import { settingsOf, stepsOf } from "../../dockerfile/index.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import type { WantedCiMigration } from "../../migrate/ci/migration.ts";
import { secretIdFor } from "../../migrate/ci/secret-id.ts";
import { isUnreadBuildFile } from "../../migrate/ci/unread-file.ts";
import { hubTokenId } from "../../migrate/hf-token.ts";
import { asksOf, migrateDockerfile } from "../../migrate/migrate-dockerfile.ts";
import type { MigrationSubject } from "../../migrate/migration.ts";
import { migrations } from "../../migrate/migrations.ts";
import { recipes } from "../../recipe/recipes.ts";
import { printGroupedGrants } from "../../report/grouped-grants.ts";
import { formatOf, isCiFile } from "../../workflow/kind.ts";
import type { Subject } from "./find-subjects.ts";
import type { Source } from "./grant-file.ts";
import { type Granting, takesEnvMounts } from "./insert-grants.ts";
import type { MigrationAsk } from "./migration-ask.ts";
import { createMigrationRun, type MigrationRun } from "./migration-run.ts";
import type { Outcome } from "./outcome.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";
import type { Rules } from "./rules.ts";

/** Gives what migrates one file, a Dockerfile, a template or a CI file. It throws SealError where one cannot be done. */
export function openMigration(
  ask: MigrationAsk,
): (subject: Subject, source: Source, granting: Granting) => Promise<Outcome> {
  const run = createMigrationRun();
  return async (subject, source, granting) => {
    if (!isCi(subject, source)) return migrateDocker(source, granting, ask, run);
    // reading YAML takes as long to load as all the rest
    const { migrateCi } = await import("./migrate-ci-file.ts");
    return migrateCi(subject.identity, source, wantedOf(ask, granting.rules, run));
  };
}

/** What CI files are to say after the Dockerfiles of the same run, which come first. */
function wantedOf({ migrate }: MigrationAsk, rules: Rules, run: MigrationRun): WantedCiMigration {
  const idFor = idsBy(rules);
  const recipe = run.recipe(rules.requests);
  return {
    migration: migrate,
    ...(recipe === undefined ? {} : { recipe }),
    goneIds: run.goneIds(),
    askedIds: run.askedIds(),
    keptArgs: run.keptArgs(),
    idFor: migrate === "hf-token" ? () => hubTokenId(idFor, rules.declared) : idFor,
  };
}

/** By the path; for a file that was named also by what it holds. */
function isCi({ identity, named, path }: Subject, { bytes }: Source): boolean {
  if (path === undefined || isDockerfileName(identity)) return false;
  return (
    isCiFile(identity) ||
    isUnreadBuildFile(identity) ||
    (named && formatOf(identity, Buffer.from(bytes).toString("latin1")) !== undefined)
  );
}

function migrateDocker(
  source: Source,
  { rules, policy, host }: Granting,
  { migrate, also }: MigrationAsk,
  run: MigrationRun,
): Outcome {
  const { name, path, bytes, engine } = source;
  const dockerfile = readTemplate(bytes, name, engine);
  const done = run.see(asksOf(dockerfile));
  refuseUnreadable(dockerfile);
  const subject: MigrationSubject = {
    dockerfile,
    steps: stepsOf(dockerfile),
    settings: lazily(() => settingsOf(dockerfile)),
    requests: rules.requests,
    recipes,
    declared: rules.declared,
    sources: rules.config?.secrets,
    policy,
    host,
    envMounts: takesEnvMounts(dockerfile),
    idFor: idsBy(rules),
    also: new Set(also),
  };
  const read = (text: Uint8Array) => readTemplate(text, name, dockerfile.template?.engine ?? "none");
  const migrated = migrateDockerfile(subject, migrations.get(migrate)!, read);
  const { edits, text, remarks, steps, goneIds, newIds, granted, notices } = migrated;
  done(migrated);
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
      ...(newIds.length === 0
        ? []
        : [
            `${name}: a build has to bring ${newIds.join(", ")}: \`buildseal build\` does, docker is given them by --secret`,
          ]),
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

function idsBy(rules: Rules): (variable: string) => string {
  return (variable) => secretOf(variable, rules) ?? secretIdFor(variable);
}

/** The secret of buildseal.yaml that comes from a variable of this name. */
function secretOf(variable: string, { config }: Rules): string | undefined {
  return Object.entries(config?.secrets ?? {}).find(
    ([, source]) => source.from === "env" && "name" in source && source.name === variable,
  )?.[0];
}
