import type { Edit } from "../../dockerfile/insertion.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import { commandsIn } from "../../workflow/build.ts";
import type { ContainerCommand } from "../../workflow/command/container-command.ts";
import type { CiDocument, CiJob } from "../../workflow/document.ts";
import type { CiScript } from "../../workflow/script.ts";
import { argumentEdit } from "./argument-edit.ts";
import { sealHead } from "./build-head.ts";
import type { WantedCiMigration } from "./migration.ts";
import type { PlaceOf, StaticKeyPlace } from "./static-key-place.ts";

export type Argument = PlaceOf<"argument" | "later-argument">;

export type ArgumentPlan = {
  /** The edits of each argument, or why there are none. */
  readonly outcomes: ReadonlyMap<Argument, readonly Edit[] | string>;
  /** The commands that buildseal runs now. */
  readonly sealed: ReadonlySet<ShellCommand>;
};

/** `--secret`s with static keys go, and buildseal builds. Each build is judged by itself, with what comes to it by a variable. */
export function planArguments(
  document: CiDocument,
  places: readonly StaticKeyPlace[],
  wanted: WantedCiMigration,
): ArgumentPlan {
  const outcomes = new Map<Argument, readonly Edit[] | string>();
  const sealed = new Set<ShellCommand>();
  const commands = Map.groupBy(commandsIn(document), ({ command }) => command.script);
  const all = places.filter((place): place is Argument => place.kind === "argument" || place.kind === "later-argument");
  for (const [script, group] of Map.groupBy(all, scriptOfPlace)) {
    const builds = (commands.get(script) ?? []).flatMap(({ command }) => (command.verb === "build" ? [command] : []));
    const keyOf = keys();
    const asksItself = asksForKey.test(script.masked);
    const byVariable = new Map<string, readonly ContainerCommand[]>();
    const takers = new Map(
      group.map((place) => {
        const known = place.kind === "later-argument" ? byVariable.get(place.kept ?? "") : undefined;
        const found = known ?? takersOf(place, script, builds);
        if (place.kind === "later-argument") byVariable.set(place.kept ?? "", found);
        return [place, found] as const;
      }),
    );
    for (const own of Map.groupBy(group, (place) => keyOf(takers.get(place)!)).values()) {
      const takes = takers.get(own[0]!)!;
      const edits = takes.length === 0 ? notCertain : editsOf(own, takes, { document, wanted, asksItself });
      for (const place of own) outcomes.set(place, typeof edits === "string" ? edits : edits.get(place)!);
      if (typeof edits !== "string") for (const { shell } of takes) sealed.add(shell);
    }
  }
  return { outcomes, sealed };
}

function scriptOfPlace(place: Argument): CiScript {
  return place.kind === "argument" ? place.command.script : place.script;
}

const notCertain = "it is not certain which command takes it";

/** Arguments that the same builds take belong together. */
function keys(): (takers: readonly ContainerCommand[]) => string {
  const known = new Map<readonly ContainerCommand[], string>();
  return (takers) => {
    const key = known.get(takers) ?? takers.map(({ shell }) => shell.start).join(" ");
    known.set(takers, key);
    return key;
  };
}

/** The builds that take an argument; none where that is not certain. */
function takersOf(
  place: Argument,
  { shell }: CiScript,
  builds: readonly ContainerCommand[],
): readonly ContainerCommand[] {
  if (place.kind === "argument") return [place.command];
  const { kept } = place;
  if (kept === undefined) return [];
  const takers = builds.filter((build) => uses(build.shell, kept));
  const known = new Set(takers.map((build) => build.shell));
  const others = (shell?.commands ?? []).some(
    (command) => !known.has(command) && uses(command, kept) && !keeps(command, kept),
  );
  const isOfFunction = kept === "@" && takers.some(({ shell: { within } }) => within === "function");
  return others || isOfFunction ? [] : takers;
}

function uses({ words, assignments }: ShellCommand, variable: string): boolean {
  const all = [...words, ...assignments.map(({ value }) => value)];
  if (variable === "@") return all.some(({ raw }) => /\$\{?[@*]/.test(raw));
  return all.some(({ variables }) => variables.includes(variable));
}

/** `A="$A …"`, `set -- "$@" …`. */
function keeps({ words, assignments }: ShellCommand, variable: string): boolean {
  if (variable === "@") return words[0]?.value === "set";
  return words.length === 0 && assignments.every(({ name }) => name === variable);
}

type Surroundings = {
  readonly document: CiDocument;
  readonly wanted: WantedCiMigration;
  /** The script names a key's variable beside its arguments. */
  readonly asksItself: boolean;
};

const asksForKey = /\$\{?(?:AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN)\b/;

function editsOf(
  group: readonly Argument[],
  takers: readonly ContainerCommand[],
  { document, wanted, asksItself }: Surroundings,
): ReadonlyMap<Argument, readonly Edit[]> | string {
  const { recipe = "sccache", askedIds } = wanted;
  if (askedIds !== undefined && ![...askedIds].some((id) => id.startsWith("aws-identity"))) {
    return "no Dockerfile of this run has a web identity: migrate the one that is built, or name it too";
  }
  const asked = group.find(({ id }) => askedIds?.has(id));
  if (asked !== undefined) return `a step of a Dockerfile still mounts ${asked.id}: change that first`;
  if (group.some((place) => place.kind === "later-argument" && place.option === "build-arg")) {
    return "the Dockerfile reads the argument: migrate it first";
  }
  const parts = new Set(group.map(({ part }) => part));
  if (!parts.has("file") && !(parts.has("id") && parts.has("secret"))) {
    return "only a part of the key is handed over here";
  }
  if (asksItself) {
    return "the same script asks for the key's variable itself, and what it does with that must change with it";
  }
  const runner = document.kind === "github-workflow" ? hostedRunner(group[0]!.job) : undefined;
  if (runner !== undefined) {
    return `the job runs on ${runner}, which has no web identity in a file: it has to run where AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are set`;
  }
  const edits = new Map<Argument, Edit[]>();
  for (const place of group) {
    const edit = argumentEdit(document.text, place);
    if (typeof edit === "string") return edit;
    edits.set(place, [edit]);
  }
  for (const command of takers) {
    const head = sealHead(command, recipe);
    if (typeof head === "string") return head;
    edits.get(group[0]!)!.push(...head);
  }
  return edits;
}

/** The label of a runner of GitHub's own; undefined: it is one's own, or not known. */
function hostedRunner(job: CiJob | undefined): string | undefined {
  const labels = job?.runsOn ?? [];
  if (labels.includes("self-hosted")) return undefined;
  return labels.find((label) => /^(?:ubuntu|windows|macos)-(?:latest|\d)/.test(label));
}
