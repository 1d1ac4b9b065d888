import type { Spot } from "../layer/spot.ts";
import type { Needle } from "../secret/needle.ts";
import type { Hit } from "./hit.ts";
import { createMatcher, type Literal, type Matcher, type Runs, type Stretch } from "./matcher.ts";
import { needleLiterals } from "./needle-literal.ts";
import type { ContentRule, Verdict } from "./rule.ts";
import { seats } from "./rule-seat.ts";

/** Knows whose a byte of a stretch is, and in which line of its file. */
export type Whereabouts = {
  readonly spot: (offset: number) => Spot;
  readonly line: (spot: Spot, offset: number) => number | undefined;
};

/** Everything that is looked for, in one pass. */
export type Search = {
  /** As `Matcher.scan`; gives what holds after judging. */
  readonly scan: (
    stretch: Stretch,
    first: number,
    last: number,
    runs: Runs,
    whereabouts: Whereabouts,
    onHit: (hit: Hit) => void,
  ) => void;
  /** A text by itself: what is in it, by its place in the text's UTF-8 bytes. */
  readonly scanText: (text: string, spot: Spot, onHit: (hit: Hit) => void) => void;
  /** Is one of the needles in this text, in any encoding? */
  readonly holdsNeedle: (text: string) => boolean;
  /** Rules whose literals stood in so many places that the last of them were not judged. */
  readonly exhausted: () => readonly string[];
} & Pick<Matcher, "window" | "lineEnds" | "skim" | "shared">;

type Wanted = { readonly literal: Literal } & ({ readonly needle: Needle } | { readonly rule: ContentRule });

/**
 * A place takes microseconds to judge; a file that is made of nothing else must not take hours. So many of a rule are judged in any image, and
 * one more for each so many bytes: a large image of usual files has many places, and is read to its end.
 */
const alwaysJudged = 250_000;
const bytesForOneMore = 4096;
/** For windows of strands: more than there are at once. */
const windowsBytes = 128 << 20;

export function createSearch(needles: readonly Needle[], rules: readonly ContentRule[], now: number): Search {
  const wanted: Wanted[] = [
    ...needleLiterals(needles),
    ...rules.flatMap((rule) =>
      rule.literals.map((text) => ({
        literal: { bytes: Buffer.from(text, "latin1"), anyCase: rule.anyCase === true, ...seatOf(text) },
        rule,
      })),
    ),
  ];
  const judged = new Map<string, number>();
  const exhausted = new Set<string>();
  let searched = 0;
  const matcher = createMatcher(
    wanted.map(({ literal }) => literal),
    windowsBytes,
  );

  function judge(rule: ContentRule, stretch: Stretch, start: number, end: number, spot: Spot): Verdict | undefined {
    const count = (judged.get(rule.id) ?? 0) + 1;
    if (count > alwaysJudged + searched / bytesForOneMore) {
      exhausted.add(rule.id);
      return undefined;
    }
    judged.set(rule.id, count);
    const { bytes, at } = stretch;
    const from = Math.max(stretch.from, start - rule.before, spot.start - at);
    const to = Math.min(stretch.to, end + rule.after, spot.end - at);
    const verdict = rule.judge(bytes.toString("latin1", from, to), start - from, {
      path: spot.path.at(-1) ?? "",
      within: spot.path.slice(0, -1),
      now,
      spend: (places) => judged.set(rule.id, count + places),
    });
    if (verdict === undefined || holdsNeedle(verdict.value)) return undefined;
    return { ...verdict, start: verdict.start + from, end: verdict.end + from, value: copied(verdict.value) };
  }

  /** What a rule finds and we issued ourselves is reported by its name, and only so. */
  function holdsNeedle(text: string): boolean {
    if (needles.length === 0) return false;
    const bytes = Buffer.from(text);
    let found = false;
    matcher.scan({ bytes, from: 0, to: bytes.length, at: 0 }, 0, bytes.length, new Map(), (literal) => {
      found ||= "needle" in wanted[literal]!;
    });
    return found;
  }

  const scan: Search["scan"] = (stretch, first, last, runs, whereabouts, onHit) => {
    searched += last - first;
    matcher.scan(stretch, first, last, runs, (literal, start, end) => {
      const item = wanted[literal]!;
      const spot = whereabouts.spot(stretch.at + start);
      if ("needle" in item) {
        const { name, encoded } = item.needle;
        const encoding = encoded.encoding === "raw" && spot.wrapped !== undefined ? spot.wrapped : encoded.encoding;
        onHit({
          what: { kind: "known", name, encoding },
          spot,
          offset: stretch.at + start - spot.start,
          length: end - start,
          line: whereabouts.line(spot, stretch.at + start),
        });
        return;
      }
      const verdict = judge(item.rule, stretch, start, end, spot);
      if (verdict === undefined) return;
      onHit({
        what: { kind: "pattern", rule: item.rule.id, remedy: item.rule.remedy, verdict },
        spot,
        offset: stretch.at + verdict.start - spot.start,
        length: verdict.end - verdict.start,
        line: whereabouts.line(spot, stretch.at + verdict.start),
      });
    });
  };

  return {
    scan,
    window: matcher.window,
    lineEnds: matcher.lineEnds,
    skim: matcher.skim,
    shared: matcher.shared,
    scanText: (text, spot, onHit) => {
      const bytes = Buffer.from(text);
      const whereabouts = { spot: () => spot, line: () => undefined };
      scan({ bytes, from: 0, to: bytes.length, at: spot.start }, 0, bytes.length, new Map(), whereabouts, onHit);
    },
    holdsNeedle,
    exhausted: () => [...exhausted],
  };
}

function seatOf(text: string): Pick<Literal, "seat"> {
  const seat = Object.hasOwn(seats, text) ? seats[text] : undefined;
  return seat === undefined ? {} : { seat: { place: seat[0], bucket: seat[1] } };
}

/** A string of its own: a part of a string keeps the whole alive. */
function copied(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
