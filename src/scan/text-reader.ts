import type { Base, FileSink, Spot } from "../layer/spot.ts";
import type { Hit } from "./hit.ts";
import type { PlaceRule } from "./rule.ts";
import type { Search } from "./search.ts";

/** Collects a file's text for rules that read whole files. Of one that is larger than `mostBytes` it says so instead. */
export function createTextReader(
  base: Base,
  rules: readonly PlaceRule[],
  search: Search,
  { now, mostBytes }: { readonly now: number; readonly mostBytes: number },
  { onHit, onTooLarge }: { readonly onHit: (hit: Hit) => void; readonly onTooLarge: () => void },
): FileSink {
  const parts: Buffer[] = [];
  let length = 0;

  function read(rule: PlaceRule, text: string): void {
    const spot: Spot = { ...base, kind: "content", start: 0, end: text.length };
    const verdicts = rule.read(text, { path: base.path.at(-1) ?? "", within: base.path.slice(0, -1), now });
    const lineOf = lineCounter(text);
    for (const verdict of verdicts.sort((a, b) => a.start - b.start)) {
      const line = lineOf(verdict.start);
      if (search.holdsNeedle(verdict.value)) continue;
      onHit({
        what: { kind: "pattern", rule: rule.id, remedy: rule.remedy, verdict },
        spot,
        offset: verdict.start,
        length: verdict.end - verdict.start,
        line,
      });
    }
  }

  return {
    write: (bytes, from, to) => {
      length += to - from;
      if (length <= mostBytes) parts.push(Buffer.from(bytes.subarray(from, to)));
      else parts.length = 0;
    },
    end: () => {
      if (length > mostBytes) {
        onTooLarge();
        return;
      }
      const text = Buffer.concat(parts.splice(0)).toString("latin1");
      for (const rule of rules) read(rule, text);
    },
  };
}

/** Tells the line of each offset, if they are asked in their order. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = text.indexOf("\n");
  return (offset) => {
    for (; at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
    return line;
  };
}
