import type { Edit } from "../../dockerfile/insertion.ts";
import { programOf } from "../../dockerfile/shell/program.ts";
import type { ShellCommand } from "../../dockerfile/shell/script.ts";
import type { CiDocument, CiStep } from "../../workflow/document.ts";
import type { CiScript } from "../../workflow/script.ts";
import { placeOf } from "../../workflow/sourced-text.ts";
import { wordIn } from "../credential-way.ts";
import { withoutLines } from "./own-line.ts";
import type { PlaceOf, StaticKeyPlace } from "./static-key-place.ts";

/** The edit that takes a place out, or why there is none although nothing needs it any more. */
export type Removal = Edit | string;

/** A step's `env:` that was there for builds alone goes with their arguments. `migrated`: scripts that hand no key on any more. */
export function environmentRemovals(
  document: CiDocument,
  places: readonly StaticKeyPlace[],
  migrated: ReadonlySet<CiScript>,
): ReadonlyMap<StaticKeyPlace, Removal> {
  const removals = new Map<StaticKeyPlace, Removal>();
  const ofStep = Map.groupBy(places, ({ step }) => step);
  const byStep = Map.groupBy(places, (place) => (place.kind === "env" && place.of === "step" ? place.step : undefined));
  for (const [step, group] of byStep) {
    if (step === undefined || step.scripts.length === 0 || step.uses !== undefined) continue;
    if (!step.scripts.every((script) => migrated.has(script) && isKeyless(script))) continue;
    const others = (ofStep.get(step) ?? []).filter(({ kind }) => !/^(?:env|argument|later-argument)$/.test(kind));
    if (others.length > 0) continue;
    const whole = group.length === step.env.length && step.envBlock !== undefined;
    const block = whole ? withoutLines(document.text, step.envBlock!) : undefined;
    const isNamed = namedBeside(step, places);
    if (group.some(({ name }) => isNamed(name))) continue;
    for (const place of group) {
      const edit = whole ? block : ownEntry(document, step, place);
      removals.set(place, edit ?? "nothing of the step takes it any more, but its line cannot be taken out by itself");
    }
  }
  return removals;
}

/** Whether the step's scripts name a variable elsewhere than in the arguments that go. */
function namedBeside({ scripts }: CiStep, places: readonly StaticKeyPlace[]): (name: string) => boolean {
  const rests = scripts.map((script) => {
    const parts: string[] = [];
    let copied = 0;
    for (const place of places) {
      const own =
        place.kind === "argument" && place.command.script === script
          ? place.option
          : place.kind === "later-argument" && place.script === script
            ? place
            : undefined;
      if (own === undefined) continue;
      parts.push(script.masked.slice(copied, own.from));
      copied = own.to;
    }
    return `${parts.join(" ")} ${script.masked.slice(copied)}`;
  });
  return (name) => rests.some((text) => wordIn(text, name));
}

function ownEntry(document: CiDocument, step: CiStep, place: StaticKeyPlace): Edit | undefined {
  // an entry that is merged in by an alias stands somewhere else, and may be others' too
  if (step.envBlock === undefined || place.start < step.envBlock.start || place.end > step.envBlock.end)
    return undefined;
  return withoutLines(document.text, place);
}

// They take no AWS keys: a step of these and builds alone has them for the builds.
const keyless = new Set(
  "buildseal echo printf set export cd true test [ mkdir ls cat pwd local shift exit unset date".split(" "),
);
const keylessDocker = new Set(
  "build buildx builder image images info inspect login logout pull push tag version".split(" "),
);

function isKeyless({ shell }: CiScript): boolean {
  return (shell?.commands ?? []).every((command) => {
    const { words } = command;
    if (words.length === 0) return true;
    const program = programOf(command);
    if (program === "docker") return keylessDocker.has(words[1]?.value ?? "");
    return program !== undefined && keyless.has(program);
  });
}

/** `AWS_ACCESS_KEY_ID=$K docker build …`: it holds for that command alone, which wants it no more. */
export function prefixRemoval(
  { command, script, from }: PlaceOf<"assignment">,
  sealed: ReadonlySet<ShellCommand>,
): Edit | undefined {
  const own = command.assignments.find(({ start }) => start === from);
  if (own === undefined || !sealed.has(command) || /[$][(]|`/.test(own.value.raw)) return undefined;
  const next = [...command.assignments, ...command.words].flatMap(({ start }) => (start > from ? [start] : []));
  return { ...placeOf(script.source, from, Math.min(...next)), text: "" };
}
