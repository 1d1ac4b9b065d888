import type { BuildCommand } from "../../buildx/build-command.ts";
import type { BuilderFacts } from "../../buildx/builder.ts";
import { planPasses } from "../../buildx/passes.ts";
import { printSecretFlag } from "../../buildx/secret-flag.ts";
import { hideLikelyAround } from "../../finding/hide-likely.ts";
import type { Plan } from "../../grant/plan.ts";
import { printGrants } from "../../report/grants.ts";
import type { Machine } from "../machine.ts";
import { type Granted, rewrite } from "./grants.ts";
import type { Wishes } from "./requests.ts";
import type { Site } from "./site.ts";
import type { Tools } from "./tools.ts";

export type ShowAsk = {
  readonly command: BuildCommand;
  readonly site: Site;
  readonly wishes: Wishes;
  readonly granted: Granted | undefined;
  readonly builder: BuilderFacts | undefined;
  readonly tools: Tools;
  readonly machine: Machine;
};

/** `--seal-print`: what would be run, the Dockerfile's diff, the grants. No source is asked and nothing is run. */
export function showPlan({ command, site, wishes, granted, builder, tools, machine }: ShowAsk): number {
  const { rewritten, diff } =
    granted === undefined ? { rewritten: undefined, diff: "" } : rewrite(granted.dockerfile, granted.plan);
  const secrets = [...(granted?.plan.contents.keys() ?? [])].map((id) => ({ id, file: `<private folder>/${id}` }));
  const passes =
    builder === undefined
      ? []
      : planPasses({
          command,
          builder,
          buildx: undefined,
          context: site.source.contextForPass,
          ...(rewritten === undefined ? {} : { dockerfile: `<private folder>/${site.source.fileName}` }),
          secrets,
          add: granted?.frontend === undefined ? [] : [`--build-arg=BUILDKIT_SYNTAX=${granted.frontend}`],
          progress: "rawjson",
          scan: wishes.scan,
          engineStore: undefined,
          hold: (name) => `<private folder>/${name}`,
          environment: tools.environment,
        }).passes;
  // for people to read, in a log too: what looks like a value in the user's command or file is starred out
  const ownWords = secrets.map((secret) => quote(printSecretFlag(secret)));
  for (const { words } of passes) {
    machine.print(hideLikelyAround(`docker buildx build ${words.map(quote).join(" ")}\n\n`, ownWords));
  }
  if (granted === undefined) machine.print("No step gets anything.\n");
  else
    machine.print(
      `${linewise(diff, mountsIn(granted.plan))}${diff === "" ? "" : "\n"}${printGrants(granted.plan, site.source.displayName)}`,
    );
  if (granted?.plan.needsEnvMounts !== undefined) {
    machine.print(`frontend: ${granted.frontend} instead of the builder's own, for ${granted.plan.needsEnvMounts}\n`);
  }
  return 0;
}

function linewise(diff: string, ours: readonly string[]): string {
  return diff
    .split("\n")
    .map((line) => hideLikelyAround(line, ours))
    .join("\n");
}

function mountsIn({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.flatMap(({ text }) => text ?? [])));
}

function quote(word: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
