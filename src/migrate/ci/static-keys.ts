import { buildsIn, stepsIn } from "../../workflow/build.ts";
import type { CiDocument, CiJob } from "../../workflow/document.ts";
import { buildKeysIn } from "./static-key-build.ts";
import { declaredKeysIn, fileKeysIn, jobKeysIn, stepKeysIn } from "./static-key-entry.ts";
import type { StaticKeyPlace } from "./static-key-place.ts";
import { scriptKeysIn } from "./static-key-script.ts";

/**
 * Every place that hands static AWS keys on, in the order of the file. A session's keys from elsewhere are none.
 * `gone`: ids that migrated Dockerfiles asked for as one.
 */
export function staticKeysIn(document: CiDocument, gone: ReadonlySet<string> = new Set()): StaticKeyPlace[] {
  if (gone.size === 0 && !/aws|s3_|sccache/i.test(document.text)) return [];
  const steps = stepsIn(document);
  return withoutRepeats([
    ...declaredKeysIn(document),
    ...fileKeysIn(document),
    ...jobsOf(document).flatMap(jobKeysIn),
    ...steps.flatMap(({ job, step }) => (step === undefined ? [] : stepKeysIn(job, step))),
    ...buildsIn(document).flatMap((build) => buildKeysIn(build, gone)),
    ...steps.flatMap((placed) => placed.scripts.flatMap((script) => scriptKeysIn(script, placed, gone))),
  ]);
}

function jobsOf(document: CiDocument): readonly CiJob[] {
  return document.kind === "github-workflow" || document.kind === "gitlab" ? document.jobs : [];
}

/** What is found in two ways is known better as a command's or an entry's: what is found in a text is left out then. */
function withoutRepeats(places: readonly StaticKeyPlace[]): StaticKeyPlace[] {
  const isLoose = ({ kind }: StaticKeyPlace) => kind === "mention" || kind === "later-argument";
  const ordered = [...places].sort((a, b) => a.start - b.start || Number(isLoose(a)) - Number(isLoose(b)));
  const firm = ordered.filter(({ kind }) => kind === "argument" || kind === "assignment" || kind.startsWith("build-"));
  let next = 0;
  let last: StaticKeyPlace | undefined;
  return ordered.filter((place) => {
    if (last !== undefined && last.start === place.start) return false;
    while (next < firm.length && firm[next]!.end <= place.start) next++;
    const over = firm[next];
    if (isLoose(place) && over !== undefined && over.start < place.end) return false;
    last = place;
    return true;
  });
}
