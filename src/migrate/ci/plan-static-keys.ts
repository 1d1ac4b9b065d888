import type { Edit } from "../../dockerfile/insertion.ts";
import { programOf } from "../../dockerfile/shell/program.ts";
import { commandsIn } from "../../workflow/build.ts";
import type { ContainerCommand } from "../../workflow/command/container-command.ts";
import type { CiDocument, CiStep } from "../../workflow/document.ts";
import type { CiScript } from "../../workflow/script.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { sealHead } from "./build-head.ts";
import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import { withoutLines } from "./own-line.ts";
import { type StaticKeyPlace, staticKeysIn } from "./static-key.ts";
import { adviceFor, whatIs } from "./static-key-advice.ts";

type Argument = Extract<StaticKeyPlace, { kind: "argument" | "later-argument" }>;

/** Static AWS keys → the job's web identity. */
export function planStaticKeys(document: CiDocument, wanted: WantedCiMigration): PlannedPlace[] {
  const places = staticKeysIn(document);
  const arguments_ = places.filter(
    (place): place is Argument => place.kind === "argument" || place.kind === "later-argument",
  );
  const byScript = Map.groupBy(arguments_, scriptOfPlace);
  const commands = Map.groupBy(commandsIn(document), ({ command }) => command.script);
  const planned = new Map<StaticKeyPlace, PlannedPlace>();
  const migrated = new Set<CiScript>();
  for (const [script, group] of byScript) {
    const builds = (commands.get(script) ?? []).flatMap(({ command }) => (command.verb === "build" ? [command] : []));
    const outcome = planArguments(script, group, builds, wanted);
    for (const place of group) {
      const { start, end } = place;
      const what = whatIs(place);
      planned.set(
        place,
        typeof outcome === "string"
          ? { start, end, what, replacement: "", why: outcome, edits: [] }
          : { start, end, what, replacement: "", edits: outcome.get(place) ?? [] },
      );
    }
    if (typeof outcome !== "string") migrated.add(script);
  }
  planEnvironments(document, places, migrated, planned);
  return places.map((place) => planned.get(place) ?? { ...adviceFor(place, wanted), edits: [] });
}

function scriptOfPlace(place: Argument): CiScript {
  return place.kind === "argument" ? place.command.script : place.script;
}

/** The edits of each argument of a script, or why there are none. */
function planArguments(
  script: CiScript,
  group: readonly Argument[],
  builds: readonly ContainerCommand[],
  { recipe = "sccache" }: WantedCiMigration,
): ReadonlyMap<Argument, readonly Edit[]> | string {
  if (/\$\{?(?:AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN)\b/.test(script.masked)) {
    return "the same script asks for the key's variable itself: what it does with that must change with it";
  }
  const edits = new Map<Argument, Edit[]>();
  for (const [command, own] of Map.groupBy(group, (place) => (place.kind === "argument" ? place.command : undefined))) {
    const parts = new Set(own.map(({ part }) => part));
    if (!parts.has("id") || !parts.has("secret")) return "only a part of the key is handed over here";
    for (const place of own) {
      const edit = argumentEdit(place);
      if (typeof edit === "string") return edit;
      edits.set(place, [edit]);
    }
    if (command === undefined && builds.length !== 1) {
      return "it is not certain which command takes these arguments";
    }
    const head = sealHead(command ?? builds[0]!, recipe);
    if (typeof head === "string") return head;
    edits.get(own[0]!)!.push(...head);
  }
  return edits;
}

/** An argument goes with the blanks and the continuation before it. */
function argumentEdit(place: Argument): Edit | string {
  if (place.kind === "argument") {
    const { source } = place.command.script;
    const { after } = place.option;
    return { start: placeOf(source, after - 1, after).end, end: place.end, text: "" };
  }
  if (place.quoted) return "it stands in a text in single quotes, where a variable would not be filled in";
  const { script, from, to } = place;
  let start = from;
  while (start > 0 && /[ \t]/.test(script.masked[start - 1]!)) start--;
  return { ...placeOf(script.source, start, to), text: "" };
}

// They take no AWS keys: a step of these and builds alone has them for the builds.
const keyless = new Set(
  "buildseal echo printf set export cd true test [ mkdir ls cat pwd local shift exit unset date".split(" "),
);
const keylessDocker = new Set(
  "build buildx builder image images info inspect login logout pull push tag version".split(" "),
);

/** A step's `env:` that was there for the build's arguments alone goes with them. */
function planEnvironments(
  document: CiDocument,
  places: readonly StaticKeyPlace[],
  migrated: ReadonlySet<CiScript>,
  planned: Map<StaticKeyPlace, PlannedPlace>,
): void {
  const ofStep = Map.groupBy(places, ({ step }) => step);
  const byStep = Map.groupBy(places, (place) => (place.kind === "env" && place.of === "step" ? place.step : undefined));
  for (const [step, group] of byStep) {
    if (step === undefined || step.scripts.length === 0 || step.uses !== undefined) continue;
    if (!step.scripts.every((script) => migrated.has(script) && isKeyless(script))) continue;
    const others = (ofStep.get(step) ?? []).filter(({ kind }) => !/^(?:env|argument|later-argument)$/.test(kind));
    if (others.length > 0) continue;
    const whole = group.length === step.env.length && step.envBlock !== undefined;
    const block = whole ? withoutLines(document.text, step.envBlock!) : undefined;
    for (const place of group) {
      const edit = whole ? block : ownEntry(document, step, place);
      if (edit === undefined) continue;
      const { start, end } = place;
      planned.set(place, { start, end, what: whatIs(place), replacement: "", edits: [edit] });
    }
  }
}

function ownEntry(document: CiDocument, step: CiStep, place: StaticKeyPlace): Edit | undefined {
  // an entry that is merged in by an alias stands somewhere else, and may be others' too
  if (step.envBlock === undefined || place.start < step.envBlock.start || place.end > step.envBlock.end)
    return undefined;
  return withoutLines(document.text, place);
}

function isKeyless({ shell }: CiScript): boolean {
  return (shell?.commands ?? []).every((command) => {
    const { words } = command;
    if (words.length === 0) return true;
    const program = programOf(command);
    if (program === "docker") return keylessDocker.has(words[1]?.value ?? "");
    return program !== undefined && keyless.has(program);
  });
}
