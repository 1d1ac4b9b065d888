import { settingsOf, stepsOf } from "../../../src/dockerfile/index.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import type { Policy } from "../../../src/grant/policy.ts";
import { secretIdFor } from "../../../src/migrate/ci/secret-id.ts";
import { type Migrated, migrateDockerfile } from "../../../src/migrate/migrate-dockerfile.ts";
import { migrations } from "../../../src/migrate/migrations.ts";
import type { MigrationName } from "../../../src/migrate/name.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

export type Asked = {
  readonly name?: string;
  readonly also?: readonly string[];
  readonly policy?: Policy;
  readonly envMounts?: boolean;
  readonly host?: Readonly<Record<string, string>>;
  readonly declared?: readonly string[];
};

/** What a migration makes of a text, and what it says. */
export function migrated(
  text: string,
  migration: MigrationName,
  asked: Asked = {},
): Migrated & { readonly after: string } {
  const name = asked.name ?? "Dockerfile";
  const bytes = Uint8Array.from(Buffer.from(text, "latin1"));
  const dockerfile = readTemplate(bytes, name);
  if (dockerfile.problem !== undefined) throw dockerfile.problem;
  const subject = {
    dockerfile,
    steps: stepsOf(dockerfile),
    settings: settingsOf(dockerfile),
    requests: [],
    recipes,
    declared: new Set(asked.declared ?? []),
    policy: asked.policy ?? [],
    host: (variable: string) => asked.host?.[variable],
    envMounts: asked.envMounts ?? true,
    idFor: secretIdFor,
    also: new Set(asked.also ?? []),
  };
  const engine = dockerfile.template?.engine ?? "none";
  const done = migrateDockerfile(subject, migrations.get(migration)!, (after) => readTemplate(after, name, engine));
  return { ...done, after: Buffer.from(done.text ?? bytes).toString("latin1") };
}

/** The text without the mounts of a web identity: what the rest has become. */
export function withoutIdentity(text: string): string {
  return text.replace(/ ?--mount=type=secret,id=(?:aws-identity|sccache)[^ \n]*/g, " ID").replace(/(?: ID)+/g, " ID");
}
