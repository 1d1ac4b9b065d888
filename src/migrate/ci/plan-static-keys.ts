import type { CiDocument } from "../../workflow/document.ts";
import type { CiScript } from "../../workflow/script.ts";
import type { PlannedPlace, WantedCiMigration } from "./migration.ts";
import { adviceFor, insteadOf, whatIs } from "./static-key-advice.ts";
import { type Argument, planArguments } from "./static-key-argument.ts";
import { environmentRemovals, prefixRemoval } from "./static-key-environment.ts";
import type { StaticKeyPlace } from "./static-key-place.ts";
import { staticKeysIn } from "./static-keys.ts";

/** Static AWS keys → the job's web identity. */
export function planStaticKeys(document: CiDocument, wanted: WantedCiMigration): PlannedPlace[] {
  const places = staticKeysIn(document, wanted.goneIds);
  const { outcomes, sealed } = planArguments(document, places, wanted);
  const removals = environmentRemovals(document, places, migratedScripts(outcomes));
  return places.map((place): PlannedPlace => {
    const { start, end } = place;
    const listed = { start, end, what: whatIs(place), replacement: "" };
    if (place.kind === "argument" || place.kind === "later-argument") {
      const outcome = outcomes.get(place)!;
      if (typeof outcome !== "string") return { ...listed, edits: outcome };
      return { ...listed, why: `${outcome}. ${insteadOf(wanted)}`, edits: [] };
    }
    const removal = removals.get(place) ?? (place.kind === "assignment" ? prefixRemoval(place, sealed) : undefined);
    if (typeof removal === "string") return { ...listed, why: `${removal}: take it out by hand`, edits: [] };
    if (removal !== undefined) return { ...listed, edits: [removal] };
    return { ...adviceFor(place, wanted), edits: [] };
  });
}

/** The scripts all of whose arguments go. */
function migratedScripts(outcomes: ReadonlyMap<Argument, unknown>): ReadonlySet<CiScript> {
  const scriptOf = (place: StaticKeyPlace) =>
    place.kind === "argument" ? place.command.script : place.kind === "later-argument" ? place.script : undefined;
  const left = new Set(
    [...outcomes].flatMap(([place, outcome]) => (typeof outcome === "string" ? [scriptOf(place)] : [])),
  );
  const all = [...outcomes.keys()].flatMap((place) => scriptOf(place) ?? []);
  return new Set(all.filter((script) => !left.has(script)));
}
