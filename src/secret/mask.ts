import { type Colour, separateColours } from "./mask/colour.ts";
import { createFormStore, strideBytes } from "./mask/form.ts";
import { createHitCounter, type MaskHit } from "./mask/hit.ts";
import { createSearchState, type Hand, type Span, search } from "./mask/search.ts";
import { needlesOf, type Purpose } from "./needle.ts";
import type { Secret } from "./secret.ts";
import { weaknessOf } from "./weak.ts";

/** One stream of text, in the order in which it was printed. What it gives does not depend on how it is cut into chunks. */
export type MaskStream = {
  /** What is decided with this chunk; it can be a part of the chunk itself. Only what may still become a match is held back; of a whole line mostly nothing. */
  readonly push: (chunk: Uint8Array) => Uint8Array;
  /** The rest. The stream is empty afterwards and can go on. */
  readonly end: () => Uint8Array;
  /** What was hidden since this was last asked. */
  readonly hits: () => MaskHit[];
};

/** Hides the values of secrets, in every encoding (`needlesOf`), as `[secret NAME]`. */
export type Mask = {
  /**
   * From now on hides this one too, in streams that are open as well; what was added before stays hidden.
   * @returns why it is not hidden, where its value is too weak to be (`weaknessOf`).
   */
  readonly add: (secret: Secret) => string | undefined;
  readonly stream: () => MaskStream;
  /** One text that is complete. */
  readonly text: (text: string) => string;
  /** What was hidden in `text` since this was last asked. */
  readonly hits: () => MaskHit[];
};

/** Chunks are worked through in slices of this size, so that the working memory stays in the processor's cache. */
const sliceBytes = 64 * 1024;
const nothing = new Uint8Array(0);

export type { MaskHit };

/** @param purpose which needles of a secret are hidden: all, or those that prove that the value is there */
export function createMask(purpose: Purpose = "mask"): Mask {
  const store = createFormStore();
  const known: Secret[] = [];
  const markers = new Map<string, Uint8Array>();
  // One working memory for all streams: there is one for each step of a build, and only one at a time works.
  let text = new Uint8Array(2 * sliceBytes);
  let words = new Int32Array(text.buffer);

  function reserve(bytes: number): void {
    if (bytes > text.length) {
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
      larger.set(text);
      text = larger;
      words = new Int32Array(larger.buffer);
    }
  }

  function stream(): MaskStream {
    const state = createSearchState();
    const counter = createHitCounter();
    let held: Uint8Array = nothing;
    /** The stream's position of the first held byte, colours not counted. */
    let position = 0;
    let colours: Colour[] = [];
    /** What may be the beginning of a colour. */
    let pending: Uint8Array = nothing;

    function work(slice: Uint8Array, final: boolean): Uint8Array {
      const from = position % strideBytes;
      const start = from + held.length;
      reserve(start + pending.length + slice.length + 2 * strideBytes);
      text.set(held, from);
      const chunk = pending.length === 0 ? slice : Buffer.concat([pending, slice]);
      let { copied, rest } = separateColours(chunk, text, start, position + held.length, colours);
      if (final && rest.length > 0) {
        text.set(rest, start + copied);
        copied += rest.length;
        rest = nothing;
      }
      pending = rest;
      const base = position - from;
      const hand: Hand = { text, words, base, from, to: start + copied, final };
      const spans: Span[] = [];
      const settled = search(store, state, hand, spans);
      const isUntouched = start === from && chunk === slice && spans.length === 0 && colours.length === 0;
      const printed =
        isUntouched && pending.length === 0 ? slice.subarray(0, settled - from) : print(hand, spans, settled);
      held = settled === hand.to ? nothing : text.slice(settled, hand.to);
      position = base + settled;
      return printed;
    }

    function print(hand: Hand, spans: Span[], settled: number): Uint8Array {
      if (spans.length === 0 && colours.length === 0) {
        return text.slice(hand.from, settled);
      }
      const parts: Uint8Array[] = [];
      let cursor = hand.from;
      let colour = 0;
      const printTo = (end: number) => {
        while (colour < colours.length && colours[colour]!.at - hand.base <= end) {
          const { at, bytes } = colours[colour++]!;
          parts.push(text.slice(cursor, Math.max(cursor, at - hand.base)), bytes);
          cursor = Math.max(cursor, at - hand.base);
        }
        parts.push(text.slice(cursor, end));
        cursor = Math.max(cursor, end);
      };
      for (const span of spans) {
        printTo(span.start);
        const { name, encoded } = span.form.needle;
        if (span.begins) {
          parts.push(markers.get(name)!);
        }
        if (span.counts) {
          counter.add({ name, encoding: encoded.encoding, count: 1 });
        }
        cursor = span.end;
      }
      printTo(settled);
      colours = colours.slice(colour);
      return Buffer.concat(parts);
    }

    return {
      push(chunk) {
        if (chunk.length <= sliceBytes) {
          return work(chunk, false);
        }
        const parts: Uint8Array[] = [];
        for (let at = 0; at < chunk.length; at += sliceBytes) {
          parts.push(work(chunk.subarray(at, at + sliceBytes), false));
        }
        return Buffer.concat(parts);
      },
      end: () => work(nothing, true),
      hits: counter.take,
    };
  }

  const textCounter = createHitCounter();
  return {
    add(secret) {
      const weakness = weaknessOf(secret);
      if (weakness !== undefined || known.some((other) => other.name === secret.name && other.equals(secret))) {
        return weakness;
      }
      known.push(secret);
      markers.set(secret.name, new TextEncoder().encode(secret.toString()));
      store.add(needlesOf(secret, purpose));
      return undefined;
    },
    stream,
    text(whole) {
      if (store.isEmpty()) {
        return whole;
      }
      const once = stream();
      const bytes = new TextEncoder().encode(whole);
      const shown = Buffer.concat([once.push(bytes), once.end()]);
      const hits = once.hits();
      hits.forEach(textCounter.add);
      return hits.length === 0 ? whole : shown.toString("utf8");
    },
    hits: textCounter.take,
  };
}
