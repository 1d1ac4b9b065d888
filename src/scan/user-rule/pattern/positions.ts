import type { ByteSet } from "./byte-set.ts";
import { type Node, PatternProblem } from "./node.ts";

/** A repetition that has no end. */
export type Loop = Extract<Node, { kind: "repeat" }>;

/** The bytes of a pattern, each as a place of its own, and which may follow which (Glushkov's automaton). */
export type Positions = {
  readonly sets: readonly ByteSet[];
  readonly follow: readonly ReadonlySet<number>[];
  /** The innermost loop around each. */
  readonly loops: readonly (Loop | undefined)[];
  /** A loop that leads from one place to a next one to which something in it leads as well. */
  readonly doubled: Loop | undefined;
};

type Part = { readonly first: readonly number[]; readonly last: readonly number[]; readonly nullable: boolean };

const mostPositions = 4000;
const mostFollowers = 200_000;
const nothing: Part = { first: [], last: [], nullable: true };

/** @throws PatternProblem for a pattern that is too large. */
export function positionsOf(pattern: Node): Positions {
  const sets: ByteSet[] = [];
  const follow: Set<number>[] = [];
  const loops: (Loop | undefined)[] = [];
  let followers = 0;
  let doubled: Loop | undefined;

  function link(from: readonly number[], to: readonly number[], loop?: Loop): void {
    followers += from.length * to.length;
    if (followers > mostFollowers) throw new PatternProblem("it is too large: too many ways lead through it");
    for (const one of from) {
      for (const next of to) {
        if (loop !== undefined && follow[one]!.has(next)) doubled ??= loop;
        follow[one]!.add(next);
      }
    }
  }

  function visit(node: Node, loop: Loop | undefined): Part {
    switch (node.kind) {
      case "byte": {
        if (sets.length >= mostPositions) throw new PatternProblem("it is too large");
        const position = sets.push(node.set) - 1;
        follow.push(new Set());
        loops.push(loop);
        return { first: [position], last: [position], nullable: false };
      }
      case "edge":
        return nothing;
      case "group":
        return visit(node.item, loop);
      case "sequence":
        return node.items.reduce((before, item) => chain(before, visit(item, loop)), nothing);
      case "choice": {
        const parts = node.items.map((item) => visit(item, loop));
        return {
          first: parts.flatMap(({ first }) => first),
          last: parts.flatMap(({ last }) => last),
          nullable: parts.some(({ nullable }) => nullable),
        };
      }
      case "repeat":
        return repeat(node, loop);
    }
  }

  function chain(a: Part, b: Part): Part {
    link(a.last, b.first);
    return {
      first: a.nullable ? [...a.first, ...b.first] : a.first,
      last: b.nullable ? [...a.last, ...b.last] : b.last,
      nullable: a.nullable && b.nullable,
    };
  }

  function repeat(node: Loop, outer: Loop | undefined): Part {
    const { item, least, most } = node;
    let all = nothing;
    for (let count = 0; count < (most === Infinity ? Math.max(0, least - 1) : least); count++)
      all = chain(all, visit(item, outer));
    if (most === Infinity) {
      const part = visit(item, node);
      link(part.last, part.first, node);
      return chain(all, { ...part, nullable: part.nullable || least === 0 });
    }
    // x{0,3} is (x(x(x)?)?)?: so each of them is followed by the next one alone
    const parts = Array.from({ length: most - least }, () => visit(item, outer));
    return chain(
      all,
      parts.reduceRight((rest, part) => ({ ...chain(part, rest), nullable: true }), nothing),
    );
  }

  visit(pattern, undefined);
  return { sets, follow, loops, doubled };
}

/** Can a match hold this text? */
export function canHold({ sets, follow }: Positions, text: string, anyCase: boolean): boolean {
  let here = new Set(sets.keys());
  for (let at = 0; at < text.length; at++) {
    const bytes = [text.charAt(at), ...(anyCase ? [text.charAt(at).toLowerCase(), text.charAt(at).toUpperCase()] : [])];
    const taken = [...here].filter((one) => bytes.some((byte) => sets[one]![byte.charCodeAt(0)] === 1));
    if (taken.length === 0) return false;
    here = new Set(taken.flatMap((one) => [...follow[one]!]));
  }
  return true;
}
