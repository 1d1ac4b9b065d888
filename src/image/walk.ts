import { type Choice, isChosenName, isChosenPlatform, namesOf } from "./choice.ts";
import { attestedDigest, type Descriptor, type Document } from "./document.ts";
import { isUnknownPlatform } from "./platform.ts";

/** A manifest or an index whose document is asked for. */
export type Asked = {
  readonly descriptor: Descriptor;
  /** False for what may be of something else than what was chosen. */
  readonly isNeeded: boolean;
};

export type Walked = {
  readonly descriptor: Descriptor;
  /** Its own, and those of the indexes that it stands in. */
  readonly names: readonly string[];
  /** undefined for what could not be had. */
  readonly document: Document | undefined;
  /** An index whose manifests were not walked. */
  readonly isTooDeep: boolean;
};

export type Walk = {
  /** What was chosen, and what may be about it: images before attestations. */
  readonly walked: readonly Walked[];
  /** What was left out, for something else was chosen. */
  readonly passed: readonly Descriptor[];
  /** There are more manifests than are walked. */
  readonly isFull: boolean;
};

/** Is no image by its platform: an attestation, or whatever else is about another manifest. */
type Aside = { readonly descriptor: Descriptor; readonly names: readonly string[]; readonly depth: number };

/** Indexes in indexes: more is a loop or a prank. */
const deepestIndex = 8;
export const mostManifests = 10_000;

type Asking<Result> = Generator<Asked, Result, Document | undefined>;

/**
 * Which manifests an index leads to of those that are meant. It asks for their documents, so that it does not matter whether
 * they are at hand. Only what is certainly of something else is left out: an engine may load whatever names a platform or
 * none, whether or not it says that it is an attestation.
 */
export function* walkManifests(tops: readonly Descriptor[], choice: Choice): Asking<Walk> {
  const isAllChosen = choice.name === undefined && (choice.platforms ?? []).length === 0;
  const walked: Walked[] = [];
  const passed: Descriptor[] = [];
  const documents = new Map<string, Document | undefined>();
  const taken = new Set<string>();
  const left = new Set<string>();
  /** By what they are about, where that is known. */
  const asides = new Map<string | undefined, Aside[]>();
  let entries = 0;
  let isFull = false;

  function* documentOf(descriptor: Descriptor, isNeeded: boolean): Asking<Document | undefined> {
    if (!documents.has(descriptor.digest)) documents.set(descriptor.digest, yield { descriptor, isNeeded });
    return documents.get(descriptor.digest);
  }

  /** As many as are still taken. */
  function counted(manifests: readonly Descriptor[]): readonly Descriptor[] {
    const some = manifests.slice(0, mostManifests - entries);
    entries += some.length;
    if (some.length < manifests.length) isFull = true;
    return some;
  }

  function pass(descriptor: Descriptor): void {
    passed.push(descriptor);
    left.add(descriptor.digest);
  }

  function* walk(descriptor: Descriptor, outer: readonly string[], depth: number): Asking<void> {
    if (taken.has(descriptor.digest)) return;
    taken.add(descriptor.digest);
    const name = namesOf(descriptor)[0];
    const names = name === undefined || outer.includes(name) ? outer : [...outer, name];
    const document = yield* documentOf(descriptor, true);
    const isTooDeep = depth >= deepestIndex;
    walked.push({ descriptor, names, document, isTooDeep });
    if (document?.kind === "index" && !isTooDeep) yield* walkAll(counted(document.manifests), names, depth + 1);
  }

  function* walkAll(manifests: readonly Descriptor[], names: readonly string[], depth: number): Asking<void> {
    for (const each of manifests) {
      if (each.platform !== undefined && isUnknownPlatform(each.platform)) {
        putAside({ descriptor: each, names, depth }, isAllChosen ? undefined : yield* whatAbout(each));
      } else if (isChosenPlatform(each, choice)) yield* walk(each, names, depth);
      else pass(each);
    }
  }

  function putAside(aside: Aside, digest: string | undefined): void {
    const same = asides.get(digest);
    if (same === undefined) asides.set(digest, [aside]);
    else same.push(aside);
  }

  function* whatAbout(descriptor: Descriptor): Asking<string | undefined> {
    const attested = attestedDigest(descriptor);
    if (attested) return attested;
    const document = yield* documentOf(descriptor, false);
    return (document?.kind === "manifest" && document.subject) || undefined;
  }

  /** What is about what was taken is taken, what is about what was left out is not; of the rest it is not known. */
  function* walkAsides(): Asking<void> {
    while (asides.size > 0) {
      // both grow while they are gone through
      for (const digest of taken) yield* walkThose(about(digest));
      for (const digest of left) for (const { descriptor } of about(digest)) pass(descriptor);
      for (const digest of [...asides.keys()]) yield* walkThose(about(digest));
    }
  }

  function about(digest: string | undefined): readonly Aside[] {
    const found = asides.get(digest) ?? [];
    asides.delete(digest);
    return found;
  }

  function* walkThose(these: readonly Aside[]): Asking<void> {
    for (const { descriptor, names, depth } of these) yield* walk(descriptor, names, depth);
  }

  const some = counted(tops);
  yield* walkAll(
    some.filter((each) => isChosenName(namesOf(each), choice)),
    [],
    0,
  );
  for (const each of some) {
    if (isChosenName(namesOf(each), choice)) continue;
    // what has no name of its own may be about what was chosen
    const digest = namesOf(each).length === 0 ? yield* whatAbout(each) : undefined;
    if (digest === undefined) pass(each);
    else putAside({ descriptor: each, names: [], depth: 0 }, digest);
  }
  yield* walkAsides();
  return { walked, passed: passed.filter(({ digest }) => !taken.has(digest)), isFull };
}
